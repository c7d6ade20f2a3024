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
  const record = await loadNamed(deps, identifier);
  if (record === undefined) {
    return fail({ reason: "unknown-video" });
  }
  // What another instance says of its video isn't changed here, not even by a moderator.
  return record.channel.host === null && mayManage(record, user) ? ok(record) : fail({ reason: "forbidden" });
}

/** The video that a client names, for a user who wants it gone from here: moderators may remove those of other instances too. */
export async function loadRemovableVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
): Promise<Result<VideoRecord, { reason: "unknown-video" | "forbidden" }>> {
  const record = await loadNamed(deps, identifier);
  if (record === undefined) {
    return fail({ reason: "unknown-video" });
  }
  return mayManage(record, user) ? ok(record) : fail({ reason: "forbidden" });
}

async function loadNamed(deps: Deps, identifier: VideoIdentifier | undefined): Promise<VideoRecord | undefined> {
  return identifier && (await loadVideo(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
}
