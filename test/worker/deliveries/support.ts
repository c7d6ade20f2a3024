import { env } from "cloudflare:workers";
import { deliver } from "../../../src/domain/deliveries/deliver";
import { sweepDeliveries } from "../../../src/domain/deliveries/sweep";
import type { DeliveryMessage, Deps } from "../../../src/domain/deps";
import { send } from "../../../src/domain/outbox/send";
import { normalizeId } from "../../../src/protocol/activitystreams/ids";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import { actorObject, followerOf, like, seedRemoteActor } from "../actors/support";
import { testDeps } from "../users/support";

export const ROOT = { kind: "account", name: "root" } as const;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What a host answers: a status, or what it does with the request. */
export type Answer = number | ((request: Request) => Promise<Response> | Response);

export interface Posted {
  host: string;
  url: string;
  /** The activity's id. */
  id: string;
  body: string;
  headers: Headers;
}

/** Other instances, as `deps.fetch` finds them. */
export interface World {
  deps: Deps;
  /** Messages of the queue that nobody has taken. */
  queue: DeliveryMessage[];
  /** All requests so far. */
  posted: Posted[];
  /** The most requests that were under way at a time. */
  most: () => number;
  answer: (host: string, answer: Answer) => void;
  advance: (ms: number) => void;
  /** Has the queue lose what it is given, or take it again. */
  breakQueue: (isBroken: boolean) => void;
  /** Handles messages until there are none. */
  drain: () => Promise<void>;
  /** What the minutely cron does, and what comes of it. */
  sweep: () => Promise<void>;
}

/** A world in which every host answers 204 at once. */
export function makeWorld({ maxConnections = 6 } = {}): World {
  const answers = new Map<string, Answer>();
  const queue: DeliveryMessage[] = [];
  const posted: Posted[] = [];
  let offset = 0;
  let isBroken = false;
  let underWay = 0;
  let most = 0;

  async function fakeFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { host } = new URL(request.url);
    const body = await request.clone().text();
    posted.push({ host, url: request.url, id: (JSON.parse(body) as { id: string }).id, body, headers: request.headers });
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      const answer = answers.get(host) ?? 204;
      return typeof answer === "number" ? new Response(null, { status: answer }) : await answer(request);
    } finally {
      underWay -= 1;
    }
  }

  const deps: Deps = {
    ...testDeps(),
    now: () => Date.now() + offset,
    maxConnections,
    fetch: fakeFetch as typeof fetch,
    deliveries: {
      sendBatch: async (messages: Iterable<{ body: DeliveryMessage }>) => {
        if (isBroken) {
          throw new Error("the queue is away");
        }
        queue.push(...[...messages].map(({ body }) => body));
      },
    } as unknown as Deps["deliveries"],
  };

  async function drain(): Promise<void> {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      await deliver(deps, [message]);
    }
  }

  return {
    deps,
    queue,
    posted,
    most: () => most,
    answer: (host, answer) => void answers.set(host, answer),
    advance: (ms) => void (offset += ms),
    breakQueue: (broken) => void (isBroken = broken),
    drain,
    async sweep() {
      await sweepDeliveries(deps);
      await drain();
    },
  };
}

/** An actor of each host follows root. */
export async function letFollow(...hosts: string[]): Promise<void> {
  for (const host of hosts) {
    await seedRemoteActor(host);
    await actorObject().follow(followerOf(host), `https://${host}/follows/1`, "accepted", 1000);
  }
}

let count = 0;

/** Root says something to its followers, or to the inboxes of `hosts`; gives the activity's id. */
export async function say(
  { deps }: World,
  { hosts, objectId, ...more }: { hosts?: string[]; objectId?: string; type?: string; id?: string; object?: string } = {},
): Promise<string> {
  const id = more.id ?? `http://edgetube.test/accounts/root/likes/${(count += 1)}`;
  await send(deps, {
    actor: ROOT,
    activity: like(id, more as JsonObject),
    objectId: objectId === undefined ? undefined : normalizeId(objectId),
    to: hosts === undefined ? { followersOf: [ROOT] } : { inboxes: hosts.map((host) => `https://${host}/inbox`) },
  });
  return id;
}

export interface WaitingRow {
  id: number;
  activity_id: string;
  host: string | null;
  inboxes: string;
  attempts: number;
  due_at: number | null;
  dead_at: number | null;
  last_error: string | null;
}

export async function rows(): Promise<WaitingRow[]> {
  return (await env.DB.prepare("SELECT * FROM deliveries ORDER BY id").all<WaitingRow>()).results;
}

export interface StoredHost {
  host: string;
  score: number;
  failures: number;
  resting_until: number | null;
  last_error: string | null;
  http_signature: string;
}

export async function hostRow(host: string): Promise<StoredHost | undefined> {
  return (await env.DB.prepare("SELECT * FROM hosts WHERE host = ?").bind(host).first<StoredHost>()) ?? undefined;
}

/** `kind host`, the oldest first. */
export async function events(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT kind || ' ' || ifnull(host, '') AS line FROM federation_events ORDER BY id").all<{
    line: string;
  }>();
  return results.map(({ line }) => line);
}
