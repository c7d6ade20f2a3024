import { eq, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { videos } from "./schema";
import { comments, videoRates } from "./schema-federation";
import type { Statement } from "./tasks";

// Counts that a video's row holds of rows of other tables. Each is for the batch of the change, after it: counted anew, it can't drift.

/** Counts a video's comments: those that are there for everybody. `videoId` may be a subquery. */
export function recountComments(database: Database, videoId: number | SQL): Statement {
  return database
    .update(videos)
    .set({
      comments: sql`(select count(*) from ${comments} where ${comments.videoId} = ${videoId} and deleted_at is null and held = 0)`,
    })
    .where(eq(videos.id, videoId));
}

/** Counts a local video's ratings. */
export function recountRates(database: Database, videoId: number): Statement {
  const having = (rating: number) =>
    sql`(select count(*) from ${videoRates} where ${videoRates.videoId} = ${videoId} and ${videoRates.rating} = ${rating})`;
  return database
    .update(videos)
    .set({ likes: having(1), dislikes: having(-1) })
    .where(eq(videos.id, videoId));
}
