import { aliasedTable, and, asc, desc, eq, isNotNull, sql, type SQL } from "drizzle-orm";
import type { AbuseSort } from "../../contract/abuse";
import type { Database } from "./database";
import { accounts, channels, videos, type AccountRow, type ChannelRow, type VideoRow } from "./schema";
import { abuses, comments, federationTasks, type AbuseRow, type CommentRow } from "./schema-federation";

/** A report with what is shown of it. */
export interface AbuseRecord {
  abuse: AbuseRow;
  /** Null: the account is gone, or the report came from an instance as such. */
  reporter: AccountRow | null;
  /** What was reported, or what the reported comment is on. */
  video: VideoRow | null;
  channel: ChannelRow | null;
  comment: CommentRow | null;
  /** Whose video or comment, or who, was reported. */
  flagged: AccountRow | null;
  thumbnail: string | null;
}

export type NewAbuse = Pick<
  AbuseRow,
  "reporterAccountId" | "videoId" | "commentId" | "accountId" | "reason" | "predefinedReasons" | "startAt" | "endAt" | "createdAt"
>;

/** Stores a report of a user of here and, with `isAboutElsewhere`, asks for it to be sent there; gives its number. */
export async function insertAbuse(database: Database, abuse: NewAbuse, isAboutElsewhere: boolean): Promise<number> {
  const now = abuse.createdAt;
  const insert = database.insert(abuses).values(abuse).returning({ id: abuses.id });
  // In the batch's transaction, and as numbers are never used again, the newest row is this one.
  const askForFlag = database.insert(federationTasks).select(
    sql`select null, 'flag', cast(id as text), json_object('kind', 'flag', 'abuseId', id), 1, 0, ${now}, null, ${now}
        from ${abuses} where id = (select max(id) from ${abuses})`,
  );
  const [inserted] = isAboutElsewhere ? await database.batch([insert, askForFlag]) : [await insert];
  const id = inserted[0]?.id;
  if (id === undefined) {
    throw new Error("a report was inserted and gave no number");
  }
  return id;
}

/** Stores a report that came from elsewhere; says whether it is new. */
export async function insertRemoteAbuse(database: Database, abuse: NewAbuse & { url: string }): Promise<boolean> {
  const inserted = await database.insert(abuses).values(abuse).onConflictDoNothing({ target: abuses.url }).returning({ id: abuses.id });
  return inserted.length > 0;
}

export interface AbuseQuery {
  start: number;
  count: number;
  sort: { field: AbuseSort; descending: boolean };
  id?: number;
  state?: number;
  filter?: "video" | "comment" | "account";
}

const SORT_COLUMNS = { id: abuses.id, createdAt: abuses.createdAt, state: abuses.state } as const;
const FILTER_COLUMNS = { video: abuses.videoId, comment: abuses.commentId, account: abuses.accountId } as const;

/** A page of reports, and how many there are in all. */
export async function listAbuses(database: Database, query: AbuseQuery): Promise<{ total: number; records: AbuseRecord[] }> {
  const where = and(
    query.id === undefined ? undefined : eq(abuses.id, query.id),
    query.state === undefined ? undefined : eq(abuses.state, query.state),
    query.filter === undefined ? undefined : isNotNull(FILTER_COLUMNS[query.filter]),
  );
  const direction = query.sort.descending ? desc : asc;
  const [records, total] = await Promise.all([
    selectAbuses(database, where)
      .orderBy(direction(SORT_COLUMNS[query.sort.field]), direction(abuses.id))
      .limit(query.count)
      .offset(query.start),
    database.$count(abuses, where),
  ]);
  return { total, records };
}

function selectAbuses(database: Database, where: SQL | undefined) {
  const reporters = aliasedTable(accounts, "reporter");
  const flagged = aliasedTable(accounts, "flagged");
  return database
    .select({
      abuse: abuses,
      reporter: reporters,
      video: videos,
      channel: channels,
      comment: comments,
      flagged,
      thumbnail: sql<string | null>`(select filename from thumbnails where video_id = ${videos.id} and kind = 'thumbnail' limit 1)`,
    })
    .from(abuses)
    .leftJoin(reporters, eq(reporters.id, abuses.reporterAccountId))
    .leftJoin(comments, eq(comments.id, abuses.commentId))
    .leftJoin(videos, eq(videos.id, sql`ifnull(${abuses.videoId}, ${comments.videoId})`))
    .leftJoin(channels, eq(channels.id, videos.channelId))
    .leftJoin(
      flagged,
      eq(
        flagged.id,
        sql`case when ${abuses.accountId} is not null then ${abuses.accountId} when ${abuses.commentId} is not null then ${comments.accountId} else ${channels.accountId} end`,
      ),
    )
    .where(where);
}

/** Writes what a moderator says of a report; says whether it is there. */
export async function updateAbuseRow(
  database: Database,
  id: number,
  change: Partial<Pick<AbuseRow, "state" | "moderationComment">>,
): Promise<boolean> {
  // The id stands in for a change of nothing.
  const rows = await database
    .update(abuses)
    .set({ id, ...change })
    .where(eq(abuses.id, id))
    .returning({ id: abuses.id });
  return rows.length > 0;
}

/** Removes a report; says whether it was there. */
export async function deleteAbuseRow(database: Database, id: number): Promise<boolean> {
  return (await database.delete(abuses).where(eq(abuses.id, id)).returning({ id: abuses.id })).length > 0;
}
