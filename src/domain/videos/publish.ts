import type { VideoMetadata } from "../../contract/upload";
import { VideoState } from "../../contract/video-constants";
import { shortUuidOf } from "../../protocol/paths";
import { ownerOfChannel } from "../../storage/d1/upload-checks";
import { insertVideo, videoIdOf } from "../../storage/d1/videos";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import { removeObjects } from "../../storage/r2/media-store";
import type { Deps } from "../deps";
import { probeMedia } from "../media/probe";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import type { AssembledUpload, UploadedImage } from "../uploads/assembled-upload";
import { type SignedInUser, UserRole } from "../users/signed-in-user";
import { prepareFile } from "./new-file";
import { distinctTags } from "./tags";
import { checkImage, storeImage } from "./thumbnails";

export interface PublishedVideo {
  id: number;
  uuid: string;
  shortUUID: string;
}

export type PublishRefusal = {
  reason: "unreadable" | "unknown-channel" | "not-your-channel";
  /** What is wrong and what to do, for the uploader. */
  detail: string;
};

export interface Publication {
  /** Allotted when the upload was opened. */
  videoUuid: string;
  assembled: AssembledUpload;
  metadata: VideoMetadata;
  user: Pick<SignedInUser, "id" | "role">;
  thumbnail?: UploadedImage;
}

/**
 * Makes a video of a file that arrived: reads what it is, makes its torrent, stores everything. From then on it plays.
 * With the same UUIDs again it gives the same answer. Where it refuses, it has removed the file's bytes. An image that
 * can't be shown doesn't hinder the video: it is left out.
 */
export async function publishVideo(deps: Deps, publication: Publication): Promise<Result<PublishedVideo, PublishRefusal>> {
  const { videoUuid, assembled, metadata, user } = publication;
  const known = await videoIdOf(deps.database, videoUuid);
  if (known !== undefined) {
    return ok(published(known, videoUuid));
  }
  const owner = await ownerOfChannel(deps.database, metadata.channelId);
  if (owner === undefined) {
    return await refuse(deps, assembled, "unknown-channel", "The channel of this upload doesn't exist any more: choose another.");
  }
  if (owner.userId !== user.id && user.role !== UserRole.administrator) {
    return await refuse(deps, assembled, "not-your-channel", "This channel isn't yours: choose one of your own.");
  }
  const probed = await probeMedia(deps.media, videoFileKey(assembled.fileUuid), assembled.size);
  if (!probed.ok) {
    return await refuse(deps, assembled, "unreadable", probed.error.detail);
  }
  const facts = probed.value;
  const file = await prepareFile(deps, assembled, facts, "source");
  const image = publication.thumbnail && checkImage(publication.thumbnail.bytes);
  // Named after the file, so that a second run writes the same object.
  const thumbnail = image?.ok ? await storeImage(deps, assembled.fileUuid, "thumbnail", image.value) : undefined;
  const now = deps.now();
  const { tags, originallyPublishedAt, ...described } = metadata;
  const video = {
    ...described,
    uuid: videoUuid,
    state: VideoState.published,
    durationMs: facts.durationMs,
    uploadFilename: assembled.originalFilename,
    publishedAt: now,
    originallyPublishedAt: originallyPublishedAt === undefined ? null : Date.parse(originallyPublishedAt),
    createdAt: now,
    updatedAt: now,
  };
  const task = { kind: "video", uuid: videoUuid } as const;
  try {
    await insertVideo(deps.database, { video, tags: distinctTags(tags), file, thumbnail }, [taskStatement(deps, task)]);
    await nudge(deps, [task]);
  } catch (error) {
    // Somebody published the same meanwhile: then it is there, and all is well.
    if ((await videoIdOf(deps.database, videoUuid)) === undefined) {
      if ((await ownerOfChannel(deps.database, metadata.channelId)) !== undefined) {
        throw error;
      }
      await removeObjects(deps.media, thumbnail === undefined ? [] : [thumbnailKey(thumbnail.filename)]);
      return await refuse(deps, assembled, "unknown-channel", "The channel of this upload was deleted meanwhile: choose another.");
    }
  }
  const id = await videoIdOf(deps.database, videoUuid);
  if (id === undefined) {
    throw new Error(`The video ${videoUuid} was stored and isn't there.`);
  }
  return ok(published(id, videoUuid));
}

function published(id: number, uuid: string): PublishedVideo {
  return { id, uuid, shortUUID: shortUuidOf(uuid) };
}

async function refuse(
  deps: Deps,
  assembled: AssembledUpload,
  reason: PublishRefusal["reason"],
  detail: string,
): Promise<{ ok: false; error: PublishRefusal }> {
  await removeObjects(deps.media, [videoFileKey(assembled.fileUuid), torrentInfoKey(assembled.fileUuid)]);
  return fail({ reason, detail });
}
