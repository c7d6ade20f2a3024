import type { Audience } from "../activities/audience";
import { contextOf } from "./context";
import type { JsonObject } from "./types";

export interface PlaylistParts {
  id: string;
  uuid: string;
  name: string;
  description: string | null;
  totalItems: number;
  /** The channel's id: PeerTube takes a playlist of exactly one channel. */
  channel: string | null;
  audience: Audience;
  publishedAt: number;
  updatedAt: number;
}

/** A playlist, itself the collection of its elements. */
export function playlistDocument(parts: PlaylistParts): JsonObject {
  return {
    "@context": contextOf("playlist"),
    ...parts.audience,
    id: parts.id,
    type: "Playlist",
    totalItems: parts.totalItems,
    ...(parts.totalItems > 0 && { first: `${parts.id}?page=1` }),
    name: parts.name,
    ...(parts.description !== null && { content: parts.description, mediaType: "text/markdown" }),
    uuid: parts.uuid,
    published: new Date(parts.publishedAt).toISOString(),
    updated: new Date(parts.updatedAt).toISOString(),
    attributedTo: parts.channel === null ? [] : [parts.channel],
  };
}

/** One element of a playlist; timestamps in seconds. */
export function playlistElementDocument(parts: {
  id: string;
  videoUrl: string;
  position: number;
  startTimestamp: number | null;
  stopTimestamp: number | null;
}): JsonObject {
  return {
    "@context": contextOf("playlist"),
    id: parts.id,
    type: "PlaylistElement",
    url: parts.videoUrl,
    position: parts.position,
    ...(parts.startTimestamp !== null && { startTimestamp: parts.startTimestamp }),
    ...(parts.stopTimestamp !== null && { stopTimestamp: parts.stopTimestamp }),
  };
}
