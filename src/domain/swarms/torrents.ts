import type { Database } from "../../storage/d1/database";
import { findVideoUuidByInfoHash, infoHashesOfVideo, videoExists } from "../../storage/d1/video-files";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";

const LIFETIME_MS = 60_000;
const knownVideos = createExpiringCache<true>({ maxEntries: 1000, lifetimeMs: LIFETIME_MS });
const videosOfTorrents = createExpiringCache<string>({ maxEntries: 1000, lifetimeMs: LIFETIME_MS });

/** Whether this instance has the video, and so tracks its torrents. Remembered for a minute once it has. */
export async function isTracked(deps: Pick<Deps, "database" | "now">, videoUuid: string): Promise<boolean> {
  const now = deps.now();
  if (knownVideos.get(videoUuid, now) !== undefined) {
    return true;
  }
  const exists = await videoExists(deps.database, videoUuid);
  if (exists) {
    knownVideos.set(videoUuid, true, now);
  }
  return exists;
}

/** The UUID of the video that a torrent (40 hex digits) is of; undefined where it isn't one of this instance's. Remembered for a minute. */
export async function videoOfTorrent(deps: Pick<Deps, "database" | "now">, infoHash: string): Promise<string | undefined> {
  const now = deps.now();
  const known = videosOfTorrents.get(infoHash, now);
  if (known !== undefined) {
    return known;
  }
  const videoUuid = await findVideoUuidByInfoHash(deps.database, infoHash);
  if (videoUuid !== undefined) {
    videosOfTorrents.set(infoHash, videoUuid, now);
  }
  return videoUuid;
}

/** The info-hashes (40 hex digits) of a video's torrents, as they are now. */
export async function torrentsOfVideo(database: Database, videoUuid: string): Promise<string[]> {
  return await infoHashesOfVideo(database, videoUuid);
}
