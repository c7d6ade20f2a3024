import { createHash } from "node:crypto";
import type { PartCutter } from "./part-cutter";

/** Bytes read at once: large enough that reading costs little, small beside a part. */
const READ_BYTES = 64 * 1024;

/** How a body ended. */
export type BodyEnd =
  | "ended"
  /** It had more bytes than it may have; those beyond were left. */
  | "too-long"
  /** The connection broke. What had arrived was taken. */
  | "broken"
  /** `stop` was called. */
  | "stopped";

export interface ReceiveOptions {
  /** Bytes at the beginning that are there already: they are read, and not taken. */
  skip: number;
  /** Bytes that the body may have, those skipped among them. */
  limit: number;
  /** node:crypto's name of a checksum to make of the whole body. */
  algorithm: string | undefined;
  /** Aborted when reading shall stop at once, though the connection is silent. */
  stop: AbortSignal;
  onBytes: () => void;
}

/** Reads a body into parts as it comes. Throws where a part can't be stored. */
export async function receiveBytes(
  body: ReadableStream<Uint8Array>,
  cutter: PartCutter,
  options: ReceiveOptions,
): Promise<{ end: BodyEnd; length: number; checksum: string | undefined }> {
  const reader = body.getReader({ mode: "byob" });
  const hash = options.algorithm === undefined ? undefined : createHash(options.algorithm);
  // One listener for the whole body: a Promise.race per read would pile up reactions on a promise that never settles.
  let wake: () => void = () => undefined;
  options.stop.addEventListener("abort", () => wake());
  let view = new Uint8Array(READ_BYTES);
  let length = 0;
  let end: BodyEnd = "ended";
  try {
    for (;;) {
      const read = await new Promise<ReadableStreamReadResult<Uint8Array> | "broken" | "stopped">((resolve) => {
        wake = () => resolve("stopped");
        reader.read(view).then(resolve, () => resolve("broken"));
      });
      if (read === "broken" || read === "stopped") {
        end = read;
        break;
      }
      const bytes = read.value;
      if (bytes && bytes.byteLength > 0) {
        options.onBytes();
        const taken = bytes.subarray(0, Math.max(0, options.limit - length));
        hash?.update(taken);
        await cutter.write(taken.subarray(Math.min(taken.byteLength, Math.max(0, options.skip - length))));
        length += taken.byteLength;
        if (taken.byteLength < bytes.byteLength) {
          end = "too-long";
          break;
        }
        view = new Uint8Array(bytes.buffer as ArrayBuffer);
      }
      if (read.done) {
        break;
      }
    }
  } finally {
    // What a client goes on sending is nobody's; a broken stream has nothing to cancel, a silent one would keep us waiting.
    reader.cancel().catch(() => undefined);
  }
  return { end, length, checksum: hash?.digest("base64") };
}
