import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import { parseBy, type Parsed } from "./parsed";

const MAX_CHAPTERS = 500;

const chaptersSchema = z
  .object({
    hasPart: z.array(z.object({ name: z.string().trim().min(1).max(100), startOffset: z.number().nonnegative() })).max(MAX_CHAPTERS),
  })
  .transform(({ hasPart }) => {
    const byTimecode = new Map(hasPart.map(({ name, startOffset }) => [Math.round(startOffset), name.toWellFormed()]));
    return [...byTimecode].map(([timecode, title]) => ({ timecode, title })).toSorted((a, b) => a.timecode - b.timecode);
  });

export interface RemoteChapter {
  /** Seconds. */
  timecode: number;
  title: string;
}

/** Reads a video's chapters (PeerTube's `hasParts`), each timecode once; one wrong part makes all wrong, as it would leave a gap. */
export function parseChapters(document: JsonObject): Parsed<RemoteChapter[]> {
  return parseBy(chaptersSchema, document);
}
