import type { Audience } from "../activities/audience";
import { contextOf } from "./context";
import type { JsonObject } from "./types";
import { videoLinks, type VideoFileParts } from "./video-links";

interface Choice {
  id: number | string;
  label: string;
}

export interface VideoParts {
  id: string;
  uuid: string;
  name: string;
  durationSeconds: number;
  category: Choice | null;
  licence: Choice | null;
  language: Choice | null;
  views: number;
  sensitive: boolean;
  waitTranscoding: boolean;
  /** PeerTube's: 1 published. */
  state: number;
  commentsPolicy: number;
  downloadEnabled: boolean;
  /** Milliseconds since 1970. */
  publishedAt: number;
  originallyPublishedAt: number | null;
  updatedAt: number;
  tags: string[];
  /** Markdown. */
  description: string | null;
  support: string | null;
  captions: { language: string; label: string; url: string; automaticallyGenerated: boolean }[];
  /** JPEGs: PeerTube takes no video without one. */
  icons: { url: string; width: number; height: number }[];
  aspectRatio: number | null;
  files: VideoFileParts[];
  /** The tracker's addresses, by HTTP and by WebSocket. */
  trackers: { http: string; webSocket: string };
  pageUrl: string;
  account: string;
  channel: string;
  audience: Audience;
}

const COMMENTS_DISABLED = 2;

/** A video as PeerTube takes it: `url` holds its page, files, torrents and trackers; four collections hang on its id. */
export function videoDocument(parts: VideoParts): JsonObject {
  const { id } = parts;
  const isoOf = (time: number) => new Date(time).toISOString();
  return {
    "@context": contextOf("video"),
    ...parts.audience,
    type: "Video",
    id,
    name: parts.name,
    // PeerTube reads the first run of digits: seconds alone.
    duration: `PT${Math.round(parts.durationSeconds)}S`,
    uuid: parts.uuid,
    ...choice("category", parts.category),
    ...choice("licence", parts.licence),
    ...choice("language", parts.language),
    views: parts.views,
    sensitive: parts.sensitive,
    waitTranscoding: parts.waitTranscoding,
    state: parts.state,
    commentsEnabled: parts.commentsPolicy !== COMMENTS_DISABLED,
    canReply: null,
    commentsPolicy: parts.commentsPolicy,
    downloadEnabled: parts.downloadEnabled,
    published: isoOf(parts.publishedAt),
    originallyPublishedAt: parts.originallyPublishedAt === null ? null : isoOf(parts.originallyPublishedAt),
    updated: isoOf(parts.updatedAt),
    tag: parts.tags.map((name) => ({ type: "Hashtag", name })),
    mediaType: "text/markdown",
    content: parts.description,
    support: parts.support,
    subtitleLanguage: parts.captions.map(({ language, label, url, automaticallyGenerated }) => ({
      identifier: language,
      name: label,
      automaticallyGenerated,
      url,
    })),
    icon: parts.icons.map(({ url, width, height }) => ({ type: "Image", url, mediaType: "image/jpeg", width, height })),
    ...(parts.aspectRatio !== null && { aspectRatio: parts.aspectRatio }),
    url: videoLinks(parts),
    likes: `${id}/likes`,
    dislikes: `${id}/dislikes`,
    shares: `${id}/announces`,
    comments: `${id}/comments`,
    hasParts: `${id}/chapters`,
    attributedTo: [
      { type: "Person", id: parts.account },
      { type: "Group", id: parts.channel },
    ],
    isLiveBroadcast: false,
    liveSaveReplay: null,
    permanentLive: null,
    latencyMode: null,
    preview: [],
  };
}

function choice(key: string, value: Choice | null): JsonObject {
  return value === null ? {} : { [key]: { identifier: String(value.id), name: value.label } };
}
