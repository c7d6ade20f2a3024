import type { ReadBytes } from "../../protocol/media/mp4-boxes";

// A file in R2 read in pieces: each read of the bucket is an operation that costs, so bytes come in blocks, neighbours
// together, and the last ones are kept. What a hostile file can ask for is bounded.

const BLOCK_BYTES = 64 * 1024;
const MAX_CACHED_BLOCKS = 64;
const MAX_READ_AHEAD_BYTES = 512 * 1024;

export interface RangeBudget {
  /** Reads of the bucket. */
  reads: number;
  /** Bytes of one read that a caller may ask for. */
  bytesPerRead: number;
}

/** The file asks for more reading than a real one does. */
export class ReadBudgetExceeded extends Error {
  constructor() {
    super("The file asks for more reading than its kind needs.");
    this.name = "ReadBudgetExceeded";
  }
}

/** The object was removed: a refusal before, a cancelled upload. */
export class ObjectGone extends Error {
  constructor() {
    super("The object isn't in the bucket any more.");
    this.name = "ObjectGone";
  }
}

export interface RangeReader {
  read: ReadBytes;
  /** Reads of the bucket so far. */
  reads: () => number;
}

/** Reads the object `key` of `size` bytes. Memory stays under 4 MiB of cache and one read's bytes. */
export function rangeReader(bucket: R2Bucket, key: string, size: number, budget: RangeBudget): RangeReader {
  const blocks = new Map<number, Uint8Array>();
  let reads = 0;
  let nextBlock = 0;
  let readAhead = BLOCK_BYTES;

  async function fetchRange(offset: number, length: number): Promise<Uint8Array> {
    if (reads >= budget.reads) {
      throw new ReadBudgetExceeded();
    }
    reads += 1;
    const object = await bucket.get(key, { range: { offset, length } });
    if (object === null) {
      throw new ObjectGone();
    }
    return await object.bytes();
  }

  /** Brings blocks `first` to `last` into the cache, with some more after them where reads follow one another. */
  async function load(first: number, last: number): Promise<void> {
    readAhead = first === nextBlock ? Math.min(readAhead * 2, MAX_READ_AHEAD_BYTES) : BLOCK_BYTES;
    const start = first * BLOCK_BYTES;
    const end = Math.min(size, Math.max((last + 1) * BLOCK_BYTES, start + readAhead));
    const bytes = await fetchRange(start, end - start);
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const block = first + at / BLOCK_BYTES;
      blocks.delete(block);
      blocks.set(block, bytes.subarray(at, at + BLOCK_BYTES));
      nextBlock = block + 1;
    }
    while (blocks.size > MAX_CACHED_BLOCKS) {
      const oldest = blocks.keys().next();
      if (oldest.done) {
        break;
      }
      blocks.delete(oldest.value);
    }
  }

  async function read(start: number, end: number): Promise<Uint8Array> {
    const from = Math.max(0, start);
    const to = Math.min(end, size);
    if (to <= from) {
      return new Uint8Array();
    }
    if (to - from > budget.bytesPerRead) {
      throw new ReadBudgetExceeded();
    }
    const first = Math.floor(from / BLOCK_BYTES);
    const last = Math.floor((to - 1) / BLOCK_BYTES);
    if (last - first >= MAX_CACHED_BLOCKS / 2) {
      // Too large to be worth the cache.
      return await fetchRange(from, to - from);
    }
    const result = new Uint8Array(to - from);
    // Copied block by block before more are loaded: loading may push the first ones out.
    for (let block = first; block <= last; block += 1) {
      if (!blocks.has(block)) {
        await load(block, last);
      }
      const bytes = blocks.get(block);
      if (bytes === undefined) {
        break;
      }
      const blockStart = block * BLOCK_BYTES;
      result.set(bytes.subarray(Math.max(0, from - blockStart), Math.min(bytes.length, to - blockStart)), Math.max(0, blockStart - from));
    }
    return result;
  }

  return { read, reads: () => reads };
}
