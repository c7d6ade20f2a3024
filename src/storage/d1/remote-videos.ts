import { and, eq, lt, sql, type SQL } from "drizzle-orm";
import { remoteCaptionStatements, type RemoteCaption } from "./captions";
import type { Database } from "./database";
import { channels, thumbnails, videos, videoTags } from "./schema";
import { comments, remoteFiles, remoteVideos, tombstones, type RemoteFileRow, type RemoteVideoRow } from "./schema-federation";
import type { Statement } from "./tasks";
import { tombstoneStatement } from "./tombstones";
import { deleteVideoRows, type NewThumbnail, type NewVideo, type RemovedFiles } from "./videos";

// Videos of elsewhere, as they are written.

export interface RemoteVideoParts {
  /** With `url` in normal form. Counts are only for a new one, but `views`. */
  video: NewVideo & { url: string };
  tags: string[];
  /** At most one of each kind. */
  images: (NewThumbnail & { remoteUrl: string })[];
  captions: RemoteCaption[];
  details: Omit<RemoteVideoRow, "videoId" | "revision" | "commentsReadAt">;
  files: Omit<RemoteFileRow, "id" | "videoId">[];
  /** Fresh for each call. */
  revision: string;
  /** When it was asked of its origin, where it was: then it is what is, unless something was applied since. */
  askedAt: number | undefined;
}

export interface StoredRemoteVideo {
  id: number;
  /** File names of images and captions that were replaced. */
  removed: Pick<RemovedFiles, "thumbnailFilenames" | "captionFilenames">;
}

/**
 * Writes a video of elsewhere with all of it, new or changed, all or nothing; undefined, and nothing written, where what is there
 * is newer, it was deleted at that time or later, or another video has its UUID. `also` runs in any case.
 */
export async function storeRemoteVideo(
  database: Database,
  parts: RemoteVideoParts,
  also: Statement[],
): Promise<StoredRemoteVideo | undefined> {
  const { video, details, revision, askedAt } = parts;
  const { url, uuid } = video;
  const { saidAt, fetchedAt } = details;
  const id = sql`(select id from ${videos} where ${videos.url} = ${url})`;
  const known = sql`select 1 from ${remoteVideos} where ${remoteVideos.videoId} = ${id}`;
  const isNewer =
    askedAt === undefined
      ? sql`not exists (${known} and said_at >= ${saidAt})`
      : sql`not exists (${known} and said_at >= ${saidAt} and fetched_at > ${askedAt})`;
  const mayWrite = sql`${isNewer}
    and not exists (select 1 from ${tombstones} where ${tombstones.url} = ${url} and deleted_at >= ${saidAt})
    and not exists (select 1 from ${videos} where ${videos.uuid} = ${uuid} and ${videos.url} is not ${url})`;
  /** The video, where this very transaction wrote it. */
  const own = sql`(select video_id from ${remoteVideos} where ${remoteVideos.videoId} = ${id} and ${remoteVideos.revision} = ${revision})`;
  const images = JSON.stringify(parts.images);
  const [, written, removedImages, removedCaptions] = await database.batch([
    videoStatement(database, video, mayWrite),
    database
      .insert(remoteVideos)
      .select(
        // Every column in the schema's order. The video's row isn't written where it may not be, and so may not be there.
        sql`select ${id}, ${details.likesUrl}, ${details.dislikesUrl}, ${details.sharesUrl}, ${details.commentsUrl}, ${details.chaptersUrl},
          ${details.trackers}, ${details.playlistUrl}, ${details.segmentsSha256Url}, ${saidAt}, ${fetchedAt}, null, ${revision}
          where ${id} is not null and ${mayWrite}`,
      )
      .onConflictDoUpdate({
        target: remoteVideos.videoId,
        set: {
          likesUrl: sql`excluded.likes_url`,
          dislikesUrl: sql`excluded.dislikes_url`,
          sharesUrl: sql`excluded.shares_url`,
          commentsUrl: sql`excluded.comments_url`,
          chaptersUrl: sql`excluded.chapters_url`,
          trackers: sql`excluded.trackers`,
          playlistUrl: sql`excluded.playlist_url`,
          segmentsSha256Url: sql`excluded.segments_sha256_url`,
          saidAt: sql`max(excluded.said_at, ${remoteVideos.saidAt})`,
          fetchedAt: sql`excluded.fetched_at`,
          revision: sql`excluded.revision`,
        },
      })
      .returning({ id: remoteVideos.videoId }),
    database
      .delete(thumbnails)
      .where(
        and(
          eq(thumbnails.videoId, own),
          sql`${thumbnails.kind} || ' ' || ifnull(${thumbnails.remoteUrl}, '') not in (select value ->> 'kind' || ' ' || (value ->> 'remoteUrl') from json_each(${images}))`,
        ),
      )
      .returning({ filename: thumbnails.filename }),
    ...remoteCaptionStatements(database, own, parts.captions, fetchedAt),
    // One statement for all of a kind: D1 counts statements.
    database
      .insert(thumbnails)
      .select(
        sql`select null, ${own}, value ->> 'kind', value ->> 'filename', value ->> 'mimeType', value ->> 'width', value ->> 'height', value ->> 'size',
          value ->> 'createdAt', value ->> 'remoteUrl' from json_each(${images}) where ${own} is not null`,
      )
      .onConflictDoNothing(),
    database.delete(videoTags).where(eq(videoTags.videoId, own)),
    database
      .insert(videoTags)
      .select(sql`select ${own}, key, value from json_each(${JSON.stringify(parts.tags)}) where ${own} is not null`)
      .onConflictDoNothing(),
    database.delete(remoteFiles).where(eq(remoteFiles.videoId, own)),
    database.insert(remoteFiles).select(
      sql`select null, ${own}, value ->> 'inPlaylist', value ->> 'url', value ->> 'torrentUrl', value ->> 'infoHash', value ->> 'metadataUrl',
        value ->> 'mimeType', value ->> 'size', value ->> 'resolution', value ->> 'width', value ->> 'height', value ->> 'fps', value ->> 'hasVideo',
        value ->> 'hasAudio' from json_each(${JSON.stringify(parts.files)}) where ${own} is not null`,
    ),
    ...also,
  ]);
  const videoId = written[0]?.id;
  return videoId === undefined
    ? undefined
    : {
        id: videoId,
        removed: {
          thumbnailFilenames: removedImages.map(({ filename }) => filename),
          captionFilenames: removedCaptions.map(({ filename }) => filename),
        },
      };
}

/** Every column in the schema's order; NULL lets the database give the id. */
function videoStatement(database: Database, video: RemoteVideoParts["video"], mayWrite: SQL) {
  return database
    .insert(videos)
    .select(
      sql`select null, ${video.uuid}, ${video.channelId}, ${video.name}, ${video.description ?? null}, ${video.support ?? null}, ${video.category ?? null},
        ${video.licence ?? null}, ${video.language ?? null}, ${video.nsfw ? 1 : 0}, ${video.privacy}, ${video.state ?? 1}, ${video.commentsPolicy ?? 1},
        ${video.downloadEnabled ? 1 : 0}, ${video.waitTranscoding ? 1 : 0}, ${video.durationMs}, ${video.views ?? 0}, 0, 0, null, ${video.publishedAt},
        ${video.originallyPublishedAt ?? null}, ${video.createdAt}, ${video.updatedAt}, ${video.url}, 0, 0 where ${mayWrite}`,
    )
    .onConflictDoUpdate({
      target: videos.url,
      targetWhere: sql`url is not null`,
      set: {
        uuid: sql`excluded.uuid`,
        channelId: sql`excluded.channel_id`,
        name: sql`excluded.name`,
        description: sql`excluded.description`,
        support: sql`excluded.support`,
        category: sql`excluded.category`,
        licence: sql`excluded.licence`,
        language: sql`excluded.language`,
        nsfw: sql`excluded.nsfw`,
        privacy: sql`excluded.privacy`,
        state: sql`excluded.state`,
        commentsPolicy: sql`excluded.comments_policy`,
        downloadEnabled: sql`excluded.download_enabled`,
        waitTranscoding: sql`excluded.wait_transcoding`,
        durationMs: sql`excluded.duration_ms`,
        views: sql`excluded.views`,
        publishedAt: sql`excluded.published_at`,
        originallyPublishedAt: sql`excluded.originally_published_at`,
        updatedAt: sql`excluded.updated_at`,
      },
    });
}

export interface KnownRemoteVideo {
  id: number;
  uuid: string;
  updatedAt: number;
  details: RemoteVideoRow;
}

/** A video of elsewhere by its id. */
export async function findRemoteVideo(database: Database, url: string): Promise<KnownRemoteVideo | undefined> {
  const [row] = await database
    .select({ id: videos.id, uuid: videos.uuid, updatedAt: videos.updatedAt, details: remoteVideos })
    .from(videos)
    .innerJoin(remoteVideos, eq(remoteVideos.videoId, videos.id))
    .where(eq(videos.url, url))
    .limit(1);
  return row;
}

/** Of these ids of videos of elsewhere, those that are known, with the time of what was said of each last. */
export async function knownVideos(database: Database, urls: string[]): Promise<Map<string, { id: number; updatedAt: number }>> {
  const rows = await database
    .select({ url: sql<string>`${videos.url}`, id: videos.id, updatedAt: videos.updatedAt })
    .from(videos)
    .where(sql`${videos.url} in (select value from json_each(${JSON.stringify(urls)}))`);
  return new Map(rows.map(({ url, ...row }) => [url, row]));
}

/** Of these ids of comments of elsewhere, those that are known. */
export async function knownComments(database: Database, urls: string[]): Promise<Set<string>> {
  const rows = await database
    .select({ url: sql<string>`${comments.url}` })
    .from(comments)
    .where(sql`${comments.url} in (select value from json_each(${JSON.stringify(urls)}))`);
  return new Set(rows.map(({ url }) => url));
}

/** Notes that a video's collection of comments was read. */
export async function noteCommentsRead(database: Database, videoId: number, now: number): Promise<void> {
  await database.update(remoteVideos).set({ commentsReadAt: now }).where(eq(remoteVideos.videoId, videoId));
}

/** Writes how many like and dislike a video of elsewhere; what isn't known stays. */
export async function writeRateCounts(database: Database, videoId: number, counts: { likes?: number; dislikes?: number }): Promise<void> {
  if (counts.likes !== undefined || counts.dislikes !== undefined) {
    await database.update(videos).set(counts).where(eq(videos.id, videoId));
  }
}

/**
 * Removes a video of elsewhere unless a newer word of it is known, and notes that it was deleted then; gives what its objects are
 * named by, or undefined where none went.
 */
export async function deleteRemoteVideoRows(database: Database, url: string, saidAt: number): Promise<RemovedFiles | undefined> {
  const [known] = await database
    .select({ id: videos.id, saidAt: remoteVideos.saidAt })
    .from(videos)
    .innerJoin(remoteVideos, eq(remoteVideos.videoId, videos.id))
    .where(eq(videos.url, url));
  if (known === undefined || known.saidAt > saidAt) {
    await database.batch([tombstoneStatement(database, url, saidAt)]);
    return undefined;
  }
  return await deleteVideoRows(database, known.id, [tombstoneStatement(database, url, saidAt)]);
}

/** Videos of a channel of elsewhere that were last read before a time, the one read longest ago first. */
export async function staleVideosOf(database: Database, hostOfChannel: string, before: number, limit: number): Promise<string[]> {
  const rows = await database
    .select({ url: sql<string>`${videos.url}` })
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(remoteVideos, eq(remoteVideos.videoId, videos.id))
    .where(and(eq(channels.host, hostOfChannel), lt(remoteVideos.fetchedAt, before)))
    .orderBy(remoteVideos.fetchedAt)
    .limit(limit);
  return rows.map(({ url }) => url);
}
