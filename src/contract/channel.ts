import { z } from "zod";
import { booleanField, nullableText, requiredText } from "./fields";
import { listQuerySchema } from "./list";

/** `GET /api/v1/accounts` */
export const ACCOUNT_SORTS = ["id", "createdAt", "name"] as const;
export type AccountSort = (typeof ACCOUNT_SORTS)[number];
export const accountListQuerySchema = listQuerySchema(ACCOUNT_SORTS, "-createdAt");

/** `GET /api/v1/video-channels`, and an account's. */
export const CHANNEL_SORTS = ["id", "createdAt", "updatedAt", "name", "displayName"] as const;
export type ChannelSort = (typeof CHANNEL_SORTS)[number];
export const channelListQuerySchema = listQuerySchema(CHANNEL_SORTS, "-createdAt");

const displayName = requiredText(1, 120);
const longText = nullableText(3, 1000);

/** `POST /api/v1/video-channels` */
export const newChannelSchema = z.strictObject({
  name: z
    .string("is missing")
    .regex(/^[A-Za-z0-9_][\w.-]{0,49}$/, "must be 1 to 50 letters (a-z), digits, dots, hyphens or underscores, the first no dot or hyphen"),
  displayName,
  description: longText.default(null),
  support: longText.default(null),
});
export type NewChannelFields = z.output<typeof newChannelSchema>;

/** `PUT /api/v1/video-channels/{handle}`: what is left out stays. */
export const updateChannelSchema = z.strictObject({
  displayName: displayName.optional(),
  description: longText.optional(),
  support: longText.optional(),
  /** Give all the channel's videos the new support text too. */
  bulkVideosSupportUpdate: booleanField.default(false),
});
export type UpdateChannelFields = z.output<typeof updateChannelSchema>;

/** What `POST /api/v1/video-channels` answers. */
export interface CreatedChannel {
  videoChannel: { id: number };
}
