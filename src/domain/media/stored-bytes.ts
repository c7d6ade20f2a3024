import { torrentInfoKey, videoFileKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";

interface ByteRange {
  offset: number;
  length: number;
}

/** Players ask for «all from here» and take what they need: where a range is read bit by bit, its first bytes should come at once. */
const FIRST_READ_BYTES = 1024 * 1024;
/** A request may make some hundreds of calls; ranges too long for that are read in larger bits. */
const MAX_READS = 256;

/**
 * A video file's bytes from `offset`, `length` of them, as a stream of that known length; undefined where they are gone.
 * One call of R2, whose body streams, or several of at most `deps.maxMediaReadBytes`. No byte passes through JavaScript.
 */
export async function readVideoBytes(deps: Deps, fileUuid: string, range: ByteRange): Promise<ReadableStream<Uint8Array> | undefined> {
  const key = videoFileKey(fileUuid);
  const bit = deps.maxMediaReadBytes;
  const firstLength = bit === undefined ? range.length : Math.min(range.length, bit, FIRST_READ_BYTES);
  // R2 refuses a range of nothing.
  const first = await deps.media.get(key, range.length === 0 ? {} : { range: { offset: range.offset, length: firstLength } });
  if (first === null || bit === undefined || firstLength === range.length) {
    return first?.body;
  }
  const stream = new FixedLengthStream(range.length);
  void pump(deps, key, first, { ...range, firstLength, bit }, stream.writable);
  return stream.readable;
}

async function pump(
  deps: Deps,
  key: string,
  first: R2ObjectBody,
  { offset, length, firstLength, bit }: ByteRange & { firstLength: number; bit: number },
  sink: WritableStream<Uint8Array>,
): Promise<void> {
  const largest = Math.max(bit, Math.ceil(length / MAX_READS));
  let next: R2ObjectBody | null = first;
  let size = firstLength;
  let sent = 0;
  try {
    while (next !== null) {
      await next.body.pipeTo(sink, { preventClose: true });
      sent += size;
      if (sent === length) {
        return await sink.close();
      }
      size = Math.min(size * 2, largest, length - sent);
      next = await deps.media.get(key, { range: { offset: offset + sent, length: size } });
    }
    await sink.abort(new Error("the object went away while it was read"));
  } catch {
    // The client has left, or R2 fails: the response breaks off, and a range request goes on from there.
    await sink.abort().catch(() => {});
  }
}

/** The bencoded info dictionary of a video file's torrent; undefined where it is gone. */
export async function readTorrentInfo(deps: Deps, fileUuid: string): Promise<Uint8Array | undefined> {
  const object = await deps.media.get(torrentInfoKey(fileUuid));
  return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
}
