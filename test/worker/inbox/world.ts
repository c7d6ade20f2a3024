import { env } from "cloudflare:workers";
import type { InboxMessage } from "../../../src/domain/deps.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocument } from "../../support/wire.ts";
import type { InboxBench } from "./support.ts";

// People and videos of made-up instances, and what they say.

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
export const HERE = "http://edgetube.test";

/** A UUID (version 4) that a number stands for. */
export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export function accountAt(host: string, name: string): string {
  return `http://${host}/accounts/${name}`;
}

export function channelAt(host: string, name: string): string {
  return `http://${host}/video-channels/${name}_channel`;
}

export function videoAt(host: string, number: number): string {
  return `http://${host}/videos/watch/${uuidOf(number)}`;
}

/** A public video of `root` of this instance; gives its id. */
export async function seedLocalVideo(number: number, { privacy = 1, commentsPolicy = 1 } = {}): Promise<string> {
  await env.DB.prepare(
    `INSERT INTO videos (uuid, channel_id, name, privacy, comments_policy, duration_ms, published_at, created_at, updated_at)
     SELECT ?, id, 'Of here', ?, ?, 60000, 0, 0, 0 FROM channels WHERE name = 'root_channel'`,
  )
    .bind(uuidOf(number), privacy, commentsPolicy)
    .run();
  return `${HERE}/videos/watch/${uuidOf(number)}`;
}

/** The recorded video with everything in it made another instance's: ids, files, owner. */
export function videoDocument(host: string, number: number, { name = "A video", owner = "ann" } = {}): JsonObject {
  const { "@context": _, ...recorded } = recordedDocument("video");
  let next = number * 1000;
  const uuids = new Map([[String(recorded["uuid"]), uuidOf(number)]]);
  const text = JSON.stringify(recorded)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) => {
      const known = uuids.get(uuid) ?? uuidOf(next++);
      uuids.set(uuid, known);
      return known;
    })
    .replaceAll("127.0.0.1:9001", host)
    .replaceAll("127.0.0.1%3A9001", host)
    .replaceAll("/ada", `/${owner}`);
  return { ...(JSON.parse(text) as JsonObject), name };
}

export function noteDocument(id: string, author: string, inReplyTo: string, content: string): JsonObject {
  return {
    type: "Note",
    id,
    attributedTo: author,
    inReplyTo,
    content,
    published: "2026-11-01T00:00:00.000Z",
    url: id,
    to: [PUBLIC],
    cc: [],
    tag: [],
  };
}

/** An activity, with the ids that the tests use. */
export type Said = JsonObject & { id: string; actor: string };

/** An activity said at a time: of that its signature tells. (Of what an author delivers itself the signature isn't checked.) */
export function said(at: number, activity: Said): Said {
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    to: [PUBLIC],
    cc: [],
    ...activity,
    signature: { type: "RsaSignature2017", creator: activity.actor, created: new Date(at).toISOString(), signatureValue: "AAAA" },
  };
}

/** Puts what an actor delivered, with a good signature of its request, into the queue. */
export function deliver(bench: InboxBench, activity: Said, more: Partial<InboxMessage> = {}): void {
  bench.queued.push({ body: { text: JSON.stringify(activity) }, signer: activity.actor, receivedAt: bench.deps.now(), ...more });
}

/** Delivers it and has it applied. */
export async function apply(bench: InboxBench, activity: Said, more: Partial<InboxMessage> = {}): Promise<void> {
  deliver(bench, activity, more);
  const again = await bench.applyQueued();
  if (again > 0) {
    throw new Error(`it is to be tried again: ${JSON.stringify(activity).slice(0, 300)}`);
  }
}
