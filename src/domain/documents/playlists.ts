import { collectionPageDocument } from "../../protocol/activitystreams/collections";
import { playlistElementDocument } from "../../protocol/activitystreams/playlist-document";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { paths } from "../../protocol/paths";
import { findPlaylistElement, listPlaylistElements, type PlaylistElementRecord } from "../../storage/d1/collections";
import { loadPlaylist, type PlaylistRecord } from "../../storage/d1/playlists";
import type { Deps } from "../deps";
import { playlistDocument, videoUrlOf } from "../outbox/documents";

const PRIVATE_PLAYLIST = 3;

/** A playlist of here that anybody who has its address may see. */
export async function findOpenPlaylist(deps: Deps, uuid: string): Promise<PlaylistRecord | undefined> {
  const found = await loadPlaylist(deps.database, { uuid });
  return found === undefined || found.playlist.url !== null || found.playlist.privacy === PRIVATE_PLAYLIST ? undefined : found;
}

/** The document of a playlist, or a page of its elements. */
export async function readPlaylist(
  deps: Deps,
  found: PlaylistRecord,
  page: { number: number; size: number } | undefined,
): Promise<JsonObject> {
  if (page === undefined) {
    return playlistDocument(deps, { ...found, elements: found.length });
  }
  const { total, items } = await listPlaylistElements(deps.database, found.playlist.id, {
    start: (page.number - 1) * page.size,
    count: page.size,
  });
  const id = deps.publicUrl + paths.playlist(found.playlist.uuid);
  return collectionPageDocument({
    id,
    totalItems: total,
    page: page.number,
    pageSize: page.size,
    items: items.map((element) => `${id}/videos/${element.id}`),
  });
}

/** One element of a playlist; undefined where there is none of that number. */
export async function readPlaylistElement(deps: Deps, found: PlaylistRecord, elementId: number): Promise<JsonObject | undefined> {
  const element = await findPlaylistElement(deps.database, { playlistId: found.playlist.id, elementId });
  return element && elementDocument(deps, found.playlist.uuid, element);
}

function elementDocument(deps: Deps, playlistUuid: string, element: PlaylistElementRecord): JsonObject {
  return playlistElementDocument({
    id: `${deps.publicUrl}${paths.playlist(playlistUuid)}/videos/${element.id}`,
    videoUrl: videoUrlOf(deps.publicUrl, element.video),
    position: element.position,
    startTimestamp: element.startTimestamp,
    stopTimestamp: element.stopTimestamp,
  });
}
