import { listFragments, readFragmentAt, referenceTrack, type Fragment } from "../../protocol/media/fragments";
import type { Box, ReadBytes } from "../../protocol/media/mp4-boxes";
import { readMp4Layout, type Mp4Layout } from "../../protocol/media/mp4-layout";
import { readSampleTotals, slimIndex, type SampleTotals } from "../../protocol/media/sample-tables";
import { parseSidx, type Sidx } from "../../protocol/media/sidx";
import { finishFacts } from "./facts";
import { unreadable, type ProbeResult } from "./probe-result";
import { readTracksOfHeaders } from "./tracks";

/** Fragments whose frames are counted to have the rate. */
const RATE_FRAGMENTS = 8;
const MAX_SIDX_BYTES = 12 * 0xffff + 64;

/** Reads an MP4 or QuickTime file, of which `layout` is the walk up to the first fragment. */
export async function probeMp4(read: ReadBytes, size: number, layout: Mp4Layout): Promise<ProbeResult> {
  if (layout.damage === "cut") {
    return unreadable("cut-off");
  }
  if (layout.moov === undefined) {
    return unreadable("no-index");
  }
  const ftyp = layout.boxes.find((box) => box.type === "ftyp");
  const tracks = await readTracksOfHeaders(await slimIndex(read, ftyp, layout.moov));
  if (tracks === undefined) {
    return unreadable("too-complex");
  }
  if (!tracks.hasVideo && !tracks.hasAudio) {
    return unreadable("nothing-to-play");
  }
  const timing = layout.fragmented ? await timeFragments(read, size, layout) : await timeSamples(read, size, layout.moov);
  if (timing === "cut-off" || timing === "nothing-to-play") {
    return unreadable(timing);
  }
  return finishFacts({ ...tracks, ...timing, fragmented: layout.fragmented, faststart: layout.faststart });
}

type Timing = { duration: number; fps: number } | "cut-off" | "nothing-to-play";

async function timeSamples(read: ReadBytes, size: number, moov: Box): Promise<Timing> {
  const { tracks, movieDuration } = await readSampleTotals(read, moov);
  const played = tracks.filter((track) => track.kind !== "other" && track.samples > 0);
  const longest = Math.max(0, ...played.map((track) => track.duration));
  if (longest === 0) {
    return "nothing-to-play";
  }
  if (tracks.some((track) => track.lastChunk >= size)) {
    return "cut-off";
  }
  // The movie's own duration knows of edits (a trimmed beginning); but no file plays longer than its samples.
  const duration = movieDuration > 0 ? Math.min(movieDuration, longest) : longest;
  return { duration, fps: rateOf(played) };
}

function rateOf(tracks: SampleTotals[]): number {
  const video = tracks.find((track) => track.kind === "video");
  return video === undefined || video.duration === 0 ? 0 : video.samples / video.duration;
}

async function timeFragments(read: ReadBytes, size: number, layout: Mp4Layout): Promise<Timing> {
  const index = await readIndex(read, layout);
  return index === undefined ? await timeByWalk(read, size) : await timeByIndex(read, size, layout, index);
}

/** The file's segment index, where it has one in front of the first fragment. */
export async function readIndex(read: ReadBytes, layout: Mp4Layout): Promise<(Sidx & { anchor: number }) | undefined> {
  const box = layout.sidx;
  if (box === undefined || box.end - box.start > MAX_SIDX_BYTES) {
    return undefined;
  }
  const sidx = parseSidx(await read(box.start, box.end));
  return sidx === undefined || sidx.timescale === 0 || sidx.references.length === 0
    ? undefined
    : { ...sidx, anchor: box.end + sidx.firstOffset };
}

async function timeByIndex(read: ReadBytes, size: number, layout: Mp4Layout, index: Sidx & { anchor: number }): Promise<Timing> {
  const end = index.references.reduce((at, reference) => at + reference.size, index.anchor);
  if (end > size) {
    return "cut-off";
  }
  const duration = index.references.reduce((ticks, reference) => ticks + reference.duration, 0) / index.timescale;
  const counted: Fragment[] = [];
  let at = index.anchor;
  for (const reference of index.references.slice(0, RATE_FRAGMENTS)) {
    const fragment = await readFragmentAt(read, at, at + reference.size, layout.tracks);
    if (fragment === undefined) {
      return "cut-off";
    }
    counted.push(fragment);
    at += reference.size;
  }
  return duration === 0 ? "nothing-to-play" : { duration, fps: fragmentRate(counted, layout) };
}

async function timeByWalk(read: ReadBytes, size: number): Promise<Timing> {
  const layout = await readMp4Layout(read, size);
  if (layout === undefined || layout.damage !== undefined) {
    return "cut-off";
  }
  const fragments = await listFragments(read, layout);
  const starts = fragments.flatMap(({ start }) => (Number.isNaN(start) ? [] : [start]));
  const ends = fragments.flatMap(({ start, duration }) => (Number.isNaN(start) ? [] : [start + duration]));
  if (starts.length === 0) {
    return "nothing-to-play";
  }
  // Without Math.min(...starts): a long file has more fragments than a call has arguments.
  const duration =
    ends.reduce((latest, end) => Math.max(latest, end), 0) -
    starts.reduce((earliest, start) => Math.min(earliest, start), Number.POSITIVE_INFINITY);
  return { duration, fps: fragmentRate(fragments.slice(0, RATE_FRAGMENTS), layout) };
}

function fragmentRate(fragments: Fragment[], layout: Mp4Layout): number {
  const reference = referenceTrack(layout.tracks);
  if (reference?.kind !== "video") {
    return 0;
  }
  let frames = 0;
  let seconds = 0;
  for (const fragment of fragments) {
    const run = fragment.runs.find(({ trackId }) => trackId === reference.id);
    frames += run?.sampleCount ?? 0;
    seconds += fragment.duration;
  }
  return seconds === 0 ? 0 : frames / seconds;
}
