import { torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";

/** A video file's bytes from `offset`, `length` of them, as a stream; undefined where they are gone. */
export async function readVideoBytes(
  deps: Deps,
  fileUuid: string,
  range: { offset: number; length: number },
): Promise<ReadableStream<Uint8Array> | undefined> {
  // R2 refuses a range of nothing.
  const object = await deps.media.get(videoFileKey(fileUuid), range.length === 0 ? {} : { range });
  return object?.body;
}

/** The bencoded info dictionary of a video file's torrent; undefined where it is gone. */
export async function readTorrentInfo(deps: Deps, fileUuid: string): Promise<Uint8Array | undefined> {
  const object = await deps.media.get(torrentInfoKey(fileUuid));
  return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
}
