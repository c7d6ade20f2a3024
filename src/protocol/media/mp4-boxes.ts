// The boxes of ISO/IEC 14496-12 (MP4, QuickTime), read through a range reader: a box's header is a few bytes, so a file
// of any size is walked without holding it.

/**
 * Gives the bytes from `start` to `end` (exclusive). Whoever calls asks only for bytes inside the file; a reader that
 * has fewer gives fewer.
 */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array>;

export interface Box {
  /** Four characters. */
  type: string;
  /** Where the header begins, in bytes from the file's start. */
  start: number;
  headerSize: number;
  /** Where the box says that it ends; past the end of what holds it where the file was cut off. */
  end: number;
}

/** The longest header: size, type, 64-bit size. */
const LONGEST_HEADER_BYTES = 16;

/**
 * The header of the box at `start` inside something that ends at `end`; undefined where no box can begin: too few bytes,
 * a size below the header's, or a type that isn't printable.
 */
export async function readBoxHeader(read: ReadBytes, start: number, end: number): Promise<Box | undefined> {
  if (end - start < 8) {
    return undefined;
  }
  const bytes = await read(start, Math.min(end, start + LONGEST_HEADER_BYTES));
  return parseBoxHeader(bytes, start, end);
}

function parseBoxHeader(bytes: Uint8Array, start: number, end: number): Box | undefined {
  if (bytes.length < 8) {
    return undefined;
  }
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  // Printable ASCII, and QuickTime's «©xyz».
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) {
    return undefined;
  }
  const size = view.getUint32(0);
  if (size === 1) {
    if (bytes.length < 16) {
      return undefined;
    }
    const large = Number(view.getBigUint64(8));
    return large < 16 ? undefined : { type, start, headerSize: 16, end: start + large };
  }
  if (size === 0) {
    return { type, start, headerSize: 8, end };
  }
  return size < 8 ? undefined : { type, start, headerSize: 8, end: start + size };
}

/** The boxes directly inside `parent`, at most `limit` of them; stops at the first that doesn't fit. */
export async function readChildren(read: ReadBytes, parent: Box, limit = 256): Promise<Box[]> {
  const children: Box[] = [];
  let at = parent.start + parent.headerSize;
  while (children.length < limit) {
    const box = await readBoxHeader(read, at, parent.end);
    if (box === undefined || box.end > parent.end) {
      break;
    }
    children.push(box);
    at = box.end;
  }
  return children;
}

/** The content of a box without its header, at most `limit` bytes. */
export async function readContent(read: ReadBytes, box: Box, limit: number): Promise<Uint8Array> {
  const start = box.start + box.headerSize;
  return await read(start, Math.min(box.end, start + limit));
}

/** The boxes in a piece of memory; their positions count from the piece's start. */
export function boxesInBytes(bytes: Uint8Array, start = 0, end = bytes.length): Box[] {
  const boxes: Box[] = [];
  let at = start;
  while (end - at >= 8) {
    const box = parseBoxHeader(bytes.subarray(at, Math.min(end, at + LONGEST_HEADER_BYTES)), at, end);
    if (box === undefined || box.end > end) {
      break;
    }
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
