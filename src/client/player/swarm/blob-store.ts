import type { ChunkStore, StoreCallback, StoreOptions } from "./webtorrent";

/**
 * Keeps a torrent's pieces as Blobs, for as long as the page lives. The browser holds small ones in memory and moves the rest to
 * its own disk space; nothing has to be swept up afterwards, and a private window works too.
 */
export function createBlobStore(chunkLength: number, { length }: StoreOptions): ChunkStore {
  const pieces: (Blob | undefined)[] = [];
  const lastIndex = Math.ceil(length / chunkLength) - 1;
  const lastLength = length - lastIndex * chunkLength;
  let closed = false;

  function close(callback?: StoreCallback<void>): void {
    closed = true;
    pieces.length = 0;
    queueMicrotask(() => callback?.(null));
  }

  return {
    chunkLength,
    put(index, piece, callback) {
      const expected = index === lastIndex ? lastLength : chunkLength;
      const error = closed
        ? new Error("The store is closed.")
        : piece.length === expected
          ? null
          : new Error(`Piece ${index} is ${piece.length} bytes long, not ${expected}.`);
      if (error === null) {
        pieces[index] = new Blob([piece as Uint8Array<ArrayBuffer>]);
      }
      queueMicrotask(() => callback?.(error));
    },
    get(index, options, callback) {
      const piece = pieces[index];
      if (piece === undefined) {
        queueMicrotask(() => callback(new Error(`Piece ${index} isn't here.`)));
        return;
      }
      const offset = options?.offset ?? 0;
      const end = options?.length === undefined ? piece.size : offset + options.length;
      piece
        .slice(offset, end)
        .arrayBuffer()
        .then(
          (bytes) => callback(null, new Uint8Array(bytes)),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
        );
    },
    close,
    destroy: close,
  };
}
