const SMALLEST_CHUNK_BYTES = 256 * 1024;
const FIRST_CHUNK_BYTES = 1024 * 1024;
/** Larger ones gain nothing, and a lost connection costs more. */
const LARGEST_CHUNK_BYTES = 64 * 1024 * 1024;

/** A chunk that is over sooner than this was too small to use the line. */
const QUICK_CHUNK_MS = 2_000;
/** One that took longer than this loses too much when it fails. */
const SLOW_CHUNK_MS = 12_000;

export interface ChunkSizer {
  /** Bytes of the next chunk. */
  size(): number;
  /** Tells how long a chunk took. */
  took(ms: number): void;
  failed(): void;
}

/** Chunk sizes that follow the line's speed, from 1 MiB up to the server's limit (undefined: none) or 64 MiB. */
export function createChunkSizer(serverLimitBytes: number | undefined): ChunkSizer {
  const largest = Math.max(1, Math.min(serverLimitBytes ?? LARGEST_CHUNK_BYTES, LARGEST_CHUNK_BYTES));
  const smallest = Math.min(SMALLEST_CHUNK_BYTES, largest);
  let current = Math.min(FIRST_CHUNK_BYTES, largest);
  return {
    size: () => current,
    took(ms) {
      if (ms < QUICK_CHUNK_MS) {
        current = Math.min(current * 2, largest);
      } else if (ms > SLOW_CHUNK_MS) {
        current = Math.max(Math.floor(current / 2), smallest);
      }
    },
    failed() {
      current = Math.max(Math.floor(current / 2), smallest);
    },
  };
}
