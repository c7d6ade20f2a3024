import { and, asc, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { PlaylistSort } from "../../contract/playlist";
import { VideoPrivacy, VideoState } from "../../contract/video-constants";
import type { Database } from "./database";
import { accounts, channels, type AccountRow, type ChannelRow } from "./schema";
import { playlistElements, playlists, type PlaylistElementRow, type PlaylistRow } from "./schema-federation";
import type { Statement } from "./tasks";

/** A playlist with who it is of and how much is in it. */
export interface PlaylistRecord {
  playlist: PlaylistRow;
  owner: AccountRow;
  /** Null: it is in no channel. */
  channel: ChannelRow | null;
  length: number;
  /** File name of the image of its first video that anybody may watch: of others, it is a secret. */
  thumbnail: string | null;
}

export type PlaylistKey = { id: number } | { uuid: string };

/** One playlist by its id or UUID. */
export async function loadPlaylist(database: Database, key: PlaylistKey): Promise<PlaylistRecord | undefined> {
  const where = "id" in key ? eq(playlists.id, key.id) : eq(playlists.uuid, key.uuid);
  return (await selectPlaylists(database, where).limit(1))[0];
}

const SORT_COLUMNS = { createdAt: playlists.createdAt, updatedAt: playlists.updatedAt, displayName: playlists.name } as const;

export interface PlaylistQuery {
  start: number;
  count: number;
  sort: { field: PlaylistSort; descending: boolean };
  privacies: number[];
  accountId?: number;
  channelId?: number;
}

/** A page of playlists, and how many there are in all. */
export async function listPlaylists(database: Database, query: PlaylistQuery): Promise<{ total: number; records: PlaylistRecord[] }> {
  const where = and(
    inArray(playlists.privacy, query.privacies),
    query.accountId === undefined ? undefined : eq(playlists.accountId, query.accountId),
    query.channelId === undefined ? undefined : eq(playlists.channelId, query.channelId),
  );
  const direction = query.sort.descending ? desc : asc;
  const [records, total] = await Promise.all([
    selectPlaylists(database, where)
      .orderBy(direction(SORT_COLUMNS[query.sort.field]), direction(playlists.id))
      .limit(query.count)
      .offset(query.start),
    database.$count(playlists, where),
  ]);
  return { total, records };
}

function selectPlaylists(database: Database, where: SQL | undefined) {
  return database
    .select({
      playlist: playlists,
      owner: accounts,
      channel: channels,
      length: sql<number>`(select count(*) from playlist_elements where playlist_id = ${playlists.id})`,
      thumbnail: sql<string | null>`(
        select filename from thumbnails
        join playlist_elements on playlist_elements.video_id = thumbnails.video_id
        join videos on videos.id = thumbnails.video_id
        where playlist_id = ${playlists.id} and kind = 'thumbnail' and videos.state = ${VideoState.published}
          and videos.privacy in (${VideoPrivacy.public}, ${VideoPrivacy.unlisted})
        order by position limit 1
      )`,
    })
    .from(playlists)
    .innerJoin(accounts, eq(accounts.id, playlists.accountId))
    .leftJoin(channels, eq(channels.id, playlists.channelId))
    .where(where);
}

export type NewPlaylist = Omit<PlaylistRow, "id" | "url">;

/** Stores a playlist of here, with `also`; gives its number. */
export async function insertPlaylist(database: Database, playlist: NewPlaylist, also: Statement[]): Promise<number> {
  const [inserted] = await database.batch([database.insert(playlists).values(playlist).returning({ id: playlists.id }), ...also]);
  const id = inserted[0]?.id;
  if (id === undefined) {
    throw new Error("a playlist was inserted and gave no number");
  }
  return id;
}

/** Changes what is said of a playlist of here, with `also`. */
export async function updatePlaylistRow(
  database: Database,
  id: number,
  change: Partial<Pick<PlaylistRow, "name" | "description" | "privacy" | "channelId">>,
  { now, also }: { now: number; also: Statement[] },
): Promise<void> {
  await database.batch([
    database
      .update(playlists)
      .set({ ...change, updatedAt: now, saidAt: now })
      .where(eq(playlists.id, id)),
    ...also,
  ]);
}

/** Removes a playlist with its elements, with `also`. */
export async function deletePlaylistRow(database: Database, id: number, also: Statement[]): Promise<void> {
  await database.batch([database.delete(playlists).where(eq(playlists.id, id)), ...also]);
}

/** A page of what is in a playlist, in its order, and how much there is. */
export async function listElements(
  database: Database,
  playlistId: number,
  page: { start: number; count: number },
): Promise<{ total: number; rows: PlaylistElementRow[] }> {
  const where = eq(playlistElements.playlistId, playlistId);
  const [rows, total] = await Promise.all([
    database
      .select()
      .from(playlistElements)
      .where(where)
      .orderBy(asc(playlistElements.position), asc(playlistElements.id))
      .limit(page.count)
      .offset(page.start),
    database.$count(playlistElements, where),
  ]);
  return { total, rows };
}

/** One element of a playlist. */
export async function findElement(database: Database, playlistId: number, elementId: number): Promise<PlaylistElementRow | undefined> {
  return await database
    .select()
    .from(playlistElements)
    .where(and(eq(playlistElements.id, elementId), eq(playlistElements.playlistId, playlistId)))
    .get();
}

export interface NewElement {
  videoId: number;
  startTimestamp: number | null;
  stopTimestamp: number | null;
}

/** Puts a video at the end of a playlist of at most `max`, with `also`; gives the element's number, undefined where it is full. */
export async function appendElement(
  database: Database,
  playlistId: number,
  { videoId, startTimestamp, stopTimestamp }: NewElement,
  { now, max, also }: { now: number; max: number; also: Statement[] },
): Promise<number | undefined> {
  const ofPlaylist = sql`from ${playlistElements} where playlist_id = ${playlistId}`;
  const [inserted] = await database.batch([
    database
      .insert(playlistElements)
      .select(
        sql`select null, ${playlistId}, ${videoId}, (select ifnull(max(position), 0) + 1 ${ofPlaylist}), ${startTimestamp}, ${stopTimestamp}
          where (select count(*) ${ofPlaylist}) < ${max}`,
      )
      .returning({ id: playlistElements.id }),
    touch(database, playlistId, now),
    ...also,
  ]);
  return inserted[0]?.id;
}

/** Changes from when to when an element plays, with `also`. */
export async function updateElement(
  database: Database,
  element: Pick<PlaylistElementRow, "id" | "playlistId">,
  change: Partial<Pick<PlaylistElementRow, "startTimestamp" | "stopTimestamp">>,
  { now, also }: { now: number; also: Statement[] },
): Promise<void> {
  await database.batch([
    touch(database, element.playlistId, now),
    ...(Object.keys(change).length === 0 ? [] : [database.update(playlistElements).set(change).where(eq(playlistElements.id, element.id))]),
    ...also,
  ]);
}

/** Takes an element out and closes the gap, with `also`. */
export async function deleteElement(
  database: Database,
  { id, playlistId }: Pick<PlaylistElementRow, "id" | "playlistId">,
  { now, also }: { now: number; also: Statement[] },
): Promise<void> {
  const after = sql`${playlistElements.position} > (select position from ${playlistElements} where id = ${id})`;
  await database.batch([
    database
      .update(playlistElements)
      .set({ position: sql`${playlistElements.position} - 1` })
      .where(and(eq(playlistElements.playlistId, playlistId), after)),
    database.delete(playlistElements).where(eq(playlistElements.id, id)),
    touch(database, playlistId, now),
    ...also,
  ]);
}

/** The numbers of a playlist's elements in their order. */
export async function elementIdsOf(database: Database, playlistId: number): Promise<number[]> {
  const rows = await database
    .select({ id: playlistElements.id })
    .from(playlistElements)
    .where(eq(playlistElements.playlistId, playlistId))
    .orderBy(asc(playlistElements.position), asc(playlistElements.id));
  return rows.map(({ id }) => id);
}

/** Gives elements the order of `elementIds`, from 1 on, with `also`. */
export async function orderElements(
  database: Database,
  playlistId: number,
  elementIds: number[],
  { now, also }: { now: number; also: Statement[] },
): Promise<void> {
  const order = JSON.stringify(elementIds);
  await database.batch([
    database
      .update(playlistElements)
      .set({ position: sql`(select key + 1 from json_each(${order}) where value = ${playlistElements.id})` })
      .where(and(eq(playlistElements.playlistId, playlistId), sql`${playlistElements.id} in (select value from json_each(${order}))`)),
    touch(database, playlistId, now),
    ...also,
  ]);
}

function touch(database: Database, playlistId: number, now: number) {
  return database.update(playlists).set({ updatedAt: now, saidAt: now }).where(eq(playlists.id, playlistId));
}
