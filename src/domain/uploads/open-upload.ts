import type { OpenRenditionUpload, VideoMetadata } from "../../contract/upload";
import type { VideoIdentifier } from "../../protocol/paths";
import { pieceLengthFor } from "../../protocol/torrent/pieces";
import { MAX_PARTS, PART_BYTES } from "../../protocol/upload/parts";
import { freshUploadId, uploadIdOf } from "../../protocol/upload/upload-id";
import { ownerOfChannel, quotaOf, videoAndOwner } from "../../storage/d1/upload-checks";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { type SignedInUser, UserRole } from "../users/signed-in-user";
import type { UploadedImage } from "./assembled-upload";
import { maxFileBytes } from "./limits";
import { uploadObject, type OpenUpload } from "./upload-object";

/** What uploads need besides the rest. */
export interface UploadDeps extends Deps {
  uploads: DurableObjectNamespace;
}

export type FileRefusal =
  | { reason: "empty-file" }
  | { reason: "too-large"; maxBytes: number }
  | { reason: "over-quota"; quotaBytes: number; usedBytes: number }
  | { reason: "not-a-video"; mimeType: string };

export type ChannelRefusal = { reason: "unknown-channel" } | { reason: "not-your-channel" };

export type VideoRefusal = { reason: "unknown-video" } | { reason: "not-your-video" };

/** A file that is about to be sent, as its client declares it. */
export interface DeclaredFile {
  /** Bytes. */
  size: number;
  mimeType: string;
  filename: string;
  originalName: string | undefined;
  lastModified: string | number | undefined;
}

export interface OpenedUpload {
  uploadId: string;
  /** Bytes that are there already from an earlier try. */
  received: number;
}

/** Opens the resumable upload of a new video, or finds the one that this user began with the same file. */
export async function openVideoUpload(
  deps: UploadDeps,
  user: SignedInUser,
  file: DeclaredFile,
  metadata: VideoMetadata,
  image: UploadedImage | undefined,
): Promise<Result<OpenedUpload, FileRefusal | ChannelRefusal>> {
  const refusal = (await refusalOfFile(deps, user, file)) ?? (await refusalOfChannel(deps, user, metadata.channelId));
  if (refusal) {
    return fail(refusal);
  }
  const target = { kind: "video" as const, videoUuid: crypto.randomUUID(), metadata };
  return ok(await open(deps, user, file, { target, image }, undefined));
}

/** Opens the resumable upload of another file of a video that exists. */
export async function openRenditionUpload(
  deps: UploadDeps,
  user: SignedInUser,
  file: DeclaredFile,
  video: VideoIdentifier,
  resolution: number | undefined,
): Promise<Result<OpenedUpload, FileRefusal | VideoRefusal>> {
  const known = await videoAndOwner(deps.database, video);
  if (!known) {
    return fail({ reason: "unknown-video" });
  }
  if (known.userId !== user.id && user.role !== UserRole.administrator) {
    return fail({ reason: "not-your-video" });
  }
  const refusal = await refusalOfFile(deps, user, file);
  if (refusal) {
    return fail(refusal);
  }
  const target = { kind: "rendition" as const, videoUuid: known.uuid, resolution };
  return ok(await open(deps, user, file, { target, image: undefined }, known.uuid));
}

/** Opens the upload of a file that comes in one request: its size shows at its end, its metadata may follow it. */
export async function openOneRequestUpload(
  deps: UploadDeps,
  user: SignedInUser,
  file: { filename: string; mimeType: string; atMostBytes: number | undefined },
): Promise<Result<{ uploadId: string }, FileRefusal>> {
  if (!isMediaType(file.mimeType)) {
    return fail({ reason: "not-a-video", mimeType: file.mimeType });
  }
  const maxBytes = Math.min(await room(deps, user), file.atMostBytes ?? PART_BYTES * MAX_PARTS);
  const uploadId = freshUploadId(user.id);
  await uploadObject(deps.uploads, uploadId).open({
    userId: user.id,
    fileUuid: crypto.randomUUID(),
    originalFilename: file.filename,
    mimeType: file.mimeType,
    pieceLength: pieceLengthFor(file.atMostBytes ?? UNKNOWN_SIZE_GUESS_BYTES),
    size: undefined,
    maxBytes,
    target: undefined,
    image: undefined,
  });
  return ok({ uploadId });
}

/** A body without Content-Length: torrent pieces of 1 MiB suit what such clients send. */
const UNKNOWN_SIZE_GUESS_BYTES = 1024 ** 3;

async function open(
  deps: UploadDeps,
  user: SignedInUser,
  file: DeclaredFile,
  what: Pick<OpenUpload, "target" | "image">,
  videoUuid: string | undefined,
): Promise<OpenedUpload> {
  const uploadId = await uploadIdOf({
    userId: user.id,
    originalName: file.originalName ?? file.filename,
    size: file.size,
    lastModified: file.lastModified === undefined ? undefined : String(file.lastModified),
    videoUuid,
  });
  const { received } = await uploadObject(deps.uploads, uploadId).open({
    userId: user.id,
    fileUuid: crypto.randomUUID(),
    originalFilename: file.originalName ?? file.filename,
    mimeType: file.mimeType,
    pieceLength: pieceLengthFor(file.size),
    size: file.size,
    maxBytes: file.size,
    ...what,
  });
  return { uploadId, received };
}

async function refusalOfFile(deps: UploadDeps, user: SignedInUser, file: DeclaredFile): Promise<FileRefusal | undefined> {
  if (!isMediaType(file.mimeType)) {
    return { reason: "not-a-video", mimeType: file.mimeType };
  }
  if (file.size === 0) {
    return { reason: "empty-file" };
  }
  return await refusalOfSize(deps, user, file.size);
}

/** Why a file of this size can't be taken: too large for this instance, or for what is left of the user's quota. */
export async function refusalOfSize(deps: UploadDeps, user: SignedInUser, size: number): Promise<FileRefusal | undefined> {
  const maxBytes = await maxFileBytes(deps);
  if (size > maxBytes) {
    return { reason: "too-large", maxBytes };
  }
  const { quota, used } = await quotaOf(deps.database, user.id);
  if (quota >= 0 && used + size > quota) {
    return { reason: "over-quota", quotaBytes: quota, usedBytes: used };
  }
  return undefined;
}

/** Bytes that this user may send in one file. */
async function room(deps: UploadDeps, user: SignedInUser): Promise<number> {
  const { quota, used } = await quotaOf(deps.database, user.id);
  const maxBytes = await maxFileBytes(deps);
  return quota < 0 ? maxBytes : Math.max(0, Math.min(maxBytes, quota - used));
}

/** Why this user can't publish in this channel. */
export async function refusalOfChannel(deps: Deps, user: SignedInUser, channelId: number): Promise<ChannelRefusal | undefined> {
  const owner = await ownerOfChannel(deps.database, channelId);
  if (!owner) {
    return { reason: "unknown-channel" };
  }
  return owner.userId === user.id || user.role === UserRole.administrator ? undefined : { reason: "not-your-channel" };
}

/** Types that some program gives a film or a sound; what is in it is found out when it is there. */
const OTHER_MEDIA_TYPES = new Set([
  "application/octet-stream",
  "application/mp4",
  "application/ogg",
  "application/x-matroska",
  "application/mxf",
  "application/vnd.ms-asf",
]);

function isMediaType(mimeType: string): boolean {
  const type = mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return /^(video|audio)\/[\w.+-]+$/.test(type) || OTHER_MEDIA_TYPES.has(type);
}

/** The names under which a request's fields declare a file. */
export function declaredFile(
  size: number,
  mimeType: string,
  fields: Pick<OpenRenditionUpload, "filename" | "originalName" | "lastModified">,
): DeclaredFile {
  const { filename, originalName, lastModified } = fields;
  return { size, mimeType, filename, originalName, lastModified };
}
