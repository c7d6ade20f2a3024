import type { VideoIdentifier } from "../../protocol/paths";
import { loadVideo, type VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { mayManage } from "./visibility";

/** The video that a client names, for a user who wants to change it. */
export async function loadManagedVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
): Promise<Result<VideoRecord, { reason: "unknown-video" | "forbidden" }>> {
  const record =
    identifier && (await loadVideo(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined) {
    return fail({ reason: "unknown-video" });
  }
  // What another instance says of its video isn't changed here, not even by a moderator.
  return record.channel.host === null && mayManage(record, user) ? ok(record) : fail({ reason: "forbidden" });
}
