import { and, asc, count, desc, eq, sql, type SQL } from "drizzle-orm";
import type { ChannelSort } from "../../contract/channel";
import type { ActorHandle } from "../../protocol/handles";
import type { Database } from "./database";
import { accounts, channels, thumbnails, videoFiles, videos, type AccountRow, type ChannelRow } from "./schema";
import { federationTasks, playlists, videoCaptions } from "./schema-federation";
import type { Statement, TaskKey } from "./tasks";
import type { RemovedFiles } from "./videos";

/** A channel and the account that owns it. */
export interface ChannelRecord {
  channel: ChannelRow;
  owner: AccountRow;
}

/** A channel by its name (in any case) and host. */
export async function findChannel(database: Database, { name, host }: ActorHandle): Promise<ChannelRecord | undefined> {
  return (await selectChannels(database, and(eq(channels.name, name), sql`ifnull(${channels.host}, '') = ${host ?? ""}`)).limit(1))[0];
}

/** All the channels of an account, the oldest first. */
export async function listChannelsOfAccount(database: Database, accountId: number): Promise<ChannelRow[]> {
  return await database.select().from(channels).where(eq(channels.accountId, accountId)).orderBy(channels.id);
}

const SORT_COLUMNS = {
  id: channels.id,
  createdAt: channels.createdAt,
  updatedAt: channels.updatedAt,
  name: channels.name,
  displayName: channels.displayName,
} as const;

/** A page of all channels, or of one account's, and how many there are in all. */
export async function listChannels(
  database: Database,
  query: { accountId?: number; start: number; count: number; sort: { field: ChannelSort; descending: boolean } },
): Promise<{ total: number; records: ChannelRecord[] }> {
  const where = query.accountId === undefined ? undefined : eq(channels.accountId, query.accountId);
  const direction = query.sort.descending ? desc : asc;
  const [records, totals] = await Promise.all([
    selectChannels(database, where)
      .orderBy(direction(SORT_COLUMNS[query.sort.field]), direction(channels.id))
      .limit(query.count)
      .offset(query.start),
    database.select({ total: count() }).from(channels).where(where),
  ]);
  return { records, total: totals[0]?.total ?? 0 };
}

function selectChannels(database: Database, where: SQL | undefined) {
  return database
    .select({ channel: channels, owner: accounts })
    .from(channels)
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(where);
}

export interface NewChannel {
  accountId: number;
  name: string;
  displayName: string;
  description: string | null;
  support: string | null;
  now: number;
}

/**
 * Makes a local channel, with `also`, and gives its id; undefined, in the same statement, where a local account or channel
 * has the name or the account has `maxPerAccount` channels.
 */
export async function insertChannel(
  database: Database,
  channel: NewChannel,
  maxPerAccount: number,
  also: Statement[] = [],
): Promise<number | undefined> {
  const { accountId, name, now } = channel;
  // Every column in the schema's order; NULL lets the database give the id.
  const insert = database
    .insert(channels)
    .select(
      sql`SELECT NULL, ${accountId}, ${name}, NULL, ${channel.displayName}, ${channel.description}, ${channel.support}, ${now}, ${now}, NULL
        WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE name = ${name} AND host IS NULL)
        AND NOT EXISTS (SELECT 1 FROM channels WHERE name = ${name} AND host IS NULL)
        AND (SELECT count(*) FROM channels WHERE account_id = ${accountId}) < ${maxPerAccount}`,
    )
    .returning({ id: channels.id });
  const [inserted] = await database.batch([insert, ...also]);
  return inserted[0]?.id;
}

/**
 * Asks for a task for each video or playlist of a channel, in the batch of a change that concerns them all; which there are
 * is known only then, so it gives them.
 */
function askForAllOfChannel(database: Database, kind: "video" | "playlist", channelId: number, now: number) {
  const table = kind === "video" ? videos : playlists;
  return database
    .insert(federationTasks)
    .select(
      sql`SELECT NULL, ${kind}, uuid, json_object('kind', ${kind}, 'uuid', uuid), 1, 0, ${now}, NULL, ${now}
        FROM ${table} WHERE channel_id = ${channelId}`,
    )
    .onConflictDoUpdate({
      target: [federationTasks.kind, federationTasks.subject],
      set: { revision: sql`${federationTasks.revision} + 1`, attempts: 0, dueAt: sql`min(${federationTasks.dueAt}, ${now})` },
    })
    .returning({ kind: federationTasks.kind, subject: federationTasks.subject });
}

/** Writes what changed of a channel's profile, with `also`; `videoSupport` goes to all its videos too: gives their tasks. */
export async function updateChannel(
  database: Database,
  channelId: number,
  change: Partial<Pick<ChannelRow, "displayName" | "description" | "support">>,
  { now, videoSupport, also = [] }: { now: number; videoSupport?: string | null; also?: Statement[] },
): Promise<TaskKey[]> {
  const update = database
    .update(channels)
    .set({ ...change, updatedAt: now })
    .where(eq(channels.id, channelId));
  if (videoSupport === undefined) {
    await database.batch([update, ...also]);
    return [];
  }
  const [tasks] = await database.batch([
    askForAllOfChannel(database, "video", channelId, now),
    update,
    database.update(videos).set({ support: videoSupport, updatedAt: now }).where(eq(videos.channelId, channelId)),
    ...also,
  ]);
  return tasks;
}

/**
 * Removes a channel with its videos, with `also`, all or nothing, and gives what their objects are named by and the tasks
 * that tell others; undefined, and nothing removed, where it is its account's last channel or gone.
 */
export async function deleteChannel(
  database: Database,
  channel: { id: number; accountId: number },
  { now, also }: { now: number; also: Statement[] },
): Promise<(RemovedFiles & { tasks: TaskKey[] }) | undefined> {
  const ofChannel = sql`(SELECT id FROM videos WHERE channel_id = ${channel.id})`;
  const [videoTasks, playlistTasks, files, images, captions, removed] = await database.batch([
    // Where nothing is removed, they find nothing to tell.
    askForAllOfChannel(database, "video", channel.id, now),
    askForAllOfChannel(database, "playlist", channel.id, now),
    database
      .select({ uuid: videoFiles.uuid })
      .from(videoFiles)
      .where(sql`${videoFiles.videoId} IN ${ofChannel}`),
    database
      .select({ filename: thumbnails.filename })
      .from(thumbnails)
      .where(sql`${thumbnails.videoId} IN ${ofChannel}`),
    database
      .select({ filename: videoCaptions.filename })
      .from(videoCaptions)
      .where(sql`${videoCaptions.videoId} IN ${ofChannel}`),
    // The rows of its videos go with it (ON DELETE CASCADE).
    database
      .delete(channels)
      .where(and(eq(channels.id, channel.id), sql`(SELECT count(*) FROM channels AS own WHERE own.account_id = ${channel.accountId}) > 1`))
      .returning({ id: channels.id }),
    ...also,
  ]);
  return removed.length === 0
    ? undefined
    : {
        fileUuids: files.map(({ uuid }) => uuid),
        thumbnailFilenames: images.map(({ filename }) => filename),
        captionFilenames: captions.map(({ filename }) => filename),
        tasks: [...videoTasks, ...playlistTasks],
      };
}
