/** R2 takes at most this many parts, all of one size but the last. */
export const MAX_PARTS = 10_000;
/** Bytes; R2 takes no smaller ones. Small, because an upload holds up to three parts in memory. */
export const PART_BYTES = 5 * 1024 * 1024;

/** The size in bytes of an upload's parts: `PART_BYTES`, or more for a file that needs it; whole pieces in each. */
export function partSizeFor(fileBytes: number, pieceLength: number): number {
  const smallest = Math.max(PART_BYTES, Math.ceil(fileBytes / MAX_PARTS));
  return Math.ceil(smallest / pieceLength) * pieceLength;
}
