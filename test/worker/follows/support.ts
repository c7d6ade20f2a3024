import { env } from "cloudflare:workers";
import type { Deps } from "../../../src/domain/deps";
import { forgetBlockedHosts } from "../../../src/domain/follows/blocklist";
import { handleFollow } from "../../../src/domain/follows/followers";
import { runTask } from "../../../src/domain/tasks/run";
import { INSTANCE_ACTOR, type LocalActor } from "../../../src/protocol/activitystreams/local-actors";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import { findActorByUrl } from "../../../src/storage/d1/actors";
import type { ActorRow } from "../../../src/storage/d1/schema-federation";
import { actorObject, followerOf, seedRemoteActor } from "../actors/support";
import { ORIGIN, setUpInstance, testDeps } from "../users/support";

export const INSTANCE_URL = `${ORIGIN}/accounts/peertube`;

/** An instance whose tasks and deliveries wait until the test runs or reads them. */
export async function setUpFollows(): Promise<void> {
  forgetBlockedHosts();
  await setUpInstance();
}

/** Dependencies whose queues take everything and do nothing; of what is fetched there is only the WebFinger of `peertube@a.example`. */
export function quietDeps(advanceMs = 0): Deps {
  const quiet = { send: async () => undefined, sendBatch: async () => undefined };
  return {
    ...testDeps(advanceMs),
    federationTasks: quiet as unknown as Deps["federationTasks"],
    deliveries: quiet as unknown as Deps["deliveries"],
    fetch: async (input) => {
      const { host, pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
      if (host !== "a.example" || pathname !== "/.well-known/webfinger") {
        throw new TypeError(`nothing is fetched in this test: ${host}${pathname}`);
      }
      const subject = searchParams.get("resource");
      const href = followerOf(host, "peertube").url;
      return subject === "acct:peertube@a.example"
        ? Response.json({ subject, links: [{ rel: "self", type: "application/activity+json", href }] })
        : new Response(null, { status: 404 });
    },
  };
}

/** Runs all tasks that are due, and those that they ask for. */
export async function runTasks(deps: Deps): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const { results } = await env.DB.prepare("SELECT kind, subject FROM federation_tasks WHERE due_at <= ? ORDER BY id LIMIT 1")
      .bind(deps.now())
      .all<{ kind: string; subject: string }>();
    const [key] = results;
    if (key === undefined) {
      return;
    }
    await runTask(deps, key);
  }
  throw new Error("there is no end to the tasks");
}

/** Tasks that wait: `kind subject`. */
export async function waitingTasks(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT kind || ' ' || subject AS line FROM federation_tasks ORDER BY id").all<{
    line: string;
  }>();
  return results.map(({ line }) => line);
}

export interface Waiting {
  type: string;
  inboxes: string[];
  activity: JsonObject;
}

/** What waits to be delivered, in its order, as it was signed. */
export async function waitingDeliveries(): Promise<Waiting[]> {
  const { results } = await env.DB.prepare("SELECT actor, activity_id, activity_type, inboxes FROM deliveries ORDER BY id").all<{
    actor: string;
    activity_id: string;
    activity_type: string;
    inboxes: string;
  }>();
  return await Promise.all(
    results.map(async (row) => {
      const activity = await actorObject(row.actor.toLowerCase()).activity(row.activity_id);
      if (activity === undefined) {
        throw new Error(`${row.activity_id} isn't kept`);
      }
      return { type: row.activity_type, inboxes: JSON.parse(row.inboxes) as string[], activity };
    }),
  );
}

/** The instance, or somebody, of another host, known here already. */
export async function remoteActor(host: string, name = "peertube", type = "Application"): Promise<ActorRow> {
  await seedRemoteActor(host, name, type);
  // Read just now: nobody need look it up.
  await env.DB.prepare("UPDATE actors SET fetched_at = ?").bind(Date.now()).run();
  const row = await findActorByUrl(testDeps().database, followerOf(host, name).url);
  if (row === undefined) {
    throw new Error("the actor wasn't stored");
  }
  return row;
}

let followNumber = 0;

/** A Follow of somebody here arrives and its answer is made. */
export async function arrives(
  deps: Deps,
  follower: ActorRow,
  { target = INSTANCE_ACTOR, saidAt = deps.now() }: { target?: LocalActor; saidAt?: number } = {},
): Promise<string> {
  followNumber += 1;
  const followId = `https://${follower.host}/follows/${followNumber}`;
  await handleFollow(deps, { follower, target, followId, saidAt });
  return followId;
}

/** The answers that wait: `Accept of FOLLOW-ID to INBOX`. */
export async function answers(): Promise<string[]> {
  return (await waitingDeliveries())
    .filter(({ type }) => type === "Accept" || type === "Reject")
    .map(({ type, inboxes, activity }) => `${type} of ${(activity["object"] as JsonObject)["id"] as string} to ${inboxes.join(" ")}`);
}
