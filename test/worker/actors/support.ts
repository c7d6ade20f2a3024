import { env } from "cloudflare:workers";
import type { ActorObject, Follower } from "../../../src/domain/actors/actor-object";
import { contextOf } from "../../../src/protocol/activitystreams/context";
import type { Activity, JsonObject } from "../../../src/protocol/activitystreams/types";
import { ORIGIN } from "../users/support";

export const ROOT_URL = `${ORIGIN}/accounts/root`;

/** The object of a local actor, as the domain sees it. */
export function actorObject(name = "accounts/root"): ActorObject {
  return env.ACTORS.getByName(name) as unknown as ActorObject;
}

/** A follower on a host of its own. */
export function followerOf(host: string, name = "ann"): Follower {
  const base = `https://${host}`;
  return { url: `${base}/accounts/${name}`, inbox: `${base}/accounts/${name}/inbox`, sharedInbox: `${base}/inbox` };
}

/** The row of an actor of elsewhere, as the first look-up leaves it; gives its number. */
export async function seedRemoteActor(host: string, name = "ann", type = "Person"): Promise<number> {
  const { url, inbox, sharedInbox } = followerOf(host, name);
  const row = await env.DB.prepare(
    `INSERT INTO actors (url, type, name, host, inbox_url, shared_inbox_url, keys_changed_at, fetched_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0) RETURNING id`,
  )
    .bind(url, type, name, host, inbox, sharedInbox ?? null)
    .first<{ id: number }>();
  return row?.id ?? 0;
}

/** The index of follows in D1: `follower > target: state`. */
export async function followIndex(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT follower.url || ' > ' || target.url || ': ' || state AS line FROM follows
     JOIN actors AS follower ON follower.id = follower_id JOIN actors AS target ON target.id = target_id ORDER BY line`,
  ).all<{ line: string }>();
  return results.map(({ line }) => line);
}

/** An activity without a context of its own. */
export function like(id: string, more: JsonObject = {}): Activity {
  return {
    "@context": contextOf(),
    id,
    type: "Like",
    actor: ROOT_URL,
    object: "https://a.example/videos/watch/1",
    ...more,
  };
}
