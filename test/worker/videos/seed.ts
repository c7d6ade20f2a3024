import { env } from "cloudflare:workers";

export interface SeedOptions {
  name?: string;
  description?: string | null;
  privacy?: number;
  nsfw?: boolean;
  publishedAt?: number;
  views?: number;
  durationMs?: number;
  category?: number | null;
  language?: string | null;
  tags?: string[];
  channel?: string;
  resolutions?: number[];
  thumbnail?: boolean;
}

/** Rows of a video with its files, without any bytes; gives its id and UUID. */
export async function seedVideoRows(options: SeedOptions = {}): Promise<{ id: number; uuid: string; thumbnail: string }> {
  const {
    name = "A video",
    description = null,
    privacy = 1,
    nsfw = false,
    views = 0,
    durationMs = 30_033,
    category = null,
    language = null,
  } = options;
  const { publishedAt = Date.UTC(2026, 10, 1), tags = [], channel = "root_channel", resolutions = [720, 1080, 360] } = options;
  const uuid = crypto.randomUUID();
  const row = await env.DB.prepare(
    `INSERT INTO videos (uuid, channel_id, name, description, privacy, nsfw, views, duration_ms, category, language, published_at, created_at, updated_at)
     SELECT ?1, id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?10 FROM channels WHERE name = ?11 RETURNING id`,
  )
    .bind(uuid, name, description, privacy, nsfw ? 1 : 0, views, durationMs, category, language, publishedAt, channel)
    .first<{ id: number }>();
  if (row === null) {
    throw new Error(`no channel ${channel}`);
  }
  for (const [position, tag] of tags.entries()) {
    await env.DB.prepare("INSERT INTO video_tags VALUES (?, ?, ?)").bind(row.id, position, tag).run();
  }
  for (const resolution of resolutions) {
    const fileUuid = crypto.randomUUID();
    const infoHash = fileUuid.replaceAll("-", "") + "01234567";
    await env.DB.prepare(
      `INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, video_codec, audio_codec, info_hash, piece_length, created_at)
       VALUES (?, ?, ?, 'rendition', 'video/mp4', ?, 'e', ?, ?, ?, 29.97, ?, 'avc1.64001f', 'mp4a.40.2', ?, 262144, 0)`,
    )
      .bind(
        row.id,
        fileUuid,
        `${fileUuid}-${resolution}.mp4`,
        resolution * 1000,
        resolution,
        Math.round((resolution * 16) / 9),
        resolution,
        durationMs,
        infoHash,
      )
      .run();
  }
  const thumbnail = `${crypto.randomUUID()}.jpg`;
  if (options.thumbnail) {
    await env.DB.prepare(
      "INSERT INTO thumbnails (video_id, kind, filename, mime_type, width, height, size, created_at) VALUES (?, 'thumbnail', ?, 'image/jpeg', 640, 360, 1, 0)",
    )
      .bind(row.id, thumbnail)
      .run();
  }
  return { id: row.id, uuid, thumbnail };
}
