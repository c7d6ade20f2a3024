import { viewOf, type ReadBytes } from "./mp4-boxes";

// EBML (RFC 8794), the binary tree that Matroska and WebM (RFC 9559) are written in.

export interface Element {
  id: number;
  start: number;
  dataStart: number;
  /** Where the element says that it ends; undefined where its size is unknown, as live recorders write it. */
  end: number | undefined;
}

/** The element at `at` in something that ends at `end`; undefined where none can begin. */
export async function readElement(read: ReadBytes, at: number, end: number): Promise<Element | undefined> {
  return end - at < 2 ? undefined : parseElement(await read(at, Math.min(end, at + 12)), at);
}

function parseElement(bytes: Uint8Array, start: number): Element | undefined {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const lead = bytes[idLength] ?? 0;
  const sizeLength = Math.clz32(lead) - 23;
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) {
    return undefined;
  }
  let id = 0;
  for (let index = 0; index < idLength; index += 1) {
    id = id * 256 + (bytes[index] ?? 0);
  }
  let size = lead & (0xff >> sizeLength);
  let unknown = size === 0xff >> sizeLength;
  for (let index = 1; index < sizeLength; index += 1) {
    const byte = bytes[idLength + index] ?? 0;
    unknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  const dataStart = start + idLength + sizeLength;
  return { id, start, dataStart, end: unknown ? undefined : dataStart + size };
}

/** The elements in a piece of memory; stops at the first that doesn't fit. */
export function elementsInBytes(bytes: Uint8Array, start = 0, end = bytes.length): (Element & { end: number })[] {
  const elements: (Element & { end: number })[] = [];
  let at = start;
  while (end - at >= 2) {
    const element = parseElement(bytes.subarray(at, Math.min(end, at + 12)), at);
    if (element?.end === undefined || element.end > end) {
      break;
    }
    elements.push({ ...element, end: element.end });
    at = element.end;
  }
  return elements;
}

/** A big-endian unsigned integer of up to eight bytes. */
export function unsigned(bytes: Uint8Array): number {
  return bytes.subarray(0, 8).reduce((value, byte) => value * 256 + byte, 0);
}

/** A float of four or eight bytes; 0 where it is neither. */
export function float(bytes: Uint8Array): number {
  return bytes.length === 4 ? viewOf(bytes).getFloat32(0) : bytes.length === 8 ? viewOf(bytes).getFloat64(0) : 0;
}

/** An element's bytes; `content` has less than 256 MiB. */
export function elementOf(id: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const idBytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) {
    idBytes.unshift(rest % 256);
  }
  const bytes = new Uint8Array(idBytes.length + 4 + content.length);
  bytes.set(idBytes);
  // A size of four bytes, marked by its leading bit.
  viewOf(bytes).setUint32(idBytes.length, 0x10000000 + content.length);
  bytes.set(content, idBytes.length + 4);
  return bytes;
}
