import { z } from "zod";
import { booleanField, idField, nullableText, requiredText } from "./fields";
import { CommentsPolicy, VIDEO_CATEGORIES, VIDEO_LICENCES, VideoPrivacy } from "./video-constants";
import { VIDEO_LANGUAGES } from "./video-languages";

// The body of `PUT /api/v1/videos/{id}`: JSON, or a form with images in it. What isn't sent stays as it is.

const wholeNumber = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number),
  ],
  "must be a whole number",
);

/** A choice that can be taken back: null, or an empty form field. */
function clearable<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === "" || value === "null" ? null : value), schema.nullable());
}

const tags = z.preprocess(
  (value) => (value === null || value === "" || value === "null" ? [] : typeof value === "string" ? [value] : value),
  z.array(requiredText(2, 30)).max(5, "at most 5 tags"),
);

/** An image in a form; a file field without a file is an empty one. */
const image = z
  .custom<File>((value) => value instanceof File, "must be an image file")
  .transform((file) => (file.size === 0 ? undefined : file));

export const videoUpdateSchema = z.object({
  name: requiredText(3, 120).optional(),
  channelId: idField.optional(),
  privacy: wholeNumber
    .refine((value) => Object.values<number>(VideoPrivacy).includes(value), "is 1 public, 2 unlisted, 3 private or 4 internal")
    .optional(),
  category: clearable(wholeNumber.refine((value) => value in VIDEO_CATEGORIES, "isn't one of this instance's categories")).optional(),
  licence: clearable(wholeNumber.refine((value) => value in VIDEO_LICENCES, "isn't one of this instance's licences")).optional(),
  language: clearable(z.string().refine((value) => Object.hasOwn(VIDEO_LANGUAGES, value), "isn't a language id such as «en»")).optional(),
  description: nullableText(3, 10_000).optional(),
  support: nullableText(3, 1000).optional(),
  nsfw: booleanField.optional(),
  waitTranscoding: booleanField.optional(),
  downloadEnabled: booleanField.optional(),
  commentsPolicy: wholeNumber
    .refine((value) => Object.values<number>(CommentsPolicy).includes(value), "is 1 enabled, 2 disabled or 3 requires approval")
    .optional(),
  /** Before PeerTube 6.2. */
  commentsEnabled: booleanField.optional(),
  tags: tags.optional(),
  originallyPublishedAt: clearable(z.iso.datetime({ offset: true, error: "is a date and time as in 2026-11-23T12:00:00Z" })).optional(),
  thumbnailfile: image.optional(),
  previewfile: image.optional(),
});
export type VideoUpdate = z.output<typeof videoUpdateSchema>;
