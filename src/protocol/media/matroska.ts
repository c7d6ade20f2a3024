import { concatenate } from "../bytes";
import { elementOf, elementsInBytes, float, readElement, unsigned, type Element } from "./ebml";
import { viewOf, type ReadBytes } from "./mp4-boxes";

// Matroska and WebM (RFC 9559), read through ranges: headers and the heads of blocks, never a whole cluster.

const Id = {
  header: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  defaultDuration: 0x23e383,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

export interface MatroskaLayout {
  docType: string;
  /** The segment says that it goes on past the file's end. */
  cut: boolean;
  /** Seconds; 0 where the file doesn't say (live recorders don't). */
  declaredDuration: number;
  /** Seconds a tick. */
  tick: number;
  /** `Info` and `Tracks` as they stand, for slimMatroska. */
  headers: Uint8Array[];
  videoTrack: { number: number; /** Seconds a frame, where the file says. */ frameDuration: number | undefined } | undefined;
  firstCluster: Element | undefined;
  segmentEnd: number;
}

const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_TOP_ELEMENTS = 64;

/** Reads up to the first cluster. Undefined where the file isn't Matroska or has no segment with tracks. */
export async function readMatroskaLayout(read: ReadBytes, size: number): Promise<MatroskaLayout | undefined> {
  const header = await readElement(read, 0, size);
  if (header?.id !== Id.header || header.end === undefined || header.end > Math.min(size, 4096)) {
    return undefined;
  }
  const headerBytes = await read(header.dataStart, header.end);
  const docType = elementsInBytes(headerBytes).find(({ id }) => id === Id.docType);
  const segment = await readElement(read, header.end, size);
  if (segment?.id !== Id.segment) {
    return undefined;
  }
  const layout: MatroskaLayout = {
    docType: docType === undefined ? "" : String.fromCharCode(...headerBytes.subarray(docType.dataStart, docType.end)).replaceAll("\0", ""),
    cut: (segment.end ?? 0) > size,
    declaredDuration: 0,
    tick: 0.001,
    headers: [],
    videoTrack: undefined,
    firstCluster: undefined,
    segmentEnd: Math.min(segment.end ?? size, size),
  };
  let at = segment.dataStart;
  for (let count = 0; count < MAX_TOP_ELEMENTS; count += 1) {
    const element = await readElement(read, at, layout.segmentEnd);
    if (element === undefined) {
      break;
    }
    if (element.id === Id.cluster) {
      layout.firstCluster = element;
      break;
    }
    if (element.end === undefined) {
      break;
    }
    if ((element.id === Id.info || element.id === Id.tracks) && element.end <= size && element.end - element.start <= MAX_HEADER_BYTES) {
      const bytes = (await read(element.dataStart, element.end)).slice();
      layout.headers.push(elementOf(element.id, bytes));
      if (element.id === Id.info) {
        noteInfo(layout, bytes);
      } else {
        noteTracks(layout, bytes);
      }
    }
    at = element.end;
  }
  return layout;
}

function noteInfo(layout: MatroskaLayout, bytes: Uint8Array): void {
  let ticks = 0;
  for (const { id, dataStart, end } of elementsInBytes(bytes)) {
    const value = bytes.subarray(dataStart, end);
    if (id === Id.timestampScale && unsigned(value) > 0) {
      layout.tick = unsigned(value) / 1e9;
    } else if (id === Id.duration) {
      ticks = float(value);
    }
  }
  layout.declaredDuration = Number.isFinite(ticks) && ticks > 0 ? ticks * layout.tick : 0;
}

function noteTracks(layout: MatroskaLayout, bytes: Uint8Array): void {
  for (const entry of elementsInBytes(bytes)) {
    if (entry.id !== Id.trackEntry) {
      continue;
    }
    const fields = new Map(
      elementsInBytes(bytes, entry.dataStart, entry.end).map(({ id, dataStart, end }) => [id, bytes.subarray(dataStart, end)]),
    );
    const number = fields.get(Id.trackNumber);
    const type = fields.get(Id.trackType);
    if (number !== undefined && type !== undefined && unsigned(type) === 1 && layout.videoTrack === undefined) {
      const nanoseconds = unsigned(fields.get(Id.defaultDuration) ?? new Uint8Array());
      layout.videoTrack = { number: unsigned(number), frameDuration: nanoseconds > 0 ? nanoseconds / 1e9 : undefined };
    }
  }
}

export interface Block {
  track: number;
  /** Seconds. */
  time: number;
  /** The frame's bytes; the first of several where they are laced. */
  dataStart: number;
  dataEnd: number;
}

/** The blocks from a cluster on, in the file's order, at most `limit`; reads each block's head. */
export async function readBlocks(read: ReadBytes, layout: MatroskaLayout, fromCluster: Element, limit: number): Promise<Block[]> {
  const blocks: Block[] = [];
  let clusterTime = 0;
  let at = fromCluster.start;
  for (let steps = 0; steps < limit * 4 && blocks.length < limit; steps += 1) {
    const element = await readElement(read, at, layout.segmentEnd);
    if (element === undefined) {
      break;
    }
    // Into a cluster and a group; over everything else.
    if (element.id === Id.cluster || element.id === Id.blockGroup) {
      at = element.dataStart;
      continue;
    }
    if (element.end === undefined || element.end > layout.segmentEnd) {
      break;
    }
    if (element.id === Id.timestamp && element.end - element.dataStart <= 8) {
      clusterTime = unsigned(await read(element.dataStart, element.end));
    } else if (element.id === Id.simpleBlock || element.id === Id.block) {
      const head = await read(element.dataStart, Math.min(element.end, element.dataStart + 12));
      // The track's number is written like a size, then 16 bits of time from the cluster's, then flags.
      const numberLength = Math.clz32(head[0] ?? 0) - 23;
      if (numberLength <= 8 && head.length >= numberLength + 3) {
        const track = unsigned(Uint8Array.of((head[0] ?? 0) & (0xff >> numberLength), ...head.subarray(1, numberLength)));
        const time = (clusterTime + viewOf(head).getInt16(numberLength)) * layout.tick;
        blocks.push({ track, time, dataStart: element.dataStart + numberLength + 3, dataEnd: element.end });
      }
    }
    at = element.end;
  }
  return blocks;
}

/** The last cluster that begins in the file's last `window` bytes: where a recording that says no duration ends. */
export async function findLastCluster(read: ReadBytes, layout: MatroskaLayout, window: number): Promise<Element | undefined> {
  const first = layout.firstCluster;
  if (first === undefined) {
    return undefined;
  }
  const start = Math.max(first.start, layout.segmentEnd - window);
  const bytes = await read(start, layout.segmentEnd);
  for (let at = bytes.length - 8; at >= 0; at -= 1) {
    if (bytes[at] === 0x1f && bytes[at + 1] === 0x43 && bytes[at + 2] === 0xb6 && bytes[at + 3] === 0x75) {
      const cluster = await readElement(read, start + at, layout.segmentEnd);
      // A cluster begins with its timestamp: frame data that happen to hold the four bytes don't.
      const inside = cluster === undefined ? undefined : await readElement(read, cluster.dataStart, layout.segmentEnd);
      if (cluster !== undefined && inside?.id === Id.timestamp) {
        return cluster;
      }
    }
  }
  return start === first.start ? first : undefined;
}

const VERSIONED_HEADER = [
  [0x4286, [1]],
  [0x42f7, [1]],
  [0x42f2, [4]],
  [0x42f3, [8]],
] as const;

/**
 * A Matroska file of headers and one frame: a demuxer reads tracks and codecs from it in bounded memory. `frame` is the
 * beginning of the film's first video frame, where codecs without private data keep their description.
 */
export function slimMatroska(layout: MatroskaLayout, frame: Uint8Array | undefined): Uint8Array {
  const text = (value: string) => new TextEncoder().encode(value);
  const header = elementOf(
    Id.header,
    concatenate([
      ...VERSIONED_HEADER.map(([id, value]) => elementOf(id, Uint8Array.from(value))),
      elementOf(Id.docType, text(layout.docType)),
      elementOf(0x4287, Uint8Array.of(4)),
      elementOf(0x4285, Uint8Array.of(2)),
    ]),
  );
  const parts = [...layout.headers];
  if (frame !== undefined && layout.videoTrack !== undefined && layout.videoTrack.number < 0x7f) {
    const block = concatenate([Uint8Array.of(0x80 + layout.videoTrack.number, 0, 0, 0x80), frame]);
    parts.push(elementOf(Id.cluster, concatenate([elementOf(Id.timestamp, Uint8Array.of(0)), elementOf(Id.simpleBlock, block)])));
  }
  return concatenate([header, elementOf(Id.segment, concatenate(parts))]);
}
