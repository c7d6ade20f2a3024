import type { Database } from "../../storage/d1/database";
import { findVideoUuidByInfoHash, infoHashesOfVideo, videoExists } from "../../storage/d1/video-files";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { OPEN_TO_ALL } from "../videos/visibility";

// Only what is open to all is tracked: peers give their pieces to whoever asks, and can't tell who may watch a private
// or internal video. Its viewers get it from the instance, which can.

const LIFETIME_MS = 60_000;
const knownVideos = createExpiringCache<true>({ maxEntries: 1000, lifetimeMs: LIFETIME_MS });
const videosOfTorrents = createExpiringCache<string>({ maxEntries: 1000, lifetimeMs: LIFETIME_MS });

/** Whether this instance tracks the video's torrents. Remembered for a minute once it has. */
export async function isTracked(deps: Pick<Deps, "database" | "now">, videoUuid: string): Promise<boolean> {
  const now = deps.now();
  if (knownVideos.get(videoUuid, now) !== undefined) {
    return true;
  }
  const tracked = await videoExists(deps.database, videoUuid, OPEN_TO_ALL);
  if (tracked) {
    knownVideos.set(videoUuid, true, now);
  }
  return tracked;
}

/** The UUID of the video that a torrent (40 hex digits) is of; undefined where this instance doesn't track it. Remembered for a minute. */
export async function videoOfTorrent(deps: Pick<Deps, "database" | "now">, infoHash: string): Promise<string | undefined> {
  const now = deps.now();
  const known = videosOfTorrents.get(infoHash, now);
  if (known !== undefined) {
    return known;
  }
  const videoUuid = await findVideoUuidByInfoHash(deps.database, infoHash, OPEN_TO_ALL);
  if (videoUuid !== undefined) {
    videosOfTorrents.set(infoHash, videoUuid, now);
  }
  return videoUuid;
}

/** The info-hashes (40 hex digits) of a video's torrents, as they are now; none of a video that isn't open to all. */
export async function torrentsOfVideo(database: Database, videoUuid: string): Promise<string[]> {
  return await infoHashesOfVideo(database, videoUuid, OPEN_TO_ALL);
}
