import { loadPlaylist } from "../../storage/d1/playlists";
import { deleteRemotePlaylistRow, findPlaylistByUrl, upsertRemotePlaylist, type RemoteElement } from "../../storage/d1/remote-playlists";
import type { Deps } from "../deps";

export type { RemoteElement } from "../../storage/d1/remote-playlists";

/** A playlist of elsewhere, as its author's instance gives it. */
export interface RemotePlaylist {
  /** Its id, in normal form. */
  url: string;
  uuid: string;
  accountId: number;
  channelId: number | null;
  name: string;
  description: string | null;
  /** PeerTube's number. */
  privacy: number;
  /** When its author said so: an older word than the one that is kept changes nothing. */
  saidAt: number;
  createdAt: number;
  updatedAt: number;
  /** All that is in it. */
  elements: RemoteElement[];
}

export type StoredPlaylist =
  | { outcome: "stored" | "unchanged"; id: number }
  | { outcome: "refused"; id: undefined; reason: "deleted" | "not-its-author" | "uuid-taken" };

/** Stores a playlist of elsewhere, new or changed; its elements are replaced as a whole. */
export async function storeRemotePlaylist(deps: Pick<Deps, "database">, remote: RemotePlaylist): Promise<StoredPlaylist> {
  const { elements, ...playlist } = remote;
  const stored = await upsertRemotePlaylist(deps.database, playlist, elements);
  if (stored !== undefined) {
    return { outcome: "stored", id: stored };
  }
  const known = await findPlaylistByUrl(deps.database, remote.url);
  if (known === undefined) {
    const other = await loadPlaylist(deps.database, { uuid: remote.uuid });
    return { outcome: "refused", id: undefined, reason: other === undefined ? "deleted" : "uuid-taken" };
  }
  return known.accountId === remote.accountId
    ? { outcome: "unchanged", id: known.id }
    : { outcome: "refused", id: undefined, reason: "not-its-author" };
}

/** Removes a playlist of elsewhere; one that isn't known isn't taken for new when it comes. A newer word of its author stays. */
export async function deleteRemotePlaylist(
  deps: Pick<Deps, "database">,
  { url, saidAt }: { url: string; saidAt: number },
): Promise<"deleted" | "unchanged"> {
  return (await deleteRemotePlaylistRow(deps.database, url, saidAt)) ? "deleted" : "unchanged";
}
