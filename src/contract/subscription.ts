import { z } from "zod";
import { pageSchema, sortSchema } from "./list";

/** `GET /api/v1/users/me/subscriptions` */
export const SUBSCRIPTION_SORTS = ["id", "createdAt", "channelUpdatedAt"] as const;
export type SubscriptionSort = (typeof SUBSCRIPTION_SORTS)[number];
export const subscriptionsQuerySchema = pageSchema.extend({
  sort: sortSchema(SUBSCRIPTION_SORTS, "-createdAt"),
  search: z.string().trim().max(255).optional(),
});
export type SubscriptionsQuery = z.output<typeof subscriptionsQuerySchema>;

/** `POST /api/v1/users/me/subscriptions`: a channel's `name@host`, or its address. */
export const subscribeSchema = z.strictObject({ uri: z.string("is missing").trim().min(1, "is missing").max(2000, "is too long") });

/** `GET /api/v1/users/me/subscriptions/exist`: `uris` several times, or with commas. */
export const subscriptionsExistQuerySchema = z.object({
  uris: z.preprocess(
    (value) => (typeof value === "string" ? value.split(",") : value),
    z.array(z.string().trim().min(1).max(512), "is missing").min(1, "is missing").max(100, "must be at most 100"),
  ),
});

/** What it answers: whether each is subscribed to. */
export type SubscriptionsExist = Record<string, boolean>;
