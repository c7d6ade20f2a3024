import { createTranslator } from "short-uuid";

// The public paths, which are part of PeerTube's contract: clients build and cut these by hand.

const translator = createTranslator();

/** The 22-character base58 form (flickr's alphabet) of a UUID. */
export function shortUuidOf(uuid: string): string {
  return translator.fromUUID(uuid);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SHORT_UUID = /^[1-9a-km-zA-HJ-NP-Z]{22}$/;

export type VideoIdentifier = { kind: "id"; id: number } | { kind: "uuid"; uuid: string };

/** What a client's `{id}` names: a numeric id, a UUID or a short UUID; undefined where it is none of them. */
export function parseVideoIdentifier(text: string): VideoIdentifier | undefined {
  if (/^\d{1,15}$/.test(text)) {
    return { kind: "id", id: Number(text) };
  }
  if (UUID.test(text)) {
    return { kind: "uuid", uuid: text.toLowerCase() };
  }
  if (SHORT_UUID.test(text)) {
    const uuid = translator.toUUID(text);
    return UUID.test(uuid) ? { kind: "uuid", uuid } : undefined;
  }
  return undefined;
}

export const paths = {
  watch: (videoUuid: string) => `/w/${shortUuidOf(videoUuid)}`,
  /** The ActivityPub id of a video, and PeerTube's older page address. */
  watchByUuid: (videoUuid: string) => `/videos/watch/${videoUuid}`,
  embed: (videoUuid: string) => `/videos/embed/${videoUuid}`,
  account: (handle: string) => `/a/${handle}`,
  channel: (handle: string) => `/c/${handle}`,
  accountActor: (name: string) => `/accounts/${name}`,
  channelActor: (name: string) => `/video-channels/${name}`,
  /** The WebSeed: a video file's bytes, by its file name. */
  webVideo: (filename: string) => `/static/web-videos/${filename}`,
  webVideoDownload: (filename: string) => `/download/web-videos/${filename}`,
  /** `filename` is the video file's; its torrent has the same with `.torrent` for the extension. */
  torrent: (filename: string) => `/lazy-static/torrents/${torrentFilename(filename)}`,
  torrentDownload: (filename: string) => `/download/torrents/${torrentFilename(filename)}`,
  thumbnail: (filename: string) => `/lazy-static/thumbnails/${filename}`,
  preview: (filename: string) => `/lazy-static/previews/${filename}`,
  /** WebVTT. */
  caption: (filename: string) => `/lazy-static/video-captions/${filename}`,
  /** The ActivityPub id of a comment of here, on whatever video. */
  comment: (videoUuid: string, commentId: number) => `/videos/watch/${videoUuid}/comments/${commentId}`,
  /** The ActivityPub id of a playlist. */
  playlist: (playlistUuid: string) => `/video-playlists/${playlistUuid}`,
  playlistEmbed: (playlistUuid: string) => `/video-playlists/embed/${playlistUuid}`,
  /** The tracker socket of one video, all its torrents in it. */
  videoTracker: (videoUuid: string) => `/tracker/socket/${videoUuid}`,
  /** The tracker socket for any video's torrents. */
  tracker: "/tracker/socket",
} as const;

/** `UUID-720.mp4` → `UUID-720.torrent` */
export function torrentFilename(videoFilename: string): string {
  return videoFilename.replace(/\.[^.]*$/, "") + ".torrent";
}

/** The WebSocket address (ws: or wss:) of a path at an instance's http(s) address. */
export function webSocketUrl(publicUrl: string, path: string): string {
  return publicUrl.replace(/^http/, "ws") + path;
}
