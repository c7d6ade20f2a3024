import type { VideoIdentifier } from "../../protocol/paths";
import { loadVideo, type VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { askFor } from "../tasks/ask";
import type { SignedInUser } from "../users/signed-in-user";
import { visibilityOf } from "./visibility";

/** As PeerTube: another instance's video is read again when somebody opens it two days later. */
const STALE_MS = 2 * 24 * 60 * 60_000;

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
  refreshIfStale(deps, record);
  const visibility = visibilityOf(record, user);
  return visibility === "visible" ? ok(record) : fail({ reason: visibility });
}

/** Shown is what is known; the task's run shows the next viewer what is. */
function refreshIfStale(deps: Deps, { video, remote }: VideoRecord): void {
  if (remote !== undefined && video.url !== null && deps.now() - remote.details.fetchedAt > STALE_MS) {
    deps.waitUntil(askFor(deps, { kind: "fetch-video", videoUrl: video.url }));
  }
}
