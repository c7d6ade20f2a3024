import type { Database } from "../storage/d1/database";

/** What use cases need of the outside, made once per request by the composition root (worker/deps.ts). */
export interface Deps {
  database: Database;
  /** The bucket of media bytes; keys come from storage/r2/keys.ts. */
  media: R2Bucket;
  /** How much one call of R2 may be asked for; undefined, as on the edge: any amount, since its bodies stream. */
  maxMediaReadBytes: number | undefined;
  mediaJobs: Queue<MediaJob>;
  /** This instance's public address, without a trailing slash. */
  publicUrl: string;
  /** Milliseconds since 1970, UTC. */
  now: () => number;
  /** Work that may outlive the response. */
  waitUntil: (promise: Promise<unknown>) => void;
}

/** A message of the media queue: carries keys and ids, never bytes or secrets; doing it twice changes nothing more. */
export type MediaJob = { type: "remove-objects"; keys: string[] };
