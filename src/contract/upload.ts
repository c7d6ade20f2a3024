import { z } from "zod";

// What an upload is opened with (rest-api sections 3.1 and 3.2). Bodies come as JSON or as a form, where every value is
// text, so numbers and booleans are read from either.

const number = z.coerce.number().int();

const flag = z.union([z.boolean(), z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1")]);

/** Blank form fields mean «not given». */
function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === "" || value === null || value === "null" ? undefined : value), schema.optional());
}

const SMALLEST_PRIVACY = 1;
const LARGEST_PRIVACY = 4;
const PASSWORD_PROTECTED = 5;

const privacy = number
  .refine((value) => value !== PASSWORD_PROTECTED, "password-protected videos aren't offered here; choose 1 public, 2 unlisted, 3 private or 4 internal")
  .refine((value) => value >= SMALLEST_PRIVACY && value <= PASSWORD_PROTECTED, "is 1 public, 2 unlisted, 3 private or 4 internal");

/** The description of a video to be made of an upload. */
export const videoMetadataSchema = z.object({
  name: z.string("is needed").trim().min(3, "needs at least 3 characters").max(120, "has at most 120 characters"),
  channelId: z.preprocess((value) => value ?? NaN, number.positive("is needed: the number of one of your channels")),
  privacy: optional(privacy).transform((value) => value ?? LARGEST_PRIVACY - 1),
  category: optional(number.min(1).max(9999)),
  licence: optional(number.min(1).max(9999)),
  language: optional(z.string().min(1).max(10)),
  description: optional(z.string().trim().max(10_000, "has at most 10,000 characters")),
  support: optional(z.string().trim().max(1000, "has at most 1,000 characters")),
  nsfw: optional(flag).transform((value) => value ?? false),
  waitTranscoding: optional(flag).transform((value) => value ?? false),
  commentsPolicy: optional(number.min(1).max(3)).transform((value) => value ?? 1),
  downloadEnabled: optional(flag).transform((value) => value ?? true),
  tags: optional(
    z.preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      z.array(z.string().trim().min(2, "each tag has 2 to 30 characters").max(30, "each tag has 2 to 30 characters")).max(5, "at most 5 tags"),
    ),
  ).transform((value) => value ?? []),
  originallyPublishedAt: optional(z.iso.datetime({ offset: true, error: "is a date and time as in 2026-11-23T12:00:00Z" })),
});
export type VideoMetadata = z.output<typeof videoMetadataSchema>;

/** A file's name: any text, not empty. */
const filename = z.string("is needed").min(1, "is needed").max(2000, "has at most 2,000 characters");

/** The body that opens a resumable upload of a video. */
export const openVideoUploadSchema = videoMetadataSchema.extend({
  filename,
  originalName: optional(z.string().max(2000)),
  lastModified: optional(z.union([z.string().max(100), z.number()])),
});
export type OpenVideoUpload = z.output<typeof openVideoUploadSchema>;

/** Our own: the body that opens a resumable upload of a rendition of a video that exists. */
export const openRenditionUploadSchema = z.object({
  filename,
  originalName: optional(z.string().max(2000)),
  lastModified: optional(z.union([z.string().max(100), z.number()])),
  resolution: optional(number.min(0).max(10_000)),
});
export type OpenRenditionUpload = z.output<typeof openRenditionUploadSchema>;

/** The images that may come with either body, by the form field's name; `previewfile` is the older one. */
export const IMAGE_FIELDS = ["thumbnailfile", "previewfile"] as const;
export const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
