import { magnetUri } from "../torrent/magnet";
import type { JsonObject } from "./types";

export interface VideoFileParts {
  url: string;
  torrentUrl: string;
  metadataUrl: string;
  /** 40 hex digits. */
  infoHash: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  /** The shorter side in pixels; 0 for sound alone. */
  resolution: number;
  width: number;
  fps: number;
  hasAudio: boolean;
  hasVideo: boolean;
}

/** What PeerTube takes for a web video; others it leaves out. */
const TAKEN_TYPES = new Set(["video/mp4", "video/webm", "video/ogg", "audio/mp4"]);

/**
 * The `url` of a video: its page first, where Mastodon looks, then each file with what goes with it, the highest resolution
 * first, then the trackers. Of two files of one resolution the first is named: PeerTube refuses a video with both where their frame
 * rates are alike, and finds a file's magnet by its resolution alone.
 */
export function videoLinks(video: {
  name: string;
  pageUrl: string;
  files: VideoFileParts[];
  trackers: { http: string; webSocket: string };
}): JsonObject[] {
  const named = new Set<number>();
  const files = video.files
    .filter((file) => TAKEN_TYPES.has(typeOf(file)))
    .filter(({ resolution }) => (named.has(resolution) ? false : named.add(resolution)))
    .toSorted((a, b) => b.resolution - a.resolution);
  return [
    { type: "Link", mediaType: "text/html", href: video.pageUrl },
    ...files.flatMap((file) => fileLinks(video, file)),
    // PeerTube drops the second, having no idea of its scheme, and takes the origin's /tracker/socket, which is the same.
    { type: "Link", name: "tracker-http", rel: ["tracker", "http"], href: video.trackers.http },
    { type: "Link", name: "tracker-websocket", rel: ["tracker", "websocket"], href: video.trackers.webSocket },
  ];
}

function fileLinks(video: Parameters<typeof videoLinks>[0], file: VideoFileParts): JsonObject[] {
  const mediaType = typeOf(file);
  const size = { height: file.resolution, width: file.width, fps: fpsOf(file) };
  const property = (name: string, value: string) => ({ type: "PropertyValue", name, value });
  const magnet = magnetUri({
    infoHash: file.infoHash,
    displayName: video.name,
    trackers: [video.trackers.http, video.trackers.webSocket],
    webSeeds: [file.url],
    torrentUrl: file.torrentUrl,
  });
  return [
    {
      type: "Link",
      mediaType,
      href: file.url,
      height: file.resolution,
      width: file.width,
      size: file.size,
      fps: fpsOf(file),
      attachment: [
        ...(file.hasAudio ? [property("ffprobe_codec_type", "audio")] : []),
        ...(file.hasVideo ? [property("ffprobe_codec_type", "video")] : []),
        property("peertube_format_flag", "web-video"),
      ],
    },
    { type: "Link", rel: ["metadata", mediaType], mediaType: "application/json", href: file.metadataUrl, ...size },
    { type: "Link", mediaType: "application/x-bittorrent", href: file.torrentUrl, ...size },
    { type: "Link", mediaType: "application/x-bittorrent;x-scheme-handler/magnet", href: magnet, ...size },
  ];
}

/** Without codecs. */
function typeOf({ mimeType }: VideoFileParts): string {
  return mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** PeerTube drops a file whose frame rate isn't whole. */
function fpsOf({ fps }: VideoFileParts): number {
  return Math.round(fps);
}
