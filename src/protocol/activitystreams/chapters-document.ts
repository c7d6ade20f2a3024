import { contextOf } from "./context";
import type { JsonObject } from "./types";

/** A video's chapters; each ends where the next begins, the last with the video. Times in seconds. */
export function chaptersDocument(id: string, chapters: { timecode: number; title: string }[], durationSeconds: number): JsonObject {
  return {
    "@context": contextOf("chapters"),
    id,
    hasPart: chapters.map(({ timecode, title }, index) => ({
      name: title,
      startOffset: timecode,
      endOffset: chapters[index + 1]?.timecode ?? Math.max(timecode, durationSeconds),
    })),
  };
}
