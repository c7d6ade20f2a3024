import type { VideoIdentifier } from "../../protocol/paths";
import { loadVideo, type VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { visibilityOf } from "./visibility";

export type VideoRefusal = { reason: "unknown-video" | "sign-in-needed" | "forbidden" };

/** The video that `identifier` names, where `user` may watch it. */
export async function getVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser | undefined,
): Promise<Result<VideoRecord, VideoRefusal>> {
  const record =
    identifier && (await loadVideo(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined) {
    return fail({ reason: "unknown-video" });
  }
  const visibility = visibilityOf(record, user);
  return visibility === "visible" ? ok(record) : fail({ reason: visibility });
}
