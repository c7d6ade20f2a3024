import { MAX_IMAGE_BYTES } from "../../contract/upload";
import { readImageHeader, type ImageHeader } from "../../protocol/media/image";
import { findThumbnail, type NewThumbnail } from "../../storage/d1/videos";
import { thumbnailKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { fetchBytes } from "../remote/fetch-document";
import { fail, ok, type Result } from "../result";

const MAX_SIDE_PIXELS = 10_000;

export type ImageRefusal = { reason: "not-an-image" | "image-too-large"; /** For the user. */ detail: string };

export interface CheckedImage {
  bytes: Uint8Array;
  header: ImageHeader;
}

/** Whether the bytes are an image that can be shown: by what they hold, not by what they are called. */
export function checkImage(bytes: Uint8Array): Result<CheckedImage, ImageRefusal> {
  if (bytes.length > MAX_IMAGE_BYTES) {
    return fail({ reason: "image-too-large", detail: `The image has more than ${MAX_IMAGE_BYTES / 1024 ** 2} MiB: choose a smaller one.` });
  }
  const header = readImageHeader(bytes);
  if (header === undefined) {
    return fail({ reason: "not-an-image", detail: "This isn't a JPEG, PNG or WebP image: choose another." });
  }
  if (Math.max(header.width, header.height) > MAX_SIDE_PIXELS) {
    return fail({
      reason: "image-too-large",
      detail: `The image has more than ${MAX_SIDE_PIXELS} pixels on a side: choose a smaller one.`,
    });
  }
  return ok({ bytes, header });
}

/** Stores an image's bytes under a name made of a fresh UUID; gives the row that names it, which the caller stores. */
export async function storeImage(deps: Deps, freshUuid: string, kind: NewThumbnail["kind"], image: CheckedImage): Promise<NewThumbnail> {
  const { mimeType, extension, width, height } = image.header;
  const filename = freshUuid + extension;
  await deps.media.put(thumbnailKey(filename), image.bytes, { httpMetadata: { contentType: mimeType } });
  return { kind, filename, mimeType, width, height, size: image.bytes.length, createdAt: deps.now() };
}

/**
 * The stored image of that name, with its bytes. Undefined where no row names it or its bytes are gone. The name is a
 * secret as good as any: it is told only to those who may see the video.
 */
export async function openThumbnail(deps: Deps, filename: string): Promise<{ mimeType: string; object: R2ObjectBody } | undefined> {
  const row = await findThumbnail(deps.database, filename);
  if (row === undefined) {
    return undefined;
  }
  const stored = await deps.media.get(thumbnailKey(filename));
  const object = stored ?? (row.remoteUrl === null ? null : await fetchImage(deps, filename, row.remoteUrl));
  return object === null ? undefined : { mimeType: object.httpMetadata?.contentType ?? row.mimeType, object };
}

/** Brings an image of another instance here, once, so that no viewer of ours asks that instance for it. */
async function fetchImage(deps: Deps, filename: string, remoteUrl: string): Promise<R2ObjectBody | null> {
  const fetched = await fetchBytes(deps, remoteUrl, { maxBytes: MAX_IMAGE_BYTES, accept: "image/*" });
  const image = fetched.ok ? checkImage(fetched.value) : undefined;
  if (!image?.ok) {
    return null;
  }
  await deps.media.put(thumbnailKey(filename), image.value.bytes, { httpMetadata: { contentType: image.value.header.mimeType } });
  return await deps.media.get(thumbnailKey(filename));
}
