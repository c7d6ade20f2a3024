import { z } from "zod";
import { VIDEO_LANGUAGES } from "./video-languages";
import type { Labelled } from "./video";

// Captions as PeerTube's REST API takes and shows them.

export const MAX_CAPTION_BYTES = 5 * 1024 * 1024;

/** The `{language}` of the path. */
export const captionParamsSchema = z.object({
  language: z.string().refine((value) => Object.hasOwn(VIDEO_LANGUAGES, value), "isn't a language id such as «en»"),
});

/** `PUT /api/v1/videos/{id}/captions/{language}`: a form with a file of WebVTT or SubRip. */
export const newCaptionSchema = z.object({
  captionfile: z
    .custom<File>((value) => value instanceof File && value.size > 0, "must be a file of WebVTT or SubRip")
    .refine((file) => file.size <= MAX_CAPTION_BYTES, `must not have more than ${MAX_CAPTION_BYTES / 1024 ** 2} MiB`),
});

export interface Caption {
  language: Labelled<string>;
  automaticallyGenerated: boolean;
  captionPath: string;
  fileUrl: string;
  updatedAt: string;
}
