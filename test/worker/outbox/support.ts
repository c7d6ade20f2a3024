import { env } from "cloudflare:workers";
import { ensureLocalActor, instanceActor } from "../../../src/domain/actors/local";
import type { LocalActor } from "../../../src/protocol/activitystreams/local-actors";
import { actorObjectName } from "../../../src/protocol/activitystreams/local-actors";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import type { WorkerDeps } from "../../../src/worker/deps";
import { activityProblems } from "../../support/peertube-validator";
import { actorObject, followerOf, seedRemoteActor } from "../actors/support";
import { testDeps } from "../users/support";

export const ROOT: LocalActor = { kind: "account", name: "root" };
export const ROOT_CHANNEL: LocalActor = { kind: "channel", name: "root_channel" };

/** Dependencies whose queues keep nothing, so that only the ledger tells what is to be sent. */
export function quietDeps(): WorkerDeps {
  const nowhere = { send: async () => undefined, sendBatch: async () => undefined };
  return { ...testDeps(), deliveries: nowhere as unknown as Queue, federationTasks: nowhere as unknown as Queue };
}

/** A follower of each: `account.example` of the account, `channel.example`, `instance.example`. */
export async function followAll(): Promise<void> {
  const actors = [
    [ROOT, "account.example"],
    [ROOT_CHANNEL, "channel.example"],
    [instanceActor, "instance.example"],
  ] as const;
  for (const [actor, host] of actors) {
    await ensureLocalActor(testDeps(), actor);
    await seedRemoteActor(host);
    await actorObject(actorObjectName(actor)).follow(followerOf(host), `https://${host}/follows/1`, "accepted", 1);
  }
}

interface LedgerRow {
  actor: string;
  activity_type: string;
  activity_id: string;
  inboxes: string;
}

async function ledger(): Promise<LedgerRow[]> {
  return (await env.DB.prepare("SELECT actor, activity_type, activity_id, inboxes FROM deliveries ORDER BY id").all<LedgerRow>()).results;
}

/** What waits in the ledger, as `Type by actor to hosts`, in the order in which it was said; the ledger is empty then. */
export async function takeSaid(): Promise<string[]> {
  const lines = (await ledger()).map(({ actor, activity_type, inboxes }) => {
    const hosts = (JSON.parse(inboxes) as string[]).map((inbox) => inbox.replace(/^https:\/\//, "").replace(/\/inbox$/, ""));
    return `${activity_type} by ${actor} to ${hosts.toSorted().join(" ")}`;
  });
  await env.DB.prepare("DELETE FROM deliveries").run();
  return lines;
}

/** The activities that wait in the ledger, as they were signed; PeerTube would take each. */
export async function waiting(): Promise<JsonObject[]> {
  const activities: JsonObject[] = [];
  for (const { actor, activity_id } of await ledger()) {
    const activity = await actorObject(actor.toLowerCase()).activity(activity_id);
    if (activity === undefined) {
      throw new Error(`${activity_id} is to be sent and isn't kept`);
    }
    const problems = activityProblems(activity);
    if (problems.length > 0) {
      throw new Error(`${activity_id}: ${problems.join("; ")}`);
    }
    activities.push(activity);
  }
  return activities;
}

/** Ids of activities with their inboxes, each as often as it is to be sent. */
export async function idsAndInboxes(): Promise<string[]> {
  return (await ledger())
    .flatMap(({ activity_id, inboxes }) => (JSON.parse(inboxes) as string[]).map((inbox) => `${activity_id} ${inbox}`))
    .toSorted();
}

/** Another instance's account `ann` with its channel and a public video; gives the video's row and its ids. */
export async function seedRemoteVideo(host: string): Promise<{ id: number; uuid: string; url: string; accountId: number }> {
  await seedRemoteActor(host);
  const base = `https://${host}`;
  const account = await insert(
    "INSERT INTO accounts (name, host, url, display_name, created_at, updated_at) VALUES ('ann', ?, ?, 'Ann', 0, 0) RETURNING id",
    host,
    `${base}/accounts/ann`,
  );
  await env.DB.prepare("UPDATE actors SET account_id = ? WHERE url = ?").bind(account, `${base}/accounts/ann`).run();
  const channel = await insert(
    "INSERT INTO channels (account_id, name, host, url, display_name, created_at, updated_at) VALUES (?, 'ann_channel', ?, ?, 'Ann', 0, 0) RETURNING id",
    account,
    host,
    `${base}/video-channels/ann_channel`,
  );
  const uuid = crypto.randomUUID();
  const url = `${base}/videos/watch/${uuid}`;
  const id = await insert(
    `INSERT INTO videos (uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at, url)
     VALUES (?, ?, 'Theirs', 1, 1000, 0, 0, 0, ?) RETURNING id`,
    uuid,
    channel,
    url,
  );
  return { id, uuid, url, accountId: account };
}

/** The number of the row that a statement makes. */
export async function insert(query: string, ...values: unknown[]): Promise<number> {
  return (
    (
      await env.DB.prepare(query)
        .bind(...values)
        .first<{ id: number }>()
    )?.id ?? 0
  );
}

/** The database's row number of the account `root`. */
export async function rootAccountId(): Promise<number> {
  return (await env.DB.prepare("SELECT id FROM accounts WHERE name = 'root' AND host IS NULL").first<number>("id")) ?? 0;
}
