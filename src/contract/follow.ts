import { z } from "zod";
import { booleanField } from "./fields";
import { pageSchema, sortSchema } from "./list";
import type { ActorImage } from "./video";

// Following: PeerTube's calls, and what this instance adds to them for its administrator. Times are ISO 8601.

export const FOLLOW_STATES = ["pending", "accepted", "rejected"] as const;
export type FollowStateName = (typeof FOLLOW_STATES)[number];

const followListSchema = pageSchema.extend({
  search: z.string().trim().max(255).optional(),
  state: z.enum(FOLLOW_STATES, `must be one of ${FOLLOW_STATES.join(", ")}`).optional(),
  actorType: z.enum(["Person", "Group", "Application", "Service", "Organization"], "must be a type of actor").optional(),
});

/** `GET /api/v1/server/followers` */
export const followersQuerySchema = followListSchema.extend({
  sort: sortSchema(["createdAt", "state", "score"], "-createdAt"),
  /** Ours, for administrators: `all` are the followers of everybody here, not only of the instance. */
  scope: z.enum(["instance", "all"]).default("instance"),
});
export type FollowersQuery = z.output<typeof followersQuerySchema>;

/** `GET /api/v1/server/following`. No follow allows redundancy, so that sort leaves the order of time. */
export const followingQuerySchema = followListSchema.extend({
  sort: sortSchema(["createdAt", "state", "score", "redundancyAllowed"], "-createdAt"),
});
export type FollowingQuery = z.output<typeof followingQuerySchema>;

/** `GET /api/v1/accounts/{name}/followers`, `/video-channels/{handle}/followers` */
export const ownFollowersQuerySchema = pageSchema.extend({
  search: z.string().trim().max(255).optional(),
  sort: sortSchema(["createdAt"], "-createdAt"),
});
export type OwnFollowersQuery = z.output<typeof ownFollowersQuerySchema>;

const MAX_TARGETS = 100;
const targets = z
  .array(z.string().trim().min(1, "must not be empty").max(512, "is too long"))
  .max(MAX_TARGETS, `must be at most ${MAX_TARGETS}`);

/** `POST /api/v1/server/following`: whom the instance follows from now on. */
export const followSchema = z
  .strictObject({ hosts: targets.default([]), handles: targets.default([]) })
  .refine(({ hosts, handles }) => hosts.length + handles.length > 0, { path: ["hosts"], error: "name at least one host or handle" });
export type FollowFields = z.output<typeof followSchema>;

/** Whose follower is meant, where it isn't the instance's: the name of an account or channel here. */
export const followerOfSchema = z.object({ target: z.string().min(1).max(100).optional() });

export interface FollowActor {
  id: number;
  url: string;
  name: string;
  host: string;
  hostRedundancyAllowed: boolean;
  followingCount: number;
  followersCount: number;
  avatars: ActorImage[];
  createdAt: string;
  updatedAt: string;
  /** Ours. */
  type: string;
}

/** One of a list of follows. */
export interface Follow {
  id: number;
  follower: FollowActor;
  following: FollowActor;
  /** Health of the other side's host: 0 to 10,000, 1,000 at first. */
  score: number;
  state: FollowStateName;
  createdAt: string;
  updatedAt: string;
  /** Ours, for administrators. */
  health?: FollowHealth;
  /** Ours, for administrators: where the reading of what the followed published before stands; null: it didn't begin. */
  history?: FollowHistory | null;
}

/** What is known of the other side's host. */
export interface FollowHealth {
  /** Failed deliveries in a row. */
  failures: number;
  failingSince: string | null;
  /** Nothing is sent before. */
  restingUntil: string | null;
  lastError: string | null;
  /** Deliveries that are due. */
  waiting: number;
  isBlocked: boolean;
}

export interface FollowHistory {
  state: "running" | "done" | "failed";
  pagesRead: number;
  itemsRead: number;
  totalItems: number | null;
  lastError: string | null;
  finishedAt: string | null;
}

/** One of `GET /api/v1/server/following/asked` (ours): a target that is still to be looked up and asked. */
export interface AskedFollow {
  /** As the administrator wrote it, or an address. */
  target: string;
  /** Tries that failed. */
  attempts: number;
  lastError: string | null;
  nextTryAt: string;
  createdAt: string;
}

/** `GET /api/v1/server/blocklist/servers` */
export const blockedServersQuerySchema = pageSchema.extend({
  search: z.string().trim().max(255).optional(),
  sort: sortSchema(["createdAt"], "-createdAt"),
});

/** `POST /api/v1/server/blocklist/servers` */
export const blockServerSchema = z.strictObject({ host: z.string("is missing").trim().min(1, "is missing").max(255, "is too long") });

/** One of the blocked instances, as PeerTube shows it. */
export interface BlockedServer {
  byAccount: { name: string; host: string; url: string };
  blockedServer: { host: string };
  createdAt: string;
}

/** `PUT /api/v1/config/custom`: the sections that can be set here; what is left out stays. */
export const customConfigSchema = z.strictObject({
  followers: z
    .strictObject({
      instance: z.strictObject({ enabled: booleanField.optional(), manualApproval: booleanField.optional() }).optional(),
      channels: z.strictObject({ enabled: booleanField.optional() }).optional(),
    })
    .optional(),
  followings: z
    .strictObject({
      instance: z.strictObject({ autoFollowBack: z.strictObject({ enabled: booleanField.optional() }).optional() }).optional(),
    })
    .optional(),
});
export type CustomConfigChange = z.output<typeof customConfigSchema>;

/** `GET /api/v1/config/custom`, in PeerTube's names. */
export interface CustomConfig {
  followers: { instance: { enabled: boolean; manualApproval: boolean }; channels: { enabled: boolean } };
  followings: { instance: { autoFollowBack: { enabled: boolean } } };
}
