import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "./database";
import { videos } from "./schema";

/** Adds to a local video's counts and gives how many views it has now; undefined where there is no such video of here. */
export async function addViews(
  database: Database,
  videoUuid: string,
  added: { views: number; watchedSeconds: number },
): Promise<number | undefined> {
  const [row] = await database
    .update(videos)
    .set({ views: sql`${videos.views} + ${added.views}`, watchedSeconds: sql`${videos.watchedSeconds} + ${added.watchedSeconds}` })
    .where(and(eq(videos.uuid, videoUuid), isNull(videos.url)))
    .returning({ views: videos.views });
  return row?.views;
}
