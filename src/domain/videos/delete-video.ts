import type { VideoIdentifier } from "../../protocol/paths";
import { LAST_WORD } from "../../storage/d1/comments";
import { deleteVideoRows } from "../../storage/d1/videos";
import type { Deps } from "../deps";
import { removeLater } from "../media/remove-objects";
import { deleteRemoteVideo } from "../remote/videos";
import { ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { nudge, taskStatement } from "../tasks/ask";
import { loadRemovableVideo } from "./managed-video";
import { objectsOf } from "./removed-objects";

export type DeleteRefusal = { reason: "unknown-video" | "forbidden" };

/** Removes a video: from the database at once, its bytes soon after by the media queue; of one of here other instances are told. */
export async function deleteVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
): Promise<Result<undefined, DeleteRefusal>> {
  const found = await loadRemovableVideo(deps, identifier, user);
  if (!found.ok) {
    return found;
  }
  const { id, uuid, url } = found.value.video;
  if (url !== null) {
    // Its own instance still says that it is there: here that changes nothing any more.
    await deleteRemoteVideo(deps, { url, saidAt: LAST_WORD });
    return ok(undefined);
  }
  const task = { kind: "video", uuid } as const;
  const removed = await deleteVideoRows(deps.database, id, [taskStatement(deps, task)]);
  await removeLater(deps, objectsOf(removed));
  await nudge(deps, [task]);
  return ok(undefined);
}
