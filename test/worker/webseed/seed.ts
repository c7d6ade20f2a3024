import { env } from "cloudflare:workers";
import { buildInfo } from "../../../src/protocol/torrent/metainfo";
import { torrentInfoKey, videoFileKey } from "../../../src/storage/r2/keys";

export interface SeededFile {
  fileUuid: string;
  filename: string;
  torrentFilename: string;
  infoHash: string;
  /** Strong, without quotes. */
  etag: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface SeededVideo extends SeededFile {
  videoUuid: string;
}

const PIECE_LENGTH = 256 * 1024;

/** A video of the channel with one file, as an upload leaves it, without going through one. */
export async function seedVideo({
  name = "A video",
  privacy = 1,
  size = 600_000,
  downloadEnabled = true,
  channel = "root_channel",
} = {}): Promise<SeededVideo> {
  const videoUuid = crypto.randomUUID();
  await env.DB.prepare(
    `INSERT INTO videos (uuid, channel_id, name, privacy, download_enabled, duration_ms, published_at, created_at, updated_at)
     SELECT ?, id, ?, ?, ?, 10000, ?, ?, ? FROM channels WHERE name = ?`,
  )
    .bind(videoUuid, name, privacy, downloadEnabled ? 1 : 0, Date.now(), Date.now(), Date.now(), channel)
    .run();
  return { videoUuid, ...(await seedFile(videoUuid, 720, size)) };
}

/** One more file of a video. */
export async function seedFile(videoUuid: string, resolution: number, size = 1000): Promise<SeededFile> {
  const fileUuid = crypto.randomUUID();
  const filename = `${fileUuid}-${resolution}.mp4`;
  const bytes = new Uint8Array(size);
  for (let offset = 0; offset < size; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
  }
  const digests: number[] = [];
  for (let offset = 0; offset < size; offset += PIECE_LENGTH) {
    digests.push(...new Uint8Array(await crypto.subtle.digest("SHA-1", bytes.subarray(offset, offset + PIECE_LENGTH))));
  }
  const { info, infoHash } = await buildInfo({ name: filename, length: size, pieceLength: PIECE_LENGTH, pieces: new Uint8Array(digests) });
  await env.MEDIA.put(videoFileKey(fileUuid), bytes);
  await env.MEDIA.put(torrentInfoKey(fileUuid), info);
  const etag = `etag-${fileUuid}`;
  await env.DB.prepare(
    `INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, info_hash, piece_length, created_at)
     SELECT id, ?, ?, 'source', 'video/mp4', ?, ?, ?, 1280, 720, 25, 10000, ?, ?, ? FROM videos WHERE uuid = ?`,
  )
    .bind(fileUuid, filename, size, etag, resolution, infoHash, PIECE_LENGTH, Date.UTC(2026, 10, 23, 3, 0, 0, 500), videoUuid)
    .run();
  return { fileUuid, filename, torrentFilename: `${fileUuid}-${resolution}.torrent`, infoHash, etag, bytes };
}
