import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import {
  audience,
  isForEverybody,
  list,
  optionalCount,
  optionalHref,
  optionalTime,
  requiredId,
  requiredText,
  requiredTime,
  text,
  uuidV4,
} from "./fields";
import { parseBy, type Parsed } from "./parsed";

const playlistSchema = z
  .object({
    type: z.literal("Playlist"),
    id: requiredId,
    uuid: uuidV4,
    name: requiredText(120),
    content: text(1000).optional(),
    published: requiredTime,
    updated: optionalTime.optional(),
    attributedTo: list.optional(),
    to: audience.optional(),
    cc: audience.optional(),
  })
  .transform((playlist): RemotePlaylist => ({
    id: playlist.id,
    uuid: playlist.uuid,
    name: playlist.name,
    description: playlist.content ?? null,
    publishedAt: playlist.published,
    updatedAt: playlist.updated ?? playlist.published,
    ownerIds: (playlist.attributedTo ?? []).flatMap((value) => {
      const parsed = requiredId.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
    isPublic: isForEverybody({ to: playlist.to ?? [], cc: playlist.cc ?? [] }),
  }));

const elementSchema = z
  .object({
    type: z.literal("PlaylistElement"),
    id: requiredId,
    url: optionalHref,
    position: optionalCount,
    startTimestamp: optionalCount.optional(),
    stopTimestamp: optionalCount.optional(),
  })
  .transform(({ id, url, position, startTimestamp, stopTimestamp }, context): RemotePlaylistElement => {
    if (url === undefined || position === undefined) {
      context.addIssue({ code: "custom", message: "has no video or no position" });
      return z.NEVER;
    }
    return { id, videoId: url, position, startTimestamp: startTimestamp ?? null, stopTimestamp: stopTimestamp ?? null };
  });

export interface RemotePlaylist {
  id: string;
  uuid: string;
  name: string;
  description: string | null;
  publishedAt: number;
  updatedAt: number;
  /** Of PeerTube one, the channel. */
  ownerIds: string[];
  isPublic: boolean;
}

export interface RemotePlaylistElement {
  id: string;
  /** The video's id. */
  videoId: string;
  position: number;
  /** Seconds. */
  startTimestamp: number | null;
  stopTimestamp: number | null;
}

/** Reads a playlist of PeerTube; its elements are read from its pages. */
export function parsePlaylist(document: JsonObject): Parsed<RemotePlaylist> {
  return parseBy(playlistSchema, document);
}

/** Reads an element of one. */
export function parsePlaylistElement(document: JsonObject): Parsed<RemotePlaylistElement> {
  return parseBy(elementSchema, document);
}
