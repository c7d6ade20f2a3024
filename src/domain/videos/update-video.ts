import type { VideoUpdate } from "../../contract/video-update";
import { CommentsPolicy, VideoPrivacy } from "../../contract/video-constants";
import type { VideoIdentifier } from "../../protocol/paths";
import { ownerOfChannel } from "../../storage/d1/upload-checks";
import type { VideoRecord } from "../../storage/d1/video-reads";
import { updateVideoRows, videoIdOf, type NewThumbnail, type VideoChanges } from "../../storage/d1/videos";
import { thumbnailKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { removeLater } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import { type SignedInUser, UserRole } from "../users/signed-in-user";
import { loadManagedVideo } from "./managed-video";
import { distinctTags } from "./tags";
import { checkImage, storeImage, type CheckedImage, type ImageRefusal } from "./thumbnails";

export type UpdateRefusal =
  | { reason: "unknown-video" | "forbidden" | "unknown-channel" | "not-your-channel" }
  | (ImageRefusal & { field: "thumbnailfile" | "previewfile" });

/** Changes what is said of a video, and its images; its files and their info-hashes stay. */
export async function updateVideo(
  deps: Deps,
  identifier: VideoIdentifier | undefined,
  user: SignedInUser,
  update: VideoUpdate,
): Promise<Result<undefined, UpdateRefusal>> {
  const found = await loadManagedVideo(deps, identifier, user);
  if (!found.ok) {
    return found;
  }
  const record = found.value;
  if (update.channelId !== undefined && update.channelId !== record.channel.id) {
    const owner = await ownerOfChannel(deps.database, update.channelId);
    if (owner === undefined) {
      return fail({ reason: "unknown-channel" });
    }
    if (owner.userId !== user.id && user.role !== UserRole.administrator) {
      return fail({ reason: "not-your-channel" });
    }
  }
  const checked: [NewThumbnail["kind"], CheckedImage][] = [];
  for (const [field, kind] of [
    ["thumbnailfile", "thumbnail"],
    ["previewfile", "preview"],
  ] as const) {
    const file = update[field];
    const image = file && checkImage(await file.bytes());
    if (image?.ok === false) {
      return fail({ ...image.error, field });
    }
    if (image !== undefined) {
      checked.push([kind, image.value]);
    }
  }
  // A fresh name each: the old one is cached for ever.
  const images = await Promise.all(checked.map(([kind, image]) => storeImage(deps, crypto.randomUUID(), kind, image)));
  const task = { kind: "video", uuid: record.video.uuid } as const;
  let replaced: string[];
  try {
    const changes = { video: changesOf(record, update, deps.now()), tags: update.tags && distinctTags(update.tags), images };
    replaced = await updateVideoRows(deps.database, record.video.id, changes, [taskStatement(deps, task)]);
  } catch (error) {
    if ((await videoIdOf(deps.database, record.video.uuid)) !== undefined) {
      throw error;
    }
    // It was deleted meanwhile, and the images have nobody.
    await removeLater(
      deps,
      images.map(({ filename }) => thumbnailKey(filename)),
    );
    return fail({ reason: "unknown-video" });
  }
  await removeLater(deps, replaced.map(thumbnailKey));
  await nudge(deps, [task]);
  return ok(undefined);
}

function changesOf(record: VideoRecord, update: VideoUpdate, now: number): VideoChanges {
  const { name, channelId, privacy, category, licence, language, description, support, nsfw, waitTranscoding, downloadEnabled } = update;
  const commentsPolicy =
    update.commentsPolicy ??
    (update.commentsEnabled === undefined ? undefined : update.commentsEnabled ? CommentsPolicy.enabled : CommentsPolicy.disabled);
  const original = update.originallyPublishedAt;
  return {
    name,
    channelId,
    privacy,
    category,
    licence,
    language,
    description,
    support,
    nsfw,
    waitTranscoding,
    downloadEnabled,
    commentsPolicy,
    originallyPublishedAt: typeof original === "string" ? Date.parse(original) : original,
    // To the public, a video that was kept to few is new on the day it comes out.
    publishedAt: privacy !== undefined && isOpen(privacy) && !isOpen(record.video.privacy) ? now : undefined,
    updatedAt: now,
  };
}

function isOpen(privacy: number): boolean {
  return privacy === VideoPrivacy.public || privacy === VideoPrivacy.unlisted;
}
