import { labelled } from "../../contract/video-constants";
import { PLAYLIST_PRIVACIES, PLAYLIST_TYPES, PlaylistElementType, type Playlist, type PlaylistElement } from "../../contract/playlist";
import type { PlaylistEntry } from "../../domain/playlists/read-playlists";
import { paths, shortUuidOf } from "../../protocol/paths";
import type { PlaylistRecord } from "../../storage/d1/playlists";
import { presentAccountSummary } from "./account";
import { presentChannelSummary } from "./channel";
import { presentVideo } from "./video";

const REGULAR = 1;

/** A playlist as PeerTube's REST API shows it. */
export function presentPlaylist({ playlist, owner, channel, length, thumbnail }: PlaylistRecord, publicUrl: string): Playlist {
  const thumbnailPath = thumbnail === null ? null : paths.thumbnail(thumbnail);
  return {
    id: playlist.id,
    uuid: playlist.uuid,
    shortUUID: shortUuidOf(playlist.uuid),
    isLocal: owner.host === null,
    url: playlist.url ?? publicUrl + paths.playlist(playlist.uuid),
    displayName: playlist.name,
    description: playlist.description,
    privacy: labelled(PLAYLIST_PRIVACIES, playlist.privacy),
    thumbnailPath,
    thumbnailUrl: thumbnailPath === null ? null : publicUrl + thumbnailPath,
    videosLength: length,
    type: labelled(PLAYLIST_TYPES, REGULAR),
    embedPath: paths.playlistEmbed(playlist.uuid),
    createdAt: new Date(playlist.createdAt).toISOString(),
    updatedAt: new Date(playlist.updatedAt).toISOString(),
    ownerAccount: presentAccountSummary(owner, publicUrl),
    videoChannel: channel === null ? null : presentChannelSummary(channel, publicUrl),
  };
}

/** An element of a playlist; a video that was deleted, or that isn't for the one who asks, only leaves its place. */
export function presentElement({ element, video, mayWatch }: PlaylistEntry, publicUrl: string): PlaylistElement {
  return {
    id: element.id,
    position: element.position,
    startTimestamp: element.startTimestamp,
    stopTimestamp: element.stopTimestamp,
    type: video === undefined ? PlaylistElementType.deleted : mayWatch ? PlaylistElementType.regular : PlaylistElementType.private,
    video: video !== undefined && mayWatch ? presentVideo(video, publicUrl) : null,
  };
}
