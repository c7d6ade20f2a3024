import type { VideoIdentifier } from "../../protocol/paths";
import { deleteVideoRows } from "../../storage/d1/videos";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { removeLater } from "../media/remove-objects";
import { ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { loadManagedVideo } from "./managed-video";

export type DeleteRefusal = { reason: "unknown-video" | "forbidden" };

/** Removes a video: from the database at once, its bytes soon after by the media queue. */
export async function deleteVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
): Promise<Result<undefined, DeleteRefusal>> {
  const found = await loadManagedVideo(deps, identifier, user);
  if (!found.ok) {
    return found;
  }
  const removed = await deleteVideoRows(deps.database, found.value.video.id);
  await removeLater(deps, [
    ...removed.fileUuids.flatMap((uuid) => [videoFileKey(uuid), torrentInfoKey(uuid)]),
    ...removed.thumbnailFilenames.map(thumbnailKey),
  ]);
  return ok(undefined);
}
