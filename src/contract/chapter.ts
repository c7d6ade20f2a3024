import { z } from "zod";
import { requiredText } from "./fields";

// Chapters as PeerTube's REST API takes and shows them.

const MAX_CHAPTERS = 1000;

const chapterSchema = z.object({
  /** Seconds. */
  timecode: z.int("must be whole seconds").nonnegative("must not be negative"),
  title: requiredText(1, 100),
});
export type Chapter = z.output<typeof chapterSchema>;

/** `PUT /api/v1/videos/{id}/chapters`: all of them. */
export const chaptersSchema = z.object({
  chapters: z
    .array(chapterSchema)
    .max(MAX_CHAPTERS, `at most ${MAX_CHAPTERS} chapters`)
    .refine((chapters) => new Set(chapters.map(({ timecode }) => timecode)).size === chapters.length, "two have the same timecode"),
});

export interface ChapterList {
  chapters: Chapter[];
}
