import { PlaylistPrivacy, type PlaylistSort } from "../../contract/playlist";
import type { ListQuery } from "../../contract/list";
import type { VideoIdentifier } from "../../protocol/paths";
import { listElements, listPlaylists, loadPlaylist, type PlaylistRecord } from "../../storage/d1/playlists";
import type { PlaylistElementRow } from "../../storage/d1/schema-federation";
import { loadVideos, type VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { visibilityOf } from "../videos/visibility";

export type PlaylistRefusal = { reason: "unknown-playlist" | "sign-in-needed" | "forbidden" };

/** The playlist that a client names, where `user` may see it: a private one is its owner's, an unlisted one is not found by counting. */
export async function getPlaylist(
  deps: Pick<Deps, "database">,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser | undefined,
): Promise<Result<PlaylistRecord, PlaylistRefusal>> {
  const record =
    identifier && (await loadPlaylist(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined || identifier === undefined) {
    return fail({ reason: "unknown-playlist" });
  }
  const { privacy, accountId } = record.playlist;
  if (accountId === user?.accountId || privacy === PlaylistPrivacy.public) {
    return ok(record);
  }
  if (privacy === PlaylistPrivacy.unlisted) {
    return identifier.kind === "id" ? fail({ reason: "unknown-playlist" }) : ok(record);
  }
  return fail({ reason: user === undefined ? "sign-in-needed" : "forbidden" });
}

/** A page of the public playlists of the instance, an account or a channel; of all the account's where it is the user's own. */
export async function getPlaylists(
  deps: Pick<Deps, "database">,
  query: ListQuery<PlaylistSort>,
  of: { accountId?: number; channelId?: number },
  user: SignedInUser | undefined,
): Promise<{ total: number; records: PlaylistRecord[] }> {
  const isOwn = user !== undefined && of.accountId === user.accountId;
  const privacies = isOwn ? Object.values(PlaylistPrivacy) : [PlaylistPrivacy.public];
  return await listPlaylists(deps.database, { ...query, ...of, privacies });
}

export interface PlaylistEntry {
  element: PlaylistElementRow;
  /** Undefined: the video was deleted. */
  video: VideoRecord | undefined;
  mayWatch: boolean;
}

/** A page of what is in a playlist, in its order. */
export async function getEntries(
  deps: Pick<Deps, "database">,
  playlist: PlaylistRecord,
  user: SignedInUser | undefined,
  page: { start: number; count: number },
): Promise<{ total: number; entries: PlaylistEntry[] }> {
  const { total, rows } = await listElements(deps.database, playlist.playlist.id, page);
  const ids = rows.flatMap(({ videoId }) => videoId ?? []);
  const records = new Map((await loadVideos(deps.database, [...new Set(ids)])).map((record) => [record.video.id, record]));
  const entries = rows.map((element) => {
    const video = element.videoId === null ? undefined : records.get(element.videoId);
    return { element, video, mayWatch: video !== undefined && visibilityOf(video, user) === "visible" };
  });
  return { total, entries };
}
