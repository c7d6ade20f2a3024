import { concatenate } from "../bytes";
import { readChildren, readContent, viewOf, type Box, type ReadBytes } from "./mp4-boxes";

/** What a track's sample tables say in total (ISO/IEC 14496-12, 8.6 and 8.7); the tables themselves are never held. */
export interface SampleTotals {
  kind: "video" | "audio" | "other";
  samples: number;
  /** Sum of the samples' durations in seconds. */
  duration: number;
  /** Where the last chunk begins in the file; 0 without chunks. Samples lie after it, so it must be inside the file. */
  lastChunk: number;
}

const ENTRY_BYTES = 8;
const CHUNK_BYTES = 64 * 1024;
/** Run-length entries: a film of a day and a half with a change at every frame has fewer. */
const MAX_TIMING_ENTRIES = 4_000_000;
const MAX_TRACKS = 64;

/** The totals of each track of a `moov`, and the movie's own duration in seconds (0 where it says none). */
export async function readSampleTotals(read: ReadBytes, moov: Box): Promise<{ tracks: SampleTotals[]; movieDuration: number }> {
  const children = await readChildren(read, moov);
  const tracks: SampleTotals[] = [];
  for (const trak of children.filter(({ type }) => type === "trak").slice(0, MAX_TRACKS)) {
    const totals = await readTrackTotals(read, trak);
    if (totals !== undefined) {
      tracks.push(totals);
    }
  }
  const mvhd = children.find(({ type }) => type === "mvhd");
  return { tracks, movieDuration: mvhd === undefined ? 0 : headerDuration(await readContent(read, mvhd, 32)) };
}

/** `mvhd` and `mdhd` begin alike: times of creation and change, timescale, duration. All ones mean «unknown». */
function headerDuration(content: Uint8Array): number {
  const long = content[0] === 1;
  const at = long ? 20 : 12;
  if (content.length < at + (long ? 12 : 8)) {
    return 0;
  }
  const view = viewOf(content);
  const timescale = view.getUint32(at);
  const ticks = long ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
  const unknown = long ? ticks >= 2 ** 63 : ticks === 0xffffffff;
  return timescale === 0 || unknown ? 0 : ticks / timescale;
}

async function readTrackTotals(read: ReadBytes, trak: Box): Promise<SampleTotals | undefined> {
  const descend = async (parent: Box | undefined, type: string) =>
    parent === undefined ? undefined : (await readChildren(read, parent)).find((box) => box.type === type);
  const mdia = await descend(trak, "mdia");
  const hdlr = await descend(mdia, "hdlr");
  const mdhd = await descend(mdia, "mdhd");
  const stbl = await descend(await descend(mdia, "minf"), "stbl");
  if (hdlr === undefined || mdhd === undefined || stbl === undefined) {
    return undefined;
  }
  const handler = String.fromCharCode(...(await readContent(read, hdlr, 12)).subarray(8, 12));
  const header = await readContent(read, mdhd, 32);
  const timescaleAt = header[0] === 1 ? 20 : 12;
  const timescale = header.length < timescaleAt + 4 ? 0 : viewOf(header).getUint32(timescaleAt);
  const tables = await readChildren(read, stbl);
  const { samples, ticks } = await sumTimes(
    read,
    tables.find(({ type }) => type === "stts"),
  );
  return {
    kind: handler === "vide" ? "video" : handler === "soun" ? "audio" : "other",
    samples,
    duration: timescale === 0 ? 0 : ticks / timescale,
    lastChunk: await readLastChunk(
      read,
      tables.find(({ type }) => type === "stco" || type === "co64"),
    ),
  };
}

async function sumTimes(read: ReadBytes, stts: Box | undefined): Promise<{ samples: number; ticks: number }> {
  const totals = { samples: 0, ticks: 0 };
  if (stts === undefined) {
    return totals;
  }
  const start = stts.start + stts.headerSize + 8;
  const declared = viewOf(await read(start - 8, Math.min(start, stts.end)));
  if (declared.byteLength < 8) {
    return totals;
  }
  const count = Math.min(declared.getUint32(4), MAX_TIMING_ENTRIES, Math.floor((stts.end - start) / ENTRY_BYTES));
  for (let at = start; at < start + count * ENTRY_BYTES; at += CHUNK_BYTES) {
    const bytes = await read(at, Math.min(at + CHUNK_BYTES, start + count * ENTRY_BYTES));
    const view = viewOf(bytes);
    for (let entry = 0; entry + ENTRY_BYTES <= bytes.length; entry += ENTRY_BYTES) {
      const samples = view.getUint32(entry);
      totals.samples += samples;
      totals.ticks += samples * view.getUint32(entry + 4);
    }
  }
  return totals;
}

async function readLastChunk(read: ReadBytes, table: Box | undefined): Promise<number> {
  if (table === undefined) {
    return 0;
  }
  const start = table.start + table.headerSize + 8;
  const declared = viewOf(await read(start - 8, Math.min(start, table.end)));
  const width = table.type === "co64" ? 8 : 4;
  if (declared.byteLength < 8) {
    return 0;
  }
  const count = Math.min(declared.getUint32(4), Math.floor((table.end - start) / width));
  if (count === 0) {
    return 0;
  }
  const view = viewOf(await read(start + (count - 1) * width, start + count * width));
  return view.byteLength < width ? 0 : width === 8 ? Number(view.getBigUint64(0)) : view.getUint32(0);
}

/** Left out of a slim index: what grows with the film, and what describes it to people. */
const EMPTIED = new Set(["stts", "stsc", "stsz", "stco", "co64"]);
const DROPPED = new Set([
  "ctts",
  "stss",
  "stz2",
  "sbgp",
  "sgpd",
  "sdtp",
  "subs",
  "saiz",
  "saio",
  "cslg",
  "udta",
  "meta",
  "free",
  "skip",
  "mvex",
]);
const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "stbl", "edts"]);
/** Descriptions of samples and headers have hundreds of bytes. */
const MAX_KEPT_BOX_BYTES = 256 * 1024;

/**
 * An MP4 of headers alone: `ftyp` and the `moov` with its sample tables empty. A demuxer reads the tracks, codecs and
 * sizes from it in bounded memory, however long the film and whatever its tables claim.
 */
export async function slimIndex(read: ReadBytes, ftyp: Box | undefined, moov: Box): Promise<Uint8Array<ArrayBuffer>> {
  const brands = ftyp === undefined ? new Uint8Array() : boxOf("ftyp", await readContent(read, ftyp, 1024));
  return concatenate([brands, await slim(read, moov, 0)]);
}

async function slim(read: ReadBytes, box: Box, depth: number): Promise<Uint8Array> {
  if (CONTAINERS.has(box.type) && depth < 8) {
    const parts: Uint8Array[] = [];
    for (const child of await readChildren(read, box, MAX_TRACKS + 32)) {
      if (!DROPPED.has(child.type)) {
        parts.push(await slim(read, child, depth + 1));
      }
    }
    return boxOf(box.type, concatenate(parts));
  }
  if (EMPTIED.has(box.type)) {
    return boxOf(box.type, new Uint8Array(box.type === "stsz" ? 12 : 8));
  }
  if (box.end - box.start > MAX_KEPT_BOX_BYTES) {
    return new Uint8Array();
  }
  return boxOf(box.type, await read(box.start + box.headerSize, box.end));
}

function boxOf(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length);
  viewOf(bytes).setUint32(0, bytes.length);
  for (let index = 0; index < 4; index += 1) {
    bytes[4 + index] = type.charCodeAt(index);
  }
  bytes.set(content, 8);
  return bytes;
}
