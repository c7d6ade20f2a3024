import { loadVideo } from "../../storage/d1/video-reads";
import { insertRendition } from "../../storage/d1/videos";
import { torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import { removeObjects } from "../../storage/r2/media-store";
import type { Deps } from "../deps";
import { checkRendition } from "../media/check-rendition";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import type { AssembledUpload } from "../uploads/assembled-upload";
import type { SignedInUser } from "../users/signed-in-user";
import { prepareFile } from "./new-file";
import { mayManage } from "./visibility";

export interface AddedRendition {
  videoId: number;
  videoUuid: string;
  fileUuid: string;
  filename: string;
  resolution: number;
}

/**
 * `already-there`: the video has a rendition of this resolution; it stays, because viewers may be exchanging its pieces,
 * and of two browsers that race the first wins.
 */
export type RenditionRefusal = {
  reason: "unknown-video" | "forbidden" | "already-there" | "unfit";
  /** What is wrong and what to do, for the uploader. */
  detail: string;
};

/**
 * Adds a rendition that arrived to its video, after reading whether it is one. With the same file again it gives the
 * same answer. Where it refuses, it has removed the file's bytes.
 */
export async function addRendition(
  deps: Deps,
  { videoUuid, assembled, user }: { videoUuid: string; assembled: AssembledUpload; user: SignedInUser },
): Promise<Result<AddedRendition, RenditionRefusal>> {
  const refuse = async (reason: RenditionRefusal["reason"], detail: string) => {
    await removeObjects(deps.media, [videoFileKey(assembled.fileUuid), torrentInfoKey(assembled.fileUuid)]);
    return fail({ reason, detail });
  };
  const record = await loadVideo(deps.database, { uuid: videoUuid });
  if (record === undefined) {
    return await refuse("unknown-video", "The video of this rendition doesn't exist any more.");
  }
  const videoId = record.video.id;
  const added = (filename: string, resolution: number) => ok({ videoId, videoUuid, fileUuid: assembled.fileUuid, filename, resolution });
  const stored = record.files.find((file) => file.uuid === assembled.fileUuid);
  if (stored !== undefined) {
    return added(stored.filename, stored.resolution);
  }
  const source = record.files.find((file) => file.kind === "source");
  if (source === undefined || !mayManage(record, user)) {
    return await refuse("forbidden", "Only the owner of a video adds renditions to it.");
  }
  const checked = await checkRendition(deps.media, videoFileKey(assembled.fileUuid), assembled.size, source);
  if (!checked.ok) {
    return await refuse("unfit", checked.error.detail);
  }
  const { resolution } = checked.value;
  const alreadyThere = `The video has a rendition of ${resolution}p already.`;
  if (record.files.some((file) => file.kind === "rendition" && file.resolution === resolution)) {
    return await refuse("already-there", alreadyThere);
  }
  const file = await prepareFile(deps, assembled, checked.value, "rendition");
  const task = { kind: "video", uuid: videoUuid } as const;
  if (await insertRendition(deps.database, videoId, file, [taskStatement(deps, task)])) {
    await nudge(deps, [task]);
    return added(file.filename, resolution);
  }
  const now = await loadVideo(deps.database, { uuid: videoUuid });
  if (now?.files.some(({ uuid }) => uuid === assembled.fileUuid)) {
    return added(file.filename, resolution);
  }
  return now === undefined
    ? await refuse("unknown-video", "The video was deleted meanwhile.")
    : await refuse("already-there", alreadyThere);
}
