import { aliasedTable, and, asc, desc, eq, isNull, or, sql, type SQL } from "drizzle-orm";
import type { CommentSort } from "../../contract/comment";
import { ofNoBlockedHost } from "./blocked-hosts";
import type { Database } from "./database";
import { accounts, type AccountRow } from "./schema";
import { comments, type CommentRow } from "./schema-federation";

/** A comment with all that is shown of it. */
export interface CommentRecord {
  comment: CommentRow;
  /** Null: its account is gone. */
  account: AccountRow | null;
  /** Of the thread's first comment; 0 in others. */
  totalReplies: number;
  totalRepliesFromVideoAuthor: number;
}

/** Who looks at comments. */
export interface CommentViewer {
  accountId: number | undefined;
  /** Sees what waits for approval; others see their own. */
  seesHeld: boolean;
}

/** A thread has no more than this shown: the oldest. */
const MAX_THREAD_COMMENTS = 1000;

const SORT_COLUMNS = {
  createdAt: sql`${comments.createdAt}`,
  totalReplies: sql`${repliesOf()}`,
} as const;

/** A page of a video's threads, each by its first comment, and how many there are. A deleted one is there while it has answers. */
export async function listThreads(
  database: Database,
  video: { id: number; ownerAccountId: number },
  viewer: CommentViewer,
  page: { start: number; count: number; sort: { field: CommentSort; descending: boolean } },
): Promise<{ total: number; records: CommentRecord[] }> {
  const where = and(
    eq(comments.videoId, video.id),
    isNull(comments.threadId),
    isShownTo(viewer),
    ofNoBlockedHost(authorHost()),
    or(isNull(comments.deletedAt), sql`${repliesOf()} > 0`),
  );
  const direction = page.sort.descending ? desc : asc;
  const [records, total] = await Promise.all([
    selectComments(database, video.ownerAccountId)
      .where(where)
      .orderBy(direction(SORT_COLUMNS[page.sort.field]), direction(comments.id))
      .limit(page.count)
      .offset(page.start),
    database.$count(comments, where),
  ]);
  return { total, records };
}

/** All comments of a thread, the first one first and then by age; empty where there is no such thread. */
export async function loadThread(
  database: Database,
  video: { id: number; ownerAccountId: number },
  threadId: number,
  viewer: CommentViewer,
): Promise<CommentRecord[]> {
  const isOfThread = or(and(eq(comments.id, threadId), isNull(comments.threadId)), eq(comments.threadId, threadId));
  return await selectComments(database, video.ownerAccountId)
    .where(and(eq(comments.videoId, video.id), isOfThread, isShownTo(viewer), ofNoBlockedHost(authorHost())))
    .orderBy(sql`${comments.threadId} is not null`, asc(comments.createdAt), asc(comments.id))
    .limit(MAX_THREAD_COMMENTS);
}

/** What answers these threads, by age, at most `limit`: the newest of all. */
export async function listReplies(
  database: Database,
  video: { id: number; ownerAccountId: number },
  threadIds: number[],
  viewer: CommentViewer,
  limit: number,
): Promise<CommentRecord[]> {
  const newest = await selectComments(database, video.ownerAccountId)
    .where(
      and(
        eq(comments.videoId, video.id),
        sql`${comments.threadId} in (select value from json_each(${JSON.stringify(threadIds)}))`,
        isNull(comments.deletedAt),
        isShownTo(viewer),
      ),
    )
    .orderBy(desc(comments.createdAt), desc(comments.id))
    .limit(limit);
  return newest.toReversed();
}

/** One comment with all that is shown of it. */
export async function loadCommentRecord(database: Database, commentId: number, ownerAccountId: number): Promise<CommentRecord | undefined> {
  return (await selectComments(database, ownerAccountId).where(eq(comments.id, commentId)).limit(1))[0];
}

/** The host of a comment's author; by itself, since a count has no join. */
function authorHost(): SQL {
  return sql`(select host from accounts as author where author.id = ${comments.accountId})`;
}

function selectComments(database: Database, ownerAccountId: number) {
  return database
    .select({
      comment: comments,
      account: accounts,
      totalReplies: repliesOf(),
      totalRepliesFromVideoAuthor: repliesOf(ownerAccountId),
    })
    .from(comments)
    .leftJoin(accounts, eq(accounts.id, comments.accountId));
}

/** How many answers a thread has, or how many of one account. */
function repliesOf(accountId?: number): SQL<number> {
  const replies = aliasedTable(comments, "reply");
  return sql<number>`(
    select count(*) from ${comments} as "reply" where ${replies.threadId} = ${comments.id} and ${replies.deletedAt} is null and ${replies.held} = 0
    ${accountId === undefined ? sql`` : sql`and ${replies.accountId} = ${accountId}`}
  )`;
}

function isShownTo({ accountId, seesHeld }: CommentViewer): SQL | undefined {
  if (seesHeld) {
    return undefined;
  }
  return accountId === undefined ? eq(comments.held, false) : or(eq(comments.held, false), eq(comments.accountId, accountId));
}
