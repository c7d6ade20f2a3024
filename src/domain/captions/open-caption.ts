import { findCaption } from "../../storage/d1/captions";
import { captionKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { fetchBytes } from "../remote/fetch-document";

const MAX_CAPTION_BYTES = 2 * 1024 * 1024;

/**
 * The captions of that file name, in WebVTT. Undefined where no row names it or its bytes are gone. The name is a secret as
 * good as any: it is told only to those who may see the video.
 */
export async function openCaption(deps: Deps, filename: string): Promise<R2ObjectBody | undefined> {
  const row = await findCaption(deps.database, filename);
  if (row === undefined) {
    return undefined;
  }
  const stored = await deps.media.get(captionKey(row.filename));
  return stored ?? (row.remoteUrl === null ? undefined : await fetchCaption(deps, row.filename, row.remoteUrl));
}

/** Brings captions of another instance here, once. */
async function fetchCaption(deps: Deps, filename: string, remoteUrl: string): Promise<R2ObjectBody | undefined> {
  const fetched = await fetchBytes(deps, remoteUrl, { maxBytes: MAX_CAPTION_BYTES, accept: "text/vtt" });
  // WebVTT's own first words (W3C WebVTT, section 4.1), after a byte order mark perhaps.
  if (
    !fetched.ok ||
    !/^\uFEFF?WEBVTT(?:[ \t\n\r]|$)/.test(new TextDecoder("utf-8", { ignoreBOM: true }).decode(fetched.value.subarray(0, 16)))
  ) {
    return undefined;
  }
  await deps.media.put(captionKey(filename), fetched.value, { httpMetadata: { contentType: "text/vtt" } });
  return (await deps.media.get(captionKey(filename))) ?? undefined;
}
