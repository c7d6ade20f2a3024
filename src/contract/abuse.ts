import { z } from "zod";
import { idField, nullableText } from "./fields";
import { listQuerySchema, pageSchema } from "./list";
import type { Account, AccountSummary, ChannelSummary, Labelled } from "./video";

// Reports of what breaks the rules, as PeerTube's REST API takes and shows them.

export const ABUSE_STATES: Readonly<Record<number, string>> = { 1: "Pending", 2: "Rejected", 3: "Accepted" };

/** PeerTube's names; a Flag's hashtags have them too. */
export const ABUSE_REASONS = [
  "violentOrRepulsive",
  "hatefulOrAbusive",
  "spamOrMisleading",
  "privacy",
  "rights",
  "serverRules",
  "thumbnails",
  "captions",
] as const;
export type AbuseReason = (typeof ABUSE_REASONS)[number];

const reason = nullableText(2, 3000).refine((text): text is string => text !== null, "is missing");
const seconds = z.int("must be whole seconds").nonnegative("must not be negative");

/** `POST /api/v1/abuses`: one thing is reported. */
export const newAbuseSchema = z
  .object({
    reason,
    predefinedReasons: z.array(z.enum(ABUSE_REASONS)).max(ABUSE_REASONS.length).default([]),
    video: z
      .object({
        id: z.union([idField, z.string().regex(/^[\w-]{22,36}$/)], "must be a video's id or UUID"),
        startAt: seconds.nullish(),
        endAt: seconds.nullish(),
      })
      .optional(),
    comment: z.object({ id: idField }).optional(),
    account: z.object({ id: idField }).optional(),
  })
  .refine(
    ({ video, comment, account }) => [video, comment, account].filter((what) => what !== undefined).length === 1,
    "say which video, comment or account is reported: one of them",
  )
  .refine(({ video }) => typeof video?.startAt !== "number" || typeof video.endAt !== "number" || video.endAt > video.startAt, {
    path: ["video", "endAt"],
    error: "must be after startAt",
  });
export type NewAbuseFields = z.output<typeof newAbuseSchema>;

/** `PUT /api/v1/abuses/{id}`: what is left out stays. */
export const updateAbuseSchema = z.object({
  state: z
    .int()
    .refine((value) => value in ABUSE_STATES, "is 1 pending, 2 rejected or 3 accepted")
    .optional(),
  moderationComment: nullableText(2, 3000).optional(),
});
export type UpdateAbuseFields = z.output<typeof updateAbuseSchema>;

export const ABUSE_SORTS = ["id", "createdAt", "state"] as const;
export type AbuseSort = (typeof ABUSE_SORTS)[number];

/** `GET /api/v1/abuses` */
export const abuseListQuerySchema = pageSchema.extend(listQuerySchema(ABUSE_SORTS, "-createdAt").shape).extend({
  id: idField.optional(),
  state: z.coerce.number().int().optional(),
  filter: z.enum(["video", "comment", "account"]).optional(),
});
export type AbuseListQuery = z.output<typeof abuseListQuerySchema>;

export interface Abuse {
  id: number;
  reason: string;
  predefinedReasons: string[];
  /** Null: its account is gone. */
  reporterAccount: Account | null;
  flaggedAccount: Account | null;
  state: Labelled<number>;
  moderationComment: string | null;
  video: {
    id: number;
    uuid: string;
    shortUUID: string;
    name: string;
    nsfw: boolean;
    startAt: number | null;
    endAt: number | null;
    deleted: boolean;
    blacklisted: boolean;
    thumbnailPath: string | null;
    channel: ChannelSummary | null;
  } | null;
  comment: {
    id: number;
    threadId: number;
    text: string;
    deleted: boolean;
    account: AccountSummary | null;
    video: { id: number; uuid: string; shortUUID: string; name: string };
  } | null;
  createdAt: string;
  updatedAt: string;
  countMessages: number;
}

export interface CreatedAbuse {
  abuse: { id: number };
}
