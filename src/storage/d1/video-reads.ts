import { and, asc, count, desc, eq, inArray, isNull, sql, type SQL } from "drizzle-orm";
import { ofNoBlockedHost } from "./blocked-hosts";
import type { Database } from "./database";
import {
  accounts,
  channels,
  thumbnails,
  videoFiles,
  videos,
  videoTags,
  type AccountRow,
  type ChannelRow,
  type ThumbnailRow,
  type VideoFileRow,
  type VideoRow,
} from "./schema";
import { remoteFiles, remoteVideos, type RemoteFileRow, type RemoteVideoRow } from "./schema-federation";

/** A video with all that is shown of it. */
export interface VideoRecord {
  video: VideoRow;
  channel: ChannelRow;
  /** The channel's owner. */
  account: AccountRow;
  files: VideoFileRow[];
  thumbnails: ThumbnailRow[];
  /** In the uploader's order. */
  tags: string[];
  /** What else is known of a video of elsewhere. */
  remote: { details: RemoteVideoRow; files: RemoteFileRow[] } | undefined;
}

export type VideoKey = { id: number } | { uuid: string };

export interface VideoIdsQuery {
  start: number;
  count: number;
  sort: {
    field: "name" | "duration" | "createdAt" | "updatedAt" | "publishedAt" | "originallyPublishedAt" | "views" | "likes";
    descending: boolean;
  };
  /** Only these privacies. Undefined: all. */
  privacies?: number[];
  /** Only these states. Undefined: all. */
  states?: number[];
  channelId?: number;
  accountId?: number;
  nsfw?: boolean;
  isLocal?: boolean;
  /** Only of the channels and accounts that an actor (by its row's number) follows. */
  followedBy?: number;
  /** Part of the name, in any case. */
  nameContains?: string;
  tagsOneOf?: string[];
  categoryOneOf?: number[];
  licenceOneOf?: number[];
  languageOneOf?: string[];
}

const SORT_COLUMNS = {
  name: sql`${videos.name} collate nocase`,
  duration: videos.durationMs,
  createdAt: videos.createdAt,
  updatedAt: videos.updatedAt,
  publishedAt: videos.publishedAt,
  originallyPublishedAt: videos.originallyPublishedAt,
  views: videos.views,
  likes: videos.likes,
} as const;

/** One page of ids in order, and how many there are in all. */
export async function findVideoIds(database: Database, query: VideoIdsQuery): Promise<{ ids: number[]; total: number }> {
  const where = conditions(query);
  const column = SORT_COLUMNS[query.sort.field];
  const direction = query.sort.descending ? desc : asc;
  const [page, totals] = await database.batch([
    database
      .select({ id: videos.id })
      .from(videos)
      .innerJoin(channels, eq(channels.id, videos.channelId))
      .where(where)
      // The id makes pages disjoint where the values are equal.
      .orderBy(direction(column), direction(videos.id))
      .limit(query.count)
      .offset(query.start),
    database.select({ total: count() }).from(videos).innerJoin(channels, eq(channels.id, videos.channelId)).where(where),
  ]);
  return { ids: page.map((row) => row.id), total: totals[0]?.total ?? 0 };
}

function conditions(query: VideoIdsQuery): SQL | undefined {
  return and(
    query.privacies && inArray(videos.privacy, query.privacies),
    query.states && inArray(videos.state, query.states),
    query.channelId === undefined ? undefined : eq(videos.channelId, query.channelId),
    query.accountId === undefined ? undefined : eq(channels.accountId, query.accountId),
    query.nsfw === undefined ? undefined : eq(videos.nsfw, query.nsfw),
    query.isLocal === undefined ? undefined : query.isLocal ? isNull(channels.host) : sql`${channels.host} is not null`,
    ofNoBlockedHost(sql`${channels.host}`),
    query.followedBy === undefined ? undefined : isFollowedBy(query.followedBy),
    query.nameContains === undefined ? undefined : sql`instr(lower(${videos.name}), lower(${query.nameContains})) > 0`,
    query.tagsOneOf && sql`${videos.id} in (select video_id from video_tags where tag in ${eachOf(query.tagsOneOf)})`,
    query.categoryOneOf && sql`${videos.category} in ${eachOf(query.categoryOneOf)}`,
    query.licenceOneOf && sql`${videos.licence} in ${eachOf(query.licenceOneOf)}`,
    query.languageOneOf && sql`${videos.language} in ${eachOf(query.languageOneOf)}`,
  );
}

function isFollowedBy(actorId: number): SQL {
  const followed = (column: SQL) =>
    sql`(select ${column} from follows join actors on actors.id = follows.target_id where follows.follower_id = ${actorId} and follows.state = 'accepted')`;
  return sql`(${videos.channelId} in ${followed(sql`actors.channel_id`)} or ${channels.accountId} in ${followed(sql`actors.account_id`)})`;
}

/** A list as one bound parameter: D1 takes 100 at most. */
function eachOf(values: (string | number)[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

/** The videos of `ids`, in that order; ids that are gone are left out. */
export async function loadVideos(database: Database, ids: number[]): Promise<VideoRecord[]> {
  if (ids.length === 0) {
    return [];
  }
  const records = await loadWhere(database, eachOf(ids));
  const byId = new Map(records.map((record) => [record.video.id, record]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** One video by its id or UUID. */
export async function loadVideo(database: Database, key: VideoKey): Promise<VideoRecord | undefined> {
  const ids = "id" in key ? sql`(${key.id})` : sql`(select id from videos where uuid = ${key.uuid})`;
  return (await loadWhere(database, ids))[0];
}

/** One query per table and no joins: D1's batch gives rows as objects, in which columns of one name would collide. */
async function loadWhere(database: Database, ids: SQL): Promise<VideoRecord[]> {
  const channelIds = sql`(select channel_id from videos where id in ${ids})`;
  const accountIds = sql`(select account_id from channels where id in ${channelIds})`;
  const [videoRows, channelRows, accountRows, fileRows, imageRows, tagRows, detailRows, remoteFileRows] = await database.batch([
    database
      .select()
      .from(videos)
      .where(sql`${videos.id} in ${ids}`),
    database
      .select()
      .from(channels)
      .where(sql`${channels.id} in ${channelIds}`),
    database
      .select()
      .from(accounts)
      .where(sql`${accounts.id} in ${accountIds}`),
    database
      .select()
      .from(videoFiles)
      .where(sql`${videoFiles.videoId} in ${ids}`)
      .orderBy(desc(videoFiles.resolution), videoFiles.id),
    database
      .select()
      .from(thumbnails)
      .where(sql`${thumbnails.videoId} in ${ids}`),
    database
      .select()
      .from(videoTags)
      .where(sql`${videoTags.videoId} in ${ids}`)
      .orderBy(videoTags.position),
    database
      .select()
      .from(remoteVideos)
      .where(sql`${remoteVideos.videoId} in ${ids}`),
    database
      .select()
      .from(remoteFiles)
      .where(sql`${remoteFiles.videoId} in ${ids}`)
      .orderBy(desc(remoteFiles.resolution), remoteFiles.id),
  ]);
  const channelById = new Map(channelRows.map((channel) => [channel.id, channel]));
  const accountById = new Map(accountRows.map((account) => [account.id, account]));
  const filesByVideo = Map.groupBy(fileRows, (file) => file.videoId);
  const imagesByVideo = Map.groupBy(imageRows, (image) => image.videoId);
  const detailsByVideo = new Map(detailRows.map((details) => [details.videoId, details]));
  const remoteFilesByVideo = Map.groupBy(remoteFileRows, (file) => file.videoId);
  const tagsByVideo = Map.groupBy(tagRows, (tag) => tag.videoId);
  return videoRows.flatMap((video) => {
    const channel = channelById.get(video.channelId);
    const account = channel && accountById.get(channel.accountId);
    if (channel === undefined || account === undefined) {
      return [];
    }
    const details = detailsByVideo.get(video.id);
    return {
      video,
      channel,
      account,
      files: filesByVideo.get(video.id) ?? [],
      thumbnails: imagesByVideo.get(video.id) ?? [],
      tags: (tagsByVideo.get(video.id) ?? []).map((tag) => tag.tag),
      remote: details && { details, files: remoteFilesByVideo.get(video.id) ?? [] },
    };
  });
}
