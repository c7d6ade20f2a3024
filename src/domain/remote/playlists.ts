import type { JsonObject } from "../../protocol/activitystreams/types";
import type { StoredPlaylist } from "../playlists/store-playlist";
import type { Deps } from "../deps";
import type { Result } from "../result";
import type { RemoteRefusal } from "./refusal";

/** Stores a Playlist that its own host said, with its elements, which are fetched. */
export async function ingestPlaylist(
  _deps: Deps,
  _document: JsonObject,
  _options: { saidAt: number; /** Id of the account that says so. */ authorUrl: string },
): Promise<Result<StoredPlaylist, RemoteRefusal>> {
  throw new Error("ingestPlaylist isn't built yet");
}
