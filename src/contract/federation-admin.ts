import { z } from "zod";
import { pageSchema, sortSchema } from "./list";

// What the administrator sees of federation and does about it: /api/v1/server/federation/. Not of PeerTube; for administrators
// only (403 for others). Times are ISO 8601.

/** `GET /summary`. */
export interface FederationSummary {
  deliveries: {
    /** Inboxes that are still to be sent something. */
    waiting: number;
    /** When the longest waiting one was or is due; null: none waits. */
    oldestDueAt: string | null;
  };
  hosts: {
    /** Failed when last tried. */
    failing: number;
    /** Of those, the ones to which nothing is sent for a while. */
    resting: number;
  };
  /** What was given up and can be replayed. */
  deadLetters: number;
  /** Work that waits to be done: activities to be made, documents to be fetched. */
  tasks: { waiting: number; failing: number };
}

/** One of `GET /hosts`: every host that failed once or that something waits for. */
export interface FederationHost {
  host: string;
  /** Inboxes of it that wait. */
  waiting: number;
  /** 0 to 10,000, 1,000 at first; it rises by successes and falls by failures, and at 0 its followers are dropped. */
  score: number;
  /** In a row. */
  failures: number;
  failingSince: string | null;
  restingUntil: string | null;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** One sentence. */
  lastError: string | null;
}

/** One of `GET /dead-letters`. */
export interface DeadLetter {
  /** `delivery-N` or `letter-N`, as `POST /dead-letters/ID/replay` and `DELETE /dead-letters/ID` take it. */
  id: string;
  kind: "delivery" | "message";
  /** Where it was to be delivered; null for messages. */
  host: string | null;
  inboxes: string[];
  activityId: string | null;
  activityType: string | null;
  attempts: number | null;
  /** The queue whose message it was; null for deliveries. */
  queue: string | null;
  /** The message, JSON; null for deliveries. */
  body: string | null;
  lastError: string | null;
  createdAt: string;
  /** When it was given up. */
  deadAt: string;
}

/** `POST /dead-letters/replay-all?host=`. */
export interface ReplayedLetters {
  replayed: number;
}

/** One of `GET /events`, the newest first. */
export interface FederationEvent {
  id: number;
  /** Such as `host-resting`, `host-back`, `followers-dropped`, `delivery-given-up`. */
  kind: string;
  host: string | null;
  /** One sentence. */
  note: string;
  createdAt: string;
}

/** Lists answer `{total, data}`. */
export const federationHostsQuerySchema = pageSchema.extend({
  /** Part of the host's name. */
  search: z.string().trim().max(255).optional(),
  sort: sortSchema(["waiting", "score", "failingSince", "host"], "-waiting"),
});
export type FederationHostsQuery = z.output<typeof federationHostsQuerySchema>;

export const deadLettersQuerySchema = pageSchema.extend({ host: z.string().trim().max(255).optional() });
export type DeadLettersQuery = z.output<typeof deadLettersQuerySchema>;

export const replayAllQuerySchema = z.object({ host: z.string().trim().min(1).max(255).optional() });

export const federationEventsQuerySchema = pageSchema.extend({ host: z.string().trim().max(255).optional() });
export type FederationEventsQuery = z.output<typeof federationEventsQuerySchema>;
