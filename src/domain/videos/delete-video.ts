import type { VideoIdentifier } from "../../protocol/paths";
import { loadVideo } from "../../storage/d1/video-reads";
import { deleteVideoRows } from "../../storage/d1/videos";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { removeLater } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { mayManage } from "./visibility";

export type DeleteRefusal = { reason: "unknown-video" | "forbidden" };

/** Removes a video: from the database at once, its bytes soon after by the media queue. */
export async function deleteVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
): Promise<Result<undefined, DeleteRefusal>> {
  const record =
    identifier && (await loadVideo(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined) {
    return fail({ reason: "unknown-video" });
  }
  if (!mayManage(record, user)) {
    return fail({ reason: "forbidden" });
  }
  const removed = await deleteVideoRows(deps.database, record.video.id);
  await removeLater(deps, [
    ...removed.fileUuids.flatMap((uuid) => [videoFileKey(uuid), torrentInfoKey(uuid)]),
    ...removed.thumbnailFilenames.map(thumbnailKey),
  ]);
  return ok(undefined);
}
