import { z } from "zod";
import { normalizeId } from "../activitystreams/ids";
import { list, listOf, optionalCount } from "./fields";

// The `url` list of PeerTube's Video: web video files, their metadata, torrents and magnets, the HLS playlist with the same of its
// own, and trackers. Each entry stands alone; what is wrong is left out.

const VIDEO_TYPES = new Set(["video/mp4", "video/webm", "video/ogg", "audio/mp4"]);
const PLAYLIST_TYPES = new Set(["application/x-mpegurl", "application/vnd.apple.mpegurl"]);
const TORRENT_TYPE = "application/x-bittorrent";
const MAGNET_TYPE = "application/x-bittorrent;x-scheme-handler/magnet";
const MAX_TRACKERS = 10;

const linkSchema = z.object({
  type: z.unknown().optional(),
  name: z.unknown().optional(),
  mediaType: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === "string" ? value.toLowerCase() : "")),
  href: z.string().max(5000),
  rel: list.optional(),
  height: optionalCount.optional(),
  width: optionalCount.optional(),
  size: optionalCount.optional(),
  fps: optionalCount.optional(),
  attachment: list.optional(),
  tag: listOf(z.looseObject({})).optional(),
});
type Link = z.output<typeof linkSchema>;

export interface RemoteFile {
  url: string;
  mimeType: string;
  /** Bytes, as its origin says. */
  size: number;
  /** The height by which PeerTube tells files apart; 0: sound alone. */
  resolution: number;
  width: number;
  height: number;
  /** 0: not told. */
  fps: number;
  hasVideo: boolean;
  hasAudio: boolean;
  torrentUrl: string | undefined;
  /** 40 hex digits. */
  infoHash: string | undefined;
  metadataUrl: string | undefined;
}

export interface RemoteFiles {
  webVideos: RemoteFile[];
  /** `url`: of the master playlist. */
  playlist: { url: string; segmentsSha256Url: string | undefined; files: RemoteFile[] } | undefined;
  /** Announce addresses, of websockets and others. */
  trackers: string[];
}

/** Reads the `url` list. */
export function readVideoFiles(urls: unknown[]): RemoteFiles {
  const links = readLinks(urls);
  const playlist = links.find(({ mediaType }) => PLAYLIST_TYPES.has(mediaType));
  const playlistUrl = playlist && normalizeId(playlist.href);
  const playlistLinks = readLinks(playlist?.tag ?? []);
  return {
    webVideos: filesAmong(links),
    playlist:
      playlistUrl === undefined
        ? undefined
        : {
            url: playlistUrl,
            segmentsSha256Url: normalizeId(
              playlistLinks.find(({ name, mediaType }) => name === "sha256" && mediaType === "application/json")?.href,
            ),
            files: filesAmong(playlistLinks),
          },
    trackers: trackersAmong(links),
  };
}

function readLinks(values: unknown[]): Link[] {
  return values.flatMap((value) => {
    const parsed = linkSchema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

function filesAmong(links: Link[]): RemoteFile[] {
  const files = links.flatMap((link): RemoteFile[] => {
    const url = VIDEO_TYPES.has(link.mediaType) ? normalizeId(link.href) : undefined;
    const { height, size } = link;
    if (url === undefined || height === undefined || size === undefined) {
      return [];
    }
    const tracks = tracksOf(link);
    const magnet = links.find((other) => other.mediaType === MAGNET_TYPE && other.height === height);
    return [
      {
        url,
        mimeType: link.mediaType,
        size,
        resolution: height,
        width: link.width ?? 0,
        height,
        fps: link.fps ?? 0,
        hasVideo: tracks.hasVideo && height > 0,
        hasAudio: tracks.hasAudio,
        torrentUrl: normalizeId(links.find((other) => other.mediaType === TORRENT_TYPE && other.height === height)?.href),
        infoHash: magnet && /[?&]xt=urn:btih:([0-9a-f]{40})(?:&|$)/i.exec(magnet.href)?.[1]?.toLowerCase(),
        metadataUrl: normalizeId(links.find((other) => isMetadataOf(other, link))?.href),
      },
    ];
  });
  // PeerTube tells files apart by these two.
  const byQuality = new Map(files.toReversed().map((file) => [`${file.resolution} ${file.fps}`, file]));
  return files.filter((file) => byQuality.get(`${file.resolution} ${file.fps}`) === file);
}

function isMetadataOf(other: Link, { height, fps, mediaType }: Link): boolean {
  const rel = other.rel ?? [];
  return rel.includes("metadata") && rel.includes(mediaType) && other.height === height && other.fps === fps;
}

/** By the attachments of PeerTube 6.3; older ones tell nothing, and have both. */
function tracksOf({ attachment }: Link): { hasVideo: boolean; hasAudio: boolean } {
  const types = (attachment ?? []).flatMap((value) => {
    const { name, value: type } = (typeof value === "object" && value !== null ? value : {}) as { name?: unknown; value?: unknown };
    return name === "ffprobe_codec_type" ? [type] : [];
  });
  return types.length === 0 ? { hasVideo: true, hasAudio: true } : { hasVideo: types.includes("video"), hasAudio: types.includes("audio") };
}

function trackersAmong(links: Link[]): string[] {
  const trackers = links.flatMap(({ rel, href }) => {
    const url = rel?.includes("tracker") ? URL.parse(href) : null;
    return url !== null && /^(?:https?|wss?):$/.test(url.protocol) ? [url.href] : [];
  });
  return [...new Set(trackers)].slice(0, MAX_TRACKERS);
}
