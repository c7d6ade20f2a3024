import { and, eq, isNull, sql } from "drizzle-orm";
import { recountComments } from "./counts";
import type { Database } from "./database";
import { comments } from "./schema-federation";

/** Has a comment wait again, without the approval that it had; says whether it was there and didn't wait already. */
export async function holdComment(database: Database, commentId: number): Promise<boolean> {
  const [rows] = await database.batch([
    database
      .update(comments)
      .set({ held: true, approvalUrl: null })
      .where(and(eq(comments.id, commentId), eq(comments.held, false), isNull(comments.deletedAt)))
      .returning({ id: comments.id }),
    recountComments(database, sql`(select video_id from ${comments} where ${comments.id} = ${commentId})`),
  ]);
  return rows.length > 0;
}
