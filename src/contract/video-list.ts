import { z } from "zod";
import { booleanQuerySchema, pageSchema, sortSchema } from "./list";

// The query of every list of videos.

/** PeerTube's sort words; a leading `-` sorts from the highest. */
export const VIDEO_SORTS = [
  "name",
  "duration",
  "createdAt",
  "updatedAt",
  "publishedAt",
  "originallyPublishedAt",
  "views",
  "likes",
  "trending",
  "hot",
  "best",
] as const;
export type VideoSort = (typeof VIDEO_SORTS)[number];

/** One value or several of the same name. */
function oneOrMore<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).max(100).optional());
}

export const videoListQuerySchema = pageSchema.extend({
  sort: sortSchema(VIDEO_SORTS, "-publishedAt"),
  nsfw: z.union([z.literal("both"), booleanQuerySchema]).optional(),
  isLocal: booleanQuerySchema.optional(),
  isLive: booleanQuerySchema.optional(),
  tagsOneOf: oneOrMore(z.string().max(100)),
  categoryOneOf: oneOrMore(z.coerce.number().int()),
  licenceOneOf: oneOrMore(z.coerce.number().int()),
  languageOneOf: oneOrMore(z.string().max(20)),
});
export type VideoListQuery = z.infer<typeof videoListQuerySchema>;
