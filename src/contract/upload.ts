import { z } from "zod";
import { booleanField, idField, nullableText, requiredText } from "./fields";
import { CommentsPolicy, VIDEO_CATEGORIES, VIDEO_LICENCES, VideoPrivacy } from "./video-constants";
import { VIDEO_LANGUAGES } from "./video-languages";

// What an upload is opened with, as JSON or as a form, where every value is text.

const MAX_DESCRIPTION_CHARACTERS = 10_000;
const MAX_SUPPORT_CHARACTERS = 1000;
const MAX_TAGS = 5;
const PASSWORD_PROTECTED = 5;

/** An image sent with an upload may have this many bytes. */
export const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
/** The body that opens an upload: an image, and fields beside it. */
export const MAX_OPENING_BYTES = MAX_IMAGE_BYTES + 1024 * 1024;

/** A blank form field, or null, means «not given». */
function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === "" || value === null || value === "null" ? undefined : value), schema.optional()).optional();
}

const wholeNumber = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  "must be a whole number",
);

/** A number out of a list that `GET /api/v1/videos/…` gives. */
function oneOf(known: Readonly<Record<number, string>>, list: string) {
  return wholeNumber.refine((id) => Object.hasOwn(known, id), `isn't one of GET /api/v1/videos/${list}`);
}

const privacy = wholeNumber
  .refine((id) => id !== PASSWORD_PROTECTED, {
    error: "password-protected videos aren't offered here; choose 1 public, 2 unlisted, 3 private or 4 internal",
    abort: true,
  })
  .pipe(z.literal(Object.values(VideoPrivacy), "must be 1 public, 2 unlisted, 3 private or 4 internal"));

const tags = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(requiredText(2, 30), "must be a list").max(MAX_TAGS, `must be at most ${MAX_TAGS}`),
);

/** The description of a video to be made of an upload. */
export const videoMetadataSchema = z.object({
  name: requiredText(3, 120),
  channelId: idField,
  privacy: optional(privacy).transform((value) => value ?? VideoPrivacy.private),
  category: optional(oneOf(VIDEO_CATEGORIES, "categories")),
  licence: optional(oneOf(VIDEO_LICENCES, "licences")),
  language: optional(z.string().refine((code) => Object.hasOwn(VIDEO_LANGUAGES, code), "isn't one of GET /api/v1/videos/languages")),
  description: nullableText(3, MAX_DESCRIPTION_CHARACTERS).optional(),
  support: nullableText(3, MAX_SUPPORT_CHARACTERS).optional(),
  nsfw: optional(booleanField).transform((value) => value ?? false),
  waitTranscoding: optional(booleanField).transform((value) => value ?? false),
  commentsPolicy: optional(wholeNumber.pipe(z.literal(Object.values(CommentsPolicy), "must be 1, 2 or 3"))).transform(
    (value) => value ?? CommentsPolicy.enabled,
  ),
  downloadEnabled: optional(booleanField).transform((value) => value ?? true),
  tags: optional(tags).transform((value) => value ?? []),
  originallyPublishedAt: optional(z.iso.datetime({ offset: true, error: "must be a date and time such as 2026-11-23T12:00:00Z" })),
});
export type VideoMetadata = z.output<typeof videoMetadataSchema>;

const image = optional(
  z
    .instanceof(Blob, { error: "must be an image file" })
    .refine((file) => file.size <= MAX_IMAGE_BYTES, `must be at most ${MAX_IMAGE_BYTES / 1024 / 1024} MiB`),
);

/** What tells one file from another. */
const fileFields = {
  filename: z.string("is missing").min(1, "is missing").max(2000, "must be at most 2000 characters"),
  originalName: optional(z.string().max(2000, "must be at most 2000 characters")),
  lastModified: optional(z.union([z.string().max(100), z.number()])),
};

/** The body that opens a resumable upload of a video; `previewfile` is an older name for the same image. */
export const openVideoUploadSchema = videoMetadataSchema.extend({ ...fileFields, thumbnailfile: image, previewfile: image });
export type OpenVideoUpload = z.output<typeof openVideoUploadSchema>;

/** Our own: the body that opens a resumable upload of a rendition of a video that exists. */
export const openRenditionUploadSchema = z.object({ ...fileFields, resolution: optional(wholeNumber) });
export type OpenRenditionUpload = z.output<typeof openRenditionUploadSchema>;
