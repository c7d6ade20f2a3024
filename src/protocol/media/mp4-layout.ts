import { boxesInBytes, readBoxHeader, readChildren, readContent, viewOf, type Box, type ReadBytes } from "./mp4-boxes";

/** What a `moov` says of a track, as far as fragments need it. */
export interface Mp4Track {
  id: number;
  kind: "video" | "audio" | "other";
  /** Ticks a second. */
  timescale: number;
  /** Ticks to take off a composition time to have the presentation time (edit list). */
  editShift: number;
  /** What a fragment leaves out (`trex`). */
  defaultDuration: number;
  defaultFlags: number;
}

export interface Mp4Layout {
  /** Top-level boxes in their order, up to the walk's limit. */
  boxes: Box[];
  /** Whether the walk came to the file's end; false where an option stopped it. */
  walkedAll: boolean;
  /**
   * Why the file can't be whole: `no-index` where there is no `moov`; `cut` where a box goes on past the end. Bytes
   * after the last box that aren't a box (some cameras leave them) are no reason.
   */
  damage: "no-index" | "cut" | undefined;
  /** The index (`moov`) stands before the media (`mdat` or the first `moof`). */
  faststart: boolean;
  /** The index announces fragments (`mvex`). */
  fragmented: boolean;
  moov: Box | undefined;
  /** The segment index in front of the first fragment. */
  sidx: Box | undefined;
  mfra: Box | undefined;
  tracks: Mp4Track[];
}

/** More than a day of fragments of two seconds, each a `moof` and an `mdat`. */
const DEFAULT_MAX_BOXES = 100_000;
const MAX_TRACKS = 64;

/**
 * Walks the top level of an MP4 or QuickTime file of `size` bytes and reads of its index what fragments need. Reads a
 * few bytes per box, never the media. `stopAtFragments` ends the walk at the first `moof`. Undefined where the file doesn't begin as such a file.
 */
export async function readMp4Layout(
  read: ReadBytes,
  size: number,
  options: { maxBoxes?: number; stopAtFragments?: boolean } = {},
): Promise<Mp4Layout | undefined> {
  const maxBoxes = options.maxBoxes ?? DEFAULT_MAX_BOXES;
  const boxes: Box[] = [];
  let at = 0;
  let cut = false;
  let stopped = false;
  while (boxes.length < maxBoxes) {
    const box = await readBoxHeader(read, at, size);
    if (box === undefined) {
      break;
    }
    if (boxes.length === 0 && !["ftyp", "styp", "moov", "mdat", "wide", "free", "skip", "pnot"].includes(box.type)) {
      return undefined;
    }
    boxes.push(box);
    at = box.end;
    if (box.end > size) {
      cut = true;
      break;
    }
    if (options.stopAtFragments && box.type === "moof") {
      stopped = true;
      break;
    }
  }
  if (boxes.length === 0) {
    return undefined;
  }
  const moov = boxes.find((box) => box.type === "moov");
  const media = boxes.find((box) => box.type === "mdat" || box.type === "moof");
  const firstMoof = boxes.find((box) => box.type === "moof");
  const moovIsWhole = moov !== undefined && moov.end <= size;
  const index = moovIsWhole ? await readIndex(read, moov) : { tracks: [], fragmented: false };
  return {
    boxes,
    walkedAll: boxes.length < maxBoxes && !stopped,
    damage: cut ? "cut" : moov === undefined ? "no-index" : undefined,
    faststart: moov !== undefined && (media === undefined || moov.start < media.start),
    fragmented: index.fragmented,
    moov,
    sidx: boxes.find((box) => box.type === "sidx" && (firstMoof === undefined || box.start < firstMoof.start)),
    mfra: boxes.findLast((box) => box.type === "mfra"),
    tracks: index.tracks,
  };
}

async function readIndex(read: ReadBytes, moov: Box): Promise<{ tracks: Mp4Track[]; fragmented: boolean }> {
  const children = await readChildren(read, moov);
  const defaults = new Map<number, { duration: number; flags: number }>();
  const mvex = children.find((box) => box.type === "mvex");
  if (mvex !== undefined) {
    for (const box of await readChildren(read, mvex)) {
      if (box.type === "trex") {
        const view = viewOf(await readContent(read, box, 24));
        if (view.byteLength === 24) {
          defaults.set(view.getUint32(4), {
            duration: view.getUint32(12),
            flags: view.getUint32(20),
          });
        }
      }
    }
  }
  const movieTimescale = await readMovieTimescale(read, children);
  const tracks: Mp4Track[] = [];
  for (const trak of children.filter((box) => box.type === "trak").slice(0, MAX_TRACKS)) {
    const track = await readTrack(read, trak, movieTimescale);
    if (track !== undefined) {
      const own = defaults.get(track.id);
      tracks.push({ ...track, defaultDuration: own?.duration ?? 0, defaultFlags: own?.flags ?? 0 });
    }
  }
  return { tracks, fragmented: mvex !== undefined };
}

async function readMovieTimescale(read: ReadBytes, moovChildren: Box[]): Promise<number> {
  const mvhd = moovChildren.find((box) => box.type === "mvhd");
  return mvhd === undefined ? 0 : readTimescale(await readContent(read, mvhd, 24));
}

/** `mvhd` and `mdhd` hold it at the same place. */
function readTimescale(content: Uint8Array): number {
  const at = content[0] === 1 ? 20 : 12;
  return content.length < at + 4 ? 0 : viewOf(content).getUint32(at);
}

type TrackHead = Omit<Mp4Track, "defaultDuration" | "defaultFlags">;

async function readTrack(read: ReadBytes, trak: Box, movieTimescale: number): Promise<TrackHead | undefined> {
  const children = await readChildren(read, trak);
  const tkhd = children.find((box) => box.type === "tkhd");
  const mdia = children.find((box) => box.type === "mdia");
  if (tkhd === undefined || mdia === undefined) {
    return undefined;
  }
  const header = await readContent(read, tkhd, 24);
  const idAt = header[0] === 1 ? 20 : 12;
  const mediaChildren = await readChildren(read, mdia);
  const mdhd = mediaChildren.find((box) => box.type === "mdhd");
  const hdlr = mediaChildren.find((box) => box.type === "hdlr");
  if (header.length < idAt + 4 || mdhd === undefined || hdlr === undefined) {
    return undefined;
  }
  const timescale = readTimescale(await readContent(read, mdhd, 24));
  const handler = String.fromCharCode(...(await readContent(read, hdlr, 12)).subarray(8, 12));
  const edts = children.find((box) => box.type === "edts");
  return {
    id: viewOf(header).getUint32(idAt),
    kind: handler === "vide" ? "video" : handler === "soun" ? "audio" : "other",
    timescale,
    editShift: edts === undefined ? 0 : await readEditShift(read, edts, timescale, movieTimescale),
  };
}

/** Empty edits at the front delay the track; the first real edit says where in the media it begins. */
async function readEditShift(read: ReadBytes, edts: Box, timescale: number, movieTimescale: number): Promise<number> {
  const elst = (await readChildren(read, edts)).find((box) => box.type === "elst");
  if (elst === undefined) {
    return 0;
  }
  const content = await readContent(read, elst, 8 + 20 * 8);
  if (content.length < 8) {
    return 0;
  }
  const view = viewOf(content);
  const long = content[0] === 1;
  const entrySize = long ? 20 : 12;
  let delay = 0;
  for (let index = 0, at = 8; index < view.getUint32(4) && at + entrySize <= content.length; index += 1, at += entrySize) {
    const duration = long ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const mediaTime = long ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (mediaTime >= 0) {
      return mediaTime - delay;
    }
    delay += movieTimescale === 0 ? 0 : Math.round((duration * timescale) / movieTimescale);
  }
  return -delay;
}

/** What one fragment holds of one track; times in the track's ticks. */
export interface TrackRun {
  trackId: number;
  sampleCount: number;
  /** Earliest and latest presentation time, edit list applied. */
  start: number;
  end: number;
  /** The first sample in decoding order is a sync sample. */
  startsWithKeyFrame: boolean;
  /** The data are found by an absolute position in the file: bytes can't be put in front of this fragment. */
  absoluteOffset: boolean;
}

const NON_SYNC = 0x10000;

/** Reads a whole `moof` box (ISO/IEC 14496-12, 8.8). */
export function parseMoof(moof: Uint8Array, tracks: readonly Mp4Track[]): TrackRun[] {
  const runs: TrackRun[] = [];
  const outer = boxesInBytes(moof)[0];
  if (outer?.type !== "moof") {
    return runs;
  }
  for (const traf of boxesInBytes(moof, outer.headerSize, outer.end)) {
    const run = traf.type === "traf" ? parseTraf(moof, traf, tracks) : undefined;
    if (run !== undefined) {
      runs.push(run);
    }
  }
  return runs;
}

function parseTraf(moof: Uint8Array, traf: Box, tracks: readonly Mp4Track[]): TrackRun | undefined {
  const view = viewOf(moof);
  const children = boxesInBytes(moof, traf.start + traf.headerSize, traf.end);
  const tfhd = children.find((box) => box.type === "tfhd");
  if (tfhd === undefined || tfhd.end - tfhd.start < tfhd.headerSize + 8) {
    return undefined;
  }
  let at = tfhd.start + tfhd.headerSize;
  const flags = view.getUint32(at) & 0xffffff;
  const trackId = view.getUint32(at + 4);
  const track = tracks.find(({ id }) => id === trackId);
  if (track === undefined) {
    return undefined;
  }
  at += 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  let defaultDuration = track.defaultDuration;
  if (flags & 0x8) {
    defaultDuration = uint32(view, at, tfhd.end);
    at += 4;
  }
  at += flags & 0x10 ? 4 : 0;
  const defaultFlags = flags & 0x20 ? uint32(view, at, tfhd.end) : track.defaultFlags;

  let time = 0;
  const tfdt = children.find((box) => box.type === "tfdt");
  if (tfdt !== undefined && tfdt.end - tfdt.start >= tfdt.headerSize + 8) {
    const content = tfdt.start + tfdt.headerSize;
    time = view.getUint8(content) === 1 && content + 12 <= tfdt.end ? Number(view.getBigUint64(content + 4)) : view.getUint32(content + 4);
  }
  const run: TrackRun = {
    trackId,
    sampleCount: 0,
    start: Number.POSITIVE_INFINITY,
    end: Number.NEGATIVE_INFINITY,
    startsWithKeyFrame: false,
    absoluteOffset: (flags & 0x1) !== 0,
  };
  for (const trun of children) {
    if (trun.type === "trun") {
      time = addRun(run, view, trun, time, defaultDuration, defaultFlags);
    }
  }
  if (run.sampleCount === 0) {
    return { ...run, start: time - track.editShift, end: time - track.editShift };
  }
  return { ...run, start: run.start - track.editShift, end: run.end - track.editShift };
}

/** Adds a `trun`'s samples to `run`; gives the decoding time after it. */
function addRun(run: TrackRun, view: DataView, trun: Box, startTime: number, defaultDuration: number, defaultFlags: number): number {
  let at = trun.start + trun.headerSize;
  if (trun.end - at < 8) {
    return startTime;
  }
  const version = view.getUint8(at);
  const flags = view.getUint32(at) & 0xffffff;
  const count = view.getUint32(at + 4);
  at += 8 + (flags & 0x1 ? 4 : 0);
  let firstFlags: number | undefined;
  if (flags & 0x4) {
    firstFlags = uint32(view, at, trun.end);
    at += 4;
  }
  const sampleSize = 4 * [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length;
  let time = startTime;
  if (sampleSize === 0) {
    // Every sample is the default: no table, so a false count could make a long loop.
    noteSample(run, firstFlags ?? defaultFlags, time, 0, defaultDuration * count);
    run.sampleCount += count - 1;
    return time + defaultDuration * count;
  }
  for (let index = 0; index < count && at + sampleSize <= trun.end; index += 1) {
    let duration = defaultDuration;
    if (flags & 0x100) {
      duration = view.getUint32(at);
      at += 4;
    }
    at += flags & 0x200 ? 4 : 0;
    let sampleFlags = index === 0 && firstFlags !== undefined ? firstFlags : defaultFlags;
    if (flags & 0x400) {
      sampleFlags = view.getUint32(at);
      at += 4;
    }
    let offset = 0;
    if (flags & 0x800) {
      offset = version === 0 ? view.getUint32(at) : view.getInt32(at);
      at += 4;
    }
    noteSample(run, sampleFlags, time, offset, duration);
    time += duration;
  }
  return time;
}

function noteSample(run: TrackRun, flags: number, decodingTime: number, offset: number, duration: number): void {
  if (run.sampleCount === 0) {
    run.startsWithKeyFrame = (flags & NON_SYNC) === 0;
  }
  run.sampleCount += 1;
  run.start = Math.min(run.start, decodingTime + offset);
  run.end = Math.max(run.end, decodingTime + offset + duration);
}

function uint32(view: DataView, at: number, end: number): number {
  return at + 4 <= end ? view.getUint32(at) : 0;
}
