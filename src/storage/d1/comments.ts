import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import { recountComments } from "./counts";
import type { Database } from "./database";
import { accounts, channels, videos } from "./schema";
import { comments, federationTasks, tombstones, type CommentRow } from "./schema-federation";
import type { Statement } from "./tasks";
import { tombstoneStatement } from "./tombstones";

// Comments as they are written; comment-reads.ts has how they are listed.

/** The time of a moderator's deletion: no word of the author's comes after it. The latest time that a Date can be. */
export const LAST_WORD = 8_640_000_000_000_000;

/** What decides how a comment on a video is kept. */
export interface CommentContext {
  video: {
    id: number;
    uuid: string;
    commentsPolicy: number;
    /** Null: of here. */
    host: string | null;
    ownerAccountId: number;
  };
}

/** The video that a comment is on; undefined where it is gone. */
export async function loadCommentContext(database: Database, videoId: number): Promise<CommentContext | undefined> {
  const row = await database
    .select({
      id: videos.id,
      uuid: videos.uuid,
      commentsPolicy: videos.commentsPolicy,
      host: channels.host,
      ownerAccountId: channels.accountId,
    })
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .where(eq(videos.id, videoId))
    .get();
  return row && { video: row };
}

/** A comment by its row's number. */
export async function findComment(database: Database, commentId: number): Promise<CommentRow | undefined> {
  return await database.select().from(comments).where(eq(comments.id, commentId)).get();
}

/** A comment of elsewhere by its id, which is in normal form. */
export async function findCommentByUrl(database: Database, url: string): Promise<CommentRow | undefined> {
  return await database.select().from(comments).where(eq(comments.url, url)).get();
}

/** The host of an account; null: of here. Undefined where there is none. */
export async function hostOfAccount(database: Database, accountId: number): Promise<string | null | undefined> {
  return (await database.select({ host: accounts.host }).from(accounts).where(eq(accounts.id, accountId)).get())?.host;
}

/** A task of one comment, asked for in the batch that makes it or changes it: only then its number is known. */
function askForCommentTask(database: Database, kind: "comment" | "approve-comment", which: SQL | undefined, now: number): Statement {
  return database
    .insert(federationTasks)
    .select(
      sql`select null, ${kind}, cast(id as text), json_object('kind', ${kind}, 'commentId', id), 1, 0, ${now}, null, ${now}
        from ${comments} where ${which}`,
    )
    .onConflictDoUpdate({
      target: [federationTasks.kind, federationTasks.subject],
      set: { revision: sql`${federationTasks.revision} + 1`, attempts: 0, dueAt: sql`min(${federationTasks.dueAt}, ${now})` },
    });
}

export interface NewComment {
  videoId: number;
  accountId: number;
  inReplyToId: number | null;
  threadId: number | null;
  text: string;
  held: boolean;
  now: number;
}

/** Stores a comment of here, counts it and asks for others to be told; gives its row. */
export async function insertComment(database: Database, comment: NewComment): Promise<CommentRow> {
  const { now, ...fields } = comment;
  // In the batch's transaction, and as numbers are never used again, the newest row is this one.
  const isNewest = eq(comments.id, sql`(select max(id) from ${comments})`);
  const [inserted] = await database.batch([
    database
      .insert(comments)
      .values({ ...fields, saidAt: now, createdAt: now, updatedAt: now })
      .returning(),
    recountComments(database, comment.videoId),
    askForCommentTask(database, "comment", isNewest, now),
  ]);
  const [row] = inserted;
  if (row === undefined) {
    throw new Error("a comment was inserted and gave no row");
  }
  return row;
}

export interface RemoteCommentRow {
  url: string;
  videoId: number;
  accountId: number;
  inReplyToId: number | null;
  threadId: number | null;
  html: string;
  saidAt: number;
  createdAt: number;
  updatedAt: number;
  approvalUrl: string | null;
  held: boolean;
}

/**
 * Stores a comment of elsewhere, or its newer form, unless it was deleted at that time or later, or is another account's;
 * gives its row, undefined where nothing was changed. A comment that waits no longer doesn't wait again while its text
 * stays. `asksForApproval`: where it needn't wait and wasn't approved before, its author's instance is to be told.
 */
export async function upsertRemoteComment(
  database: Database,
  comment: RemoteCommentRow,
  { asksForApproval, now }: { asksForApproval: boolean; now: number },
): Promise<CommentRow | undefined> {
  const { url, videoId, accountId, inReplyToId, threadId, html, saidAt, createdAt, updatedAt, approvalUrl } = comment;
  const held = comment.held ? 1 : 0;
  const isThis = eq(comments.url, url);
  const upsert = database
    .insert(comments)
    .select(
      // Every column in the schema's order; NULL lets the database give the id.
      sql`select null, ${url}, ${videoId}, ${accountId}, ${inReplyToId}, ${threadId}, ${html}, 1, ${held}, ${approvalUrl}, ${saidAt}, ${createdAt}, ${updatedAt}, null
        where not exists (select 1 from ${tombstones} where ${tombstones.url} = ${url} and deleted_at >= ${saidAt})`,
    )
    .onConflictDoUpdate({
      target: comments.url,
      set: {
        accountId: sql`excluded.account_id`,
        text: sql`excluded.text`,
        held: sql`case when comments.held = 0 and comments.deleted_at is null and comments.text = excluded.text then 0 else excluded.held end`,
        approvalUrl: sql`ifnull(excluded.approval_url, comments.approval_url)`,
        saidAt: sql`excluded.said_at`,
        updatedAt: sql`excluded.updated_at`,
        deletedAt: null,
      },
      setWhere: sql`excluded.said_at > comments.said_at and comments.video_id = excluded.video_id and ifnull(comments.account_id, excluded.account_id) = excluded.account_id`,
    })
    .returning();
  const [rows] = await database.batch([
    upsert,
    recountComments(database, videoId),
    ...(asksForApproval
      ? [askForCommentTask(database, "approve-comment", and(isThis, eq(comments.held, false), isNull(comments.approvalUrl)), now)]
      : []),
  ]);
  return rows[0];
}

/**
 * Takes a comment of elsewhere back, unless a newer word of its author is known, and notes it, so that it isn't taken for
 * new should it come later. Gives the row where there is one and it was deleted now.
 */
export async function deleteRemoteCommentRow(database: Database, url: string, saidAt: number): Promise<CommentRow | undefined> {
  const [rows] = await database.batch([
    database
      .update(comments)
      .set({ text: "", deletedAt: saidAt, saidAt, held: false })
      .where(and(eq(comments.url, url), sql`${comments.saidAt} <= ${saidAt}`, isNull(comments.deletedAt)))
      .returning(),
    // Deleted before: only the time moves.
    database
      .update(comments)
      .set({ saidAt: sql`max(${comments.saidAt}, ${saidAt})` })
      .where(and(eq(comments.url, url), sql`${comments.deletedAt} is not null`)),
    tombstoneStatement(database, url, saidAt),
    recountComments(database, sql`(select video_id from ${comments} where ${comments.url} = ${url})`),
  ]);
  return rows[0];
}

/**
 * Empties a comment for somebody of here and asks for others to be told; says whether it was there still. Its row stays, for
 * the answers to it and so that what its author says of it afterwards isn't new.
 */
export async function deleteCommentRow(
  database: Database,
  { id, videoId }: Pick<CommentRow, "id" | "videoId">,
  { saidAt, now, also }: { saidAt: number; now: number; also: Statement[] },
): Promise<boolean> {
  const [rows] = await database.batch([
    database
      .update(comments)
      .set({ text: "", deletedAt: now, saidAt })
      .where(and(eq(comments.id, id), isNull(comments.deletedAt)))
      .returning({ id: comments.id }),
    recountComments(database, videoId),
    ...also,
  ]);
  return rows.length > 0;
}

/** Lets a comment wait no longer, with `also`; says whether it waited. `approvalUrl`: the ApproveReply's id, where one came. */
export async function approveCommentRow(
  database: Database,
  { id, videoId }: Pick<CommentRow, "id" | "videoId">,
  { approvalUrl, also }: { approvalUrl?: string; also: Statement[] },
): Promise<boolean> {
  const isWaiting =
    approvalUrl === undefined ? eq(comments.held, true) : sql`(${comments.held} = 1 or ${comments.approvalUrl} is not ${approvalUrl})`;
  const [rows] = await database.batch([
    database
      .update(comments)
      .set({ held: false, ...(approvalUrl !== undefined && { approvalUrl }) })
      .where(and(eq(comments.id, id), isNull(comments.deletedAt), isWaiting))
      .returning({ id: comments.id }),
    recountComments(database, videoId),
    ...also,
  ]);
  return rows.length > 0;
}
