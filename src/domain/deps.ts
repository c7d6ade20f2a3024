import type { ParsedSignature } from "../protocol/signatures/verify-request";
import type { Database } from "../storage/d1/database";
import type { TaskKey } from "../storage/d1/tasks";
import type { ActorObject } from "./actors/actor-object";
import type { VideoViewsObject } from "./views/video-views-object";

/** What use cases need of the outside, made once per request by the composition root (worker/deps.ts). */
export interface Deps {
  database: Database;
  /** The bucket of media bytes; keys come from storage/r2/keys.ts. */
  media: R2Bucket;
  /** How much one call of R2 may be asked for; undefined, as on the edge: any amount, since its bodies stream. */
  maxMediaReadBytes: number | undefined;
  mediaJobs: Queue<MediaJob>;
  /** Activities that arrived. */
  inbox: Queue<InboxMessage>;
  /** Names rows of `deliveries` that are due. */
  deliveries: Queue<DeliveryMessage>;
  /** Names rows of `federation_tasks` that are due. */
  federationTasks: Queue<TaskKey>;
  /** The object of a local actor, by `actorObjectName`. */
  actorObject: (name: string) => ActorObject;
  /** The counter of a local video, by its UUID. */
  videoViews: (videoUuid: string) => VideoViewsObject;
  /** Requests to other instances; only domain/remote/ and domain/deliveries/ make any. */
  fetch: typeof fetch;
  /** How many connections one invocation opens at a time: the edge allows six. */
  maxConnections: number;
  /** This instance's public address, without a trailing slash. */
  publicUrl: string;
  /** Milliseconds since 1970, UTC. */
  now: () => number;
  /** Work that may outlive the response. */
  waitUntil: (promise: Promise<unknown>) => void;
}

/** A message of the media queue: carries keys and ids, never bytes or secrets; doing it twice changes nothing more. */
export type MediaJob = { type: "remove-objects"; keys: string[] };

/** What arrived at an inbox and was answered already. A body too long for a message is in R2. */
export interface InboxMessage {
  body: { text: string } | { key: string };
  /** Id of the actor whose key made the HTTP signature, where it was verified before the answer. */
  signer?: string | undefined;
  /** Else what is needed to verify it; no other header is kept. */
  unverified?: UnverifiedSignature | undefined;
  /** The local actor whose inbox it was; undefined: the shared one. */
  inboxOf?: { kind: "account" | "channel" | "instance"; name: string } | undefined;
  /** The request's `Date`. */
  date?: string | undefined;
  receivedAt: number;
}

/** An HTTP signature whose key has to be fetched first (protocol/signatures/verify-request.ts), with its bytes as base64. */
export type UnverifiedSignature = Omit<ParsedSignature, "signature"> & { signature: string };

/** Rows of `deliveries`, due at the time that is named. */
export interface DeliveryMessage {
  deliveryIds: number[];
  /** Milliseconds since 1970. */
  dueBy: number;
}
