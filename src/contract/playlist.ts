import { z } from "zod";
import { idField, nullableText, requiredText } from "./fields";
import { listQuerySchema } from "./list";
import type { AccountSummary, ChannelSummary, Labelled, Video } from "./video";

// Playlists as PeerTube's REST API takes and shows them.

export const PlaylistPrivacy = { public: 1, unlisted: 2, private: 3 } as const;
export const PLAYLIST_PRIVACIES: Readonly<Record<number, string>> = { 1: "Public", 2: "Unlisted", 3: "Private" };
export const PLAYLIST_TYPES: Readonly<Record<number, string>> = { 1: "Regular" };

export const PLAYLIST_SORTS = ["createdAt", "updatedAt", "displayName"] as const;
export type PlaylistSort = (typeof PLAYLIST_SORTS)[number];
export const playlistListQuerySchema = listQuerySchema(PLAYLIST_SORTS, "-createdAt");

const wholeNumber = z.union(
  [
    z.int().nonnegative(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  "must be a whole number",
);

/** A form can't say null. */
function clearable<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === "" || value === "null" ? null : value), schema.nullable());
}

const privacy = wholeNumber.refine((value) => value in PLAYLIST_PRIVACIES, "is 1 public, 2 unlisted or 3 private");

/** `POST /api/v1/video-playlists` */
export const newPlaylistSchema = z.object({
  displayName: requiredText(1, 120),
  description: nullableText(3, 1000).default(null),
  privacy: privacy.default(PlaylistPrivacy.private),
  videoChannelId: clearable(idField).default(null),
});
export type NewPlaylistFields = z.output<typeof newPlaylistSchema>;

/** `PUT /api/v1/video-playlists/{id}`: what is left out stays. */
export const updatePlaylistSchema = z.object({
  displayName: requiredText(1, 120).optional(),
  description: nullableText(3, 1000).optional(),
  privacy: privacy.optional(),
  videoChannelId: clearable(idField).optional(),
});
export type UpdatePlaylistFields = z.output<typeof updatePlaylistSchema>;

/** Seconds of the video from which to which an element plays; null: its beginning, its end. */
const timestamps = {
  startTimestamp: clearable(wholeNumber).optional(),
  stopTimestamp: clearable(wholeNumber).optional(),
};

/** `POST /api/v1/video-playlists/{id}/videos` */
export const newElementSchema = z.object({
  videoId: z.union([idField, z.uuid(), z.string().regex(/^[1-9a-km-zA-HJ-NP-Z]{22}$/)], "must be a video's id or UUID"),
  ...timestamps,
});
export type NewElementFields = z.output<typeof newElementSchema>;

/** `PUT /api/v1/video-playlists/{id}/videos/{elementId}` */
export const updateElementSchema = z.object(timestamps);
export type UpdateElementFields = z.output<typeof updateElementSchema>;

/** `POST /api/v1/video-playlists/{id}/videos/reorder`: positions count from 1, and 0 is before all. */
export const reorderSchema = z.object({
  startPosition: wholeNumber.refine((value) => value >= 1, "counts from 1"),
  insertAfterPosition: wholeNumber,
  reorderLength: wholeNumber.refine((value) => value >= 1, "must be at least 1").default(1),
});
export type ReorderFields = z.output<typeof reorderSchema>;

export interface Playlist {
  id: number;
  uuid: string;
  shortUUID: string;
  isLocal: boolean;
  url: string;
  displayName: string;
  description: string | null;
  privacy: Labelled<number>;
  thumbnailPath: string | null;
  thumbnailUrl: string | null;
  videosLength: number;
  type: Labelled<number>;
  embedPath: string;
  createdAt: string;
  updatedAt: string;
  ownerAccount: AccountSummary;
  videoChannel: ChannelSummary | null;
}

/** PeerTube's numbers: why an element may have no video to show. */
export const PlaylistElementType = { regular: 0, deleted: 1, private: 2, unavailable: 3 } as const;

export interface PlaylistElement {
  id: number;
  position: number;
  startTimestamp: number | null;
  stopTimestamp: number | null;
  type: number;
  video: Video | null;
}

export interface CreatedPlaylist {
  videoPlaylist: { id: number; uuid: string; shortUUID: string };
}

export interface CreatedElement {
  videoPlaylistElement: { id: number };
}
