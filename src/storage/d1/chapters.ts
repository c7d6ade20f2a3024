import { asc, eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { videos } from "./schema";
import { videoChapters, type VideoChapterRow } from "./schema-federation";
import type { Statement } from "./tasks";

export type NewChapter = Omit<VideoChapterRow, "videoId">;

/** A video's chapters, the first one first. */
export async function listChapters(database: Database, videoId: number): Promise<VideoChapterRow[]> {
  return await database.select().from(videoChapters).where(eq(videoChapters.videoId, videoId)).orderBy(asc(videoChapters.timecode));
}

/**
 * Puts these chapters in the place of all that a video has, with `also`, all or nothing. The timecodes must differ. `now`:
 * the video's own time of change becomes this one, where it is a local video's.
 */
export async function replaceChapters(
  database: Database,
  videoId: number,
  chapters: NewChapter[],
  { now, also = [] }: { now?: number; also?: Statement[] } = {},
): Promise<void> {
  await database.batch([
    database.delete(videoChapters).where(eq(videoChapters.videoId, videoId)),
    // One statement for all: D1 counts statements.
    database
      .insert(videoChapters)
      .select(sql`select ${videoId}, value ->> 'timecode', value ->> 'title' from json_each(${JSON.stringify(chapters)})`),
    ...(now === undefined ? [] : [database.update(videos).set({ updatedAt: now }).where(eq(videos.id, videoId))]),
    ...also,
  ]);
}
