const MIN_PIECE_BYTES = 256 * 1024;
const MAX_PIECE_BYTES = 8 * 1024 * 1024;
/** A viewer fetches a piece whole, in one request, before it can be shown or passed on: small enough to start soon, few enough to ask for. */
const TARGET_PIECES = 1024;

/** The bytes of a SHA-1 digest: what `pieces` holds for each piece. */
export const PIECE_HASH_BYTES = 20;

/** The piece length in bytes for a file of `bytes` bytes: a power of two from 256 KiB to 8 MiB, so that it divides 8 MiB. */
export function pieceLengthFor(bytes: number): number {
  let pieceLength = MIN_PIECE_BYTES;
  while (pieceLength < MAX_PIECE_BYTES && bytes > pieceLength * TARGET_PIECES) {
    pieceLength *= 2;
  }
  return pieceLength;
}

/** How many pieces a file of `length` bytes is cut into; the last one may be shorter. */
export function pieceCount(length: number, pieceLength: number): number {
  return Math.ceil(length / pieceLength);
}
