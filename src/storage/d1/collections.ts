import { and, asc, count, desc, eq, isNotNull, isNull, sql, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database";
import { accounts, channels, users, videos } from "./schema";
import {
  actors,
  comments,
  playlistElements,
  playlists,
  videoRates,
  videoShares,
  type PlaylistRow,
  type VideoRateRow,
} from "./schema-federation";

// The collections of ActivityPub documents, a page at a time.

export interface Page {
  start: number;
  count: number;
}

export interface Counted<Item> {
  total: number;
  items: Item[];
}

async function countOf(database: Database, table: SQLiteTable, where: SQL | undefined): Promise<number> {
  const [row] = await database.select({ total: count() }).from(table).where(where);
  return row?.total ?? 0;
}

/** How many accounts rated a video so, and a page of the ratings with their accounts. */
export async function listRates(
  database: Database,
  { videoId, rating }: { videoId: number; rating: 1 | -1 },
  page: Page,
): Promise<Counted<{ rate: VideoRateRow; accountName: string; accountHost: string | null }>> {
  const where = and(eq(videoRates.videoId, videoId), eq(videoRates.rating, rating));
  const [items, total] = await Promise.all([
    database
      .select({ rate: videoRates, accountName: accounts.name, accountHost: accounts.host })
      .from(videoRates)
      .innerJoin(accounts, eq(accounts.id, videoRates.accountId))
      .where(where)
      .orderBy(asc(videoRates.id))
      .limit(page.count)
      .offset(page.start),
    countOf(database, videoRates, where),
  ]);
  return { items, total };
}

/** A rating of a local account, by its row. */
export async function findRateRow(database: Database, id: number): Promise<{ rate: VideoRateRow; accountName: string } | undefined> {
  return await database
    .select({ rate: videoRates, accountName: accounts.name })
    .from(videoRates)
    .innerJoin(accounts, eq(accounts.id, videoRates.accountId))
    .where(and(eq(videoRates.id, id), isNull(accounts.host)))
    .get();
}

/** Ids of the Announces of a video by actors of elsewhere. */
export async function listShares(database: Database, videoId: number, page: Page): Promise<Counted<string>> {
  const where = and(eq(videoShares.videoId, videoId), eq(videoShares.shared, true));
  const [rows, total] = await Promise.all([
    database
      .select({ url: videoShares.url })
      .from(videoShares)
      .innerJoin(actors, eq(actors.id, videoShares.actorId))
      .where(where)
      .orderBy(asc(videoShares.saidAt))
      .limit(page.count)
      .offset(page.start),
    countOf(database, videoShares, where),
  ]);
  return { items: rows.map(({ url }) => url), total };
}

/** What stands under a video, deleted comments too, as far as it may be seen: ids, or numbers of those of here. */
export async function listCommentIds(
  database: Database,
  videoId: number,
  page: Page,
): Promise<Counted<{ id: number; url: string | null }>> {
  const where = and(eq(comments.videoId, videoId), eq(comments.held, false));
  const [items, total] = await Promise.all([
    database
      .select({ id: comments.id, url: comments.url })
      .from(comments)
      .where(where)
      .orderBy(asc(comments.createdAt), asc(comments.id))
      .limit(page.count)
      .offset(page.start),
    countOf(database, comments, where),
  ]);
  return { items, total };
}

const PUBLIC_PLAYLIST = 1;

/** The public playlists of an account or a channel of here, the newest change first. */
export async function listPublicPlaylists(
  database: Database,
  owner: { accountId: number } | { channelId: number },
  page: Page,
): Promise<Counted<PlaylistRow>> {
  const isOwned = "accountId" in owner ? eq(playlists.accountId, owner.accountId) : eq(playlists.channelId, owner.channelId);
  const where = and(isOwned, eq(playlists.privacy, PUBLIC_PLAYLIST), isNull(playlists.url));
  const [items, total] = await Promise.all([
    database.select().from(playlists).where(where).orderBy(desc(playlists.updatedAt)).limit(page.count).offset(page.start),
    countOf(database, playlists, where),
  ]);
  return { items, total };
}

export interface PlaylistElementRecord {
  id: number;
  position: number;
  startTimestamp: number | null;
  stopTimestamp: number | null;
  video: { uuid: string; url: string | null };
}

/** A playlist's elements whose videos are there, in order. */
export async function listPlaylistElements(database: Database, playlistId: number, page: Page): Promise<Counted<PlaylistElementRecord>> {
  const where = and(eq(playlistElements.playlistId, playlistId), isNotNull(playlistElements.videoId));
  const [items, total] = await Promise.all([
    selectElements(database)
      .where(where)
      .orderBy(asc(playlistElements.position), asc(playlistElements.id))
      .limit(page.count)
      .offset(page.start),
    countOf(database, playlistElements, where),
  ]);
  return { items, total };
}

/** One element of a playlist. */
export async function findPlaylistElement(
  database: Database,
  { playlistId, elementId }: { playlistId: number; elementId: number },
): Promise<PlaylistElementRecord | undefined> {
  return await selectElements(database)
    .where(and(eq(playlistElements.id, elementId), eq(playlistElements.playlistId, playlistId)))
    .get();
}

function selectElements(database: Database) {
  return database
    .select({
      id: playlistElements.id,
      position: playlistElements.position,
      startTimestamp: playlistElements.startTimestamp,
      stopTimestamp: playlistElements.stopTimestamp,
      video: { uuid: videos.uuid, url: videos.url },
    })
    .from(playlistElements)
    .innerJoin(videos, eq(videos.id, playlistElements.videoId));
}

/** How many users, public videos and comments of here there are: for NodeInfo. */
export async function countUsage(database: Database): Promise<{ users: number; videos: number; comments: number }> {
  const [userRows, videoRows, commentRows] = await database.batch([
    database.select({ total: count() }).from(users),
    database
      .select({ total: count() })
      .from(videos)
      .where(
        and(
          isNull(videos.url),
          eq(videos.privacy, 1),
          eq(videos.state, 1),
          sql`${videos.channelId} in (select id from ${channels} where host is null)`,
        ),
      ),
    database
      .select({ total: count() })
      .from(comments)
      .where(and(isNull(comments.url), isNull(comments.deletedAt))),
  ]);
  return { users: userRows[0]?.total ?? 0, videos: videoRows[0]?.total ?? 0, comments: commentRows[0]?.total ?? 0 };
}
