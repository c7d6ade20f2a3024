import { and, eq, inArray, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { channels, videoFiles, videos } from "./schema";

/** A video's file with what is needed to serve it, and to know to whom. */
export interface StoredFile {
  uuid: string;
  filename: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  /** Strong, without quotes. */
  etag: string;
  resolution: number;
  createdAt: number;
  video: {
    uuid: string;
    name: string;
    /** PeerTube's numbers. */
    privacy: number;
    state: number;
    downloadEnabled: boolean;
  };
  /** The video's owner. */
  account: { id: number };
}

/** The file of that name; three rows read (file, video, channel). */
export async function findFileByName(database: Database, filename: string): Promise<StoredFile | undefined> {
  return await selectFile(database).where(eq(videoFiles.filename, filename)).get();
}

/** The file of that UUID; three rows read. */
export async function findFileByUuid(database: Database, fileUuid: string): Promise<StoredFile | undefined> {
  return await selectFile(database).where(eq(videoFiles.uuid, fileUuid)).get();
}

function selectFile(database: Database) {
  return database
    .select({
      uuid: videoFiles.uuid,
      filename: videoFiles.filename,
      mimeType: videoFiles.mimeType,
      size: videoFiles.size,
      etag: videoFiles.etag,
      resolution: videoFiles.resolution,
      createdAt: videoFiles.createdAt,
      video: {
        uuid: videos.uuid,
        name: videos.name,
        privacy: videos.privacy,
        state: videos.state,
        downloadEnabled: videos.downloadEnabled,
      },
      account: { id: channels.accountId },
    })
    .from(videoFiles)
    .innerJoin(videos, eq(videos.id, videoFiles.videoId))
    .innerJoin(channels, eq(channels.id, videos.channelId));
}

/** Only videos of these privacies and states. */
interface Among {
  privacies: number[];
  states: number[];
}

/** The UUID of the video one of whose torrents has this info-hash (40 hex digits). */
export async function findVideoUuidByInfoHash(database: Database, infoHash: string, among: Among): Promise<string | undefined> {
  const row = await database
    .select({ uuid: videos.uuid })
    .from(videoFiles)
    .innerJoin(videos, eq(videos.id, videoFiles.videoId))
    .where(and(eq(videoFiles.infoHash, infoHash), isAmong(among)))
    .get();
  return row?.uuid;
}

/** The info-hashes (40 hex digits) of all of a video's files; empty for an unknown video. */
export async function infoHashesOfVideo(database: Database, videoUuid: string, among: Among): Promise<string[]> {
  const rows = await database
    .select({ infoHash: videoFiles.infoHash })
    .from(videoFiles)
    .innerJoin(videos, eq(videos.id, videoFiles.videoId))
    .where(and(eq(videos.uuid, videoUuid), isAmong(among)));
  return rows.map((row) => row.infoHash);
}

/** Whether there is a video of this UUID. */
export async function videoExists(database: Database, videoUuid: string, among: Among): Promise<boolean> {
  const query = database.select({ id: videos.id }).from(videos);
  return (await query.where(and(eq(videos.uuid, videoUuid), isAmong(among))).get()) !== undefined;
}

function isAmong({ privacies, states }: Among): SQL | undefined {
  return and(inArray(videos.privacy, privacies), inArray(videos.state, states));
}
