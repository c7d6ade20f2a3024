import type { BodyEnd } from "./receive-bytes";
import type { ChunkDescription, ChunkOutcome } from "./upload-object";
import type { UploadSession } from "./upload-session";

/** What a chunk declares that can't be, before a byte of it is read. */
export function conflictOf(chunk: ChunkDescription, session: UploadSession, received: number): string | undefined {
  if (!chunk.range || session.size === undefined) {
    return chunk.range ? "This upload takes its file in one request." : undefined;
  }
  if (chunk.total !== undefined && chunk.total !== session.size) {
    return `This upload was opened for ${session.size} bytes, and Content-Range speaks of ${chunk.total}.`;
  }
  if (chunk.range.end >= session.size) {
    return `Content-Range goes beyond the file's ${session.size} bytes.`;
  }
  if (chunk.range.start > received) {
    return `Content-Range begins at byte ${chunk.range.start}, but only ${received} bytes are here; go on from there.`;
  }
  return undefined;
}

/** What is wrong with a chunk's body, once it was read; undefined where nothing is, or where its connection broke. */
export function complaintOf(
  chunk: ChunkDescription,
  body: { end: BodyEnd; length: number; limit: number; verified: boolean; received: number },
): ChunkOutcome | undefined {
  const { end, length, limit, received } = body;
  if (!chunk.range && end !== "ended") {
    return end === "too-long" ? { outcome: "too-large", received } : { outcome: "broken-off" };
  }
  if (end === "too-long") {
    return { outcome: "conflict", received, detail: `The body has more bytes than the ${limit} that Content-Range declares.` };
  }
  if (end === "ended" && chunk.range && length < limit) {
    return { outcome: "conflict", received, detail: `The body has ${length} bytes, and Content-Range declares ${limit}.` };
  }
  return end === "ended" && !body.verified ? { outcome: "digest-mismatch", received } : undefined;
}
