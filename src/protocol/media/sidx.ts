import { boxesInBytes, viewOf, type ReadBytes } from "./mp4-boxes";
import { readMp4Layout } from "./mp4-layout";
import { listFragments, mediaEnd, referenceTrack, type Fragment } from "./fragments";

// The segment index (`sidx`, ISO/IEC 14496-12, 8.16.3): with it in front of the first fragment a browser seeks in a
// fragmented MP4 without walking every `moof`.

export interface SidxReference {
  /** Bytes. */
  size: number;
  /** Ticks. */
  duration: number;
  startsWithKeyFrame: boolean;
}

export interface Sidx {
  /** The track that times count by. */
  referenceId: number;
  /** Ticks a second. */
  timescale: number;
  /** Ticks. */
  earliestPresentationTime: number;
  /** Bytes between the end of this box and the first referenced byte. */
  firstOffset: number;
  references: SidxReference[];
}

const MAX_REFERENCES = 0xffff;
const MAX_REFERENCED_BYTES = 0x7fffffff;

/** The box's bytes. `references` holds at most 65,535 of at most 2 GiB each (planSidx keeps to it). */
export function buildSidx(index: Sidx): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(40 + index.references.length * 12);
  const view = viewOf(bytes);
  view.setUint32(0, bytes.length);
  bytes.set([0x73, 0x69, 0x64, 0x78], 4);
  view.setUint8(8, 1);
  view.setUint32(12, index.referenceId);
  view.setUint32(16, index.timescale);
  view.setBigUint64(20, BigInt(index.earliestPresentationTime));
  view.setBigUint64(28, BigInt(index.firstOffset));
  view.setUint16(38, index.references.length);
  for (const [position, reference] of index.references.entries()) {
    const at = 40 + position * 12;
    view.setUint32(at, reference.size);
    view.setUint32(at + 4, reference.duration);
    // SAP type 1: a key frame, and all after it decodes from there.
    view.setUint32(at + 8, reference.startsWithKeyFrame ? 0x90000000 : 0);
  }
  return bytes;
}

/** Reads a whole `sidx` box; undefined where it isn't one, or refers to further indexes instead of media. */
export function parseSidx(bytes: Uint8Array): Sidx | undefined {
  const box = boxesInBytes(bytes)[0];
  if (box?.type !== "sidx" || box.end < box.headerSize + 24) {
    return undefined;
  }
  const view = viewOf(bytes);
  const at = box.headerSize;
  const long = view.getUint8(at) === 1;
  const timesEnd = at + 12 + (long ? 16 : 8);
  if (box.end < timesEnd + 4) {
    return undefined;
  }
  const count = view.getUint16(timesEnd + 2);
  if (box.end < timesEnd + 4 + count * 12) {
    return undefined;
  }
  const references: SidxReference[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = timesEnd + 4 + index * 12;
    const typeAndSize = view.getUint32(entry);
    if (typeAndSize > MAX_REFERENCED_BYTES) {
      return undefined;
    }
    references.push({
      size: typeAndSize,
      duration: view.getUint32(entry + 4),
      startsWithKeyFrame: view.getUint32(entry + 8) >>> 31 === 1,
    });
  }
  return {
    referenceId: view.getUint32(at + 4),
    timescale: view.getUint32(at + 8),
    earliestPresentationTime: long ? Number(view.getBigUint64(at + 12)) : view.getUint32(at + 12),
    firstOffset: long ? Number(view.getBigUint64(at + 20)) : view.getUint32(at + 16),
    references,
  };
}

/**
 * How to give a fragmented MP4 its index: the new file is bytes 0 to `insertAt` of the old, `sidx`, bytes `insertAt` to
 * `end` of the old. (`end` leaves out a trailing `mfra`, whose absolute positions would be false.)
 */
export interface SidxPlan {
  insertAt: number;
  sidx: Uint8Array<ArrayBuffer>;
  end: number;
}

export type SidxFailure =
  | "not-fragmented"
  | "damaged"
  /** It has an index already. */
  | "indexed"
  /** Fragments that find their data by absolute positions, which an insertion would falsify. */
  | "absolute-offsets"
  /** The first fragment doesn't begin with a key frame of the video. */
  | "no-key-frame";

/** Works out the index of the fragmented MP4 of `size` bytes that `read` reads: each `moof` is read, the media aren't. */
export async function planSidx(
  read: ReadBytes,
  size: number,
): Promise<{ ok: true; value: SidxPlan } | { ok: false; error: { reason: SidxFailure } }> {
  const refuse = (reason: SidxFailure) => ({ ok: false as const, error: { reason } });
  const layout = await readMp4Layout(read, size);
  const reference = layout && referenceTrack(layout.tracks);
  const firstMoof = layout?.boxes.find((box) => box.type === "moof");
  if (layout === undefined || !layout.fragmented || reference === undefined || firstMoof === undefined) {
    return refuse("not-fragmented");
  }
  if (layout.damage !== undefined || !layout.walkedAll) {
    return refuse("damaged");
  }
  if (layout.sidx !== undefined) {
    return refuse("indexed");
  }
  const fragments = await listFragments(read, layout);
  if (fragments.length !== layout.boxes.filter((box) => box.type === "moof").length) {
    return refuse("damaged");
  }
  if (fragments.some((fragment) => fragment.runs.some((run) => run.absoluteOffset))) {
    return refuse("absolute-offsets");
  }
  if (!fragments[0]?.startsWithKeyFrame) {
    return refuse("no-key-frame");
  }
  const segments = joinSegments(fragments);
  const ticks = (seconds: number) => Math.round(seconds * reference.timescale);
  const lastEnd = Math.max(
    ...fragments.slice(-8).map((fragment) => (Number.isNaN(fragment.start) ? 0 : fragment.start + fragment.duration)),
  );
  // Each duration comes from the rounded ends, so that rounding never adds up.
  const references = segments.map((segment, index) => ({
    size: segment.size,
    duration: Math.max(0, ticks(segments[index + 1]?.start ?? lastEnd) - ticks(segment.start)),
    startsWithKeyFrame: true,
  }));
  const sidx = buildSidx({
    referenceId: reference.id,
    timescale: reference.timescale,
    earliestPresentationTime: Math.max(0, ticks(segments[0]?.start ?? 0)),
    firstOffset: 0,
    references,
  });
  return { ok: true, value: { insertAt: firstMoof.start, sidx, end: mediaEnd(layout) } };
}

/**
 * Segments that each begin with a key frame: a fragment that doesn't (a tail of sound alone, a cut within a group of
 * pictures) belongs to the one before. Neighbours are joined further where there would be more than the box can hold.
 */
function joinSegments(fragments: readonly Fragment[]): { size: number; start: number }[] {
  const perReference = Math.ceil(fragments.length / MAX_REFERENCES);
  const segments: { size: number; start: number; fragments: number }[] = [];
  for (const fragment of fragments) {
    const last = segments.at(-1);
    const fits = last !== undefined && last.size + fragment.size <= MAX_REFERENCED_BYTES;
    if (last !== undefined && fits && (!fragment.startsWithKeyFrame || last.fragments < perReference)) {
      last.size += fragment.size;
      last.fragments += 1;
    } else {
      segments.push({ size: fragment.size, start: fragment.start, fragments: 1 });
    }
  }
  return segments;
}
