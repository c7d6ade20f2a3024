import { findLastCluster, readBlocks, slimMatroska, type Block, type MatroskaLayout } from "../../protocol/media/matroska";
import type { ReadBytes } from "../../protocol/media/mp4-boxes";
import { finishFacts } from "./facts";
import { unreadable, type ProbeResult } from "./probe-result";
import { readTracksOfHeaders } from "./tracks";

/** Blocks (of all tracks) whose times are read to have the rate: some seconds of film. */
const RATE_BLOCKS = 240;
/** Where a recorder left no duration, the last cluster is looked for here. */
const TAIL_BYTES = 4 * 1024 * 1024;
const TAIL_BLOCKS = 4000;
/** Enough for the headers that a codec keeps in its first frame. */
const FRAME_HEAD_BYTES = 64 * 1024;

/** Reads a Matroska or WebM file, of which `layout` is the walk up to the first cluster. */
export async function probeMatroska(read: ReadBytes, layout: MatroskaLayout): Promise<ProbeResult> {
  if (layout.cut) {
    return unreadable("cut-off");
  }
  if (layout.firstCluster === undefined) {
    return unreadable("nothing-to-play");
  }
  const blocks = await readBlocks(read, layout, layout.firstCluster, RATE_BLOCKS);
  const frames = blocks.filter(({ track }) => track === layout.videoTrack?.number);
  const first = frames[0];
  const head = first === undefined ? undefined : await read(first.dataStart, Math.min(first.dataEnd, first.dataStart + FRAME_HEAD_BYTES));
  const tracks = await readTracksOfHeaders(slimMatroska(layout, head));
  if (tracks === undefined || blocks.length === 0 || (!tracks.hasVideo && !tracks.hasAudio)) {
    return unreadable("nothing-to-play");
  }
  const fps = tracks.hasVideo ? rateOf(frames, layout.videoTrack?.frameDuration) : 0;
  const duration = layout.declaredDuration > 0 ? layout.declaredDuration : await recordedDuration(read, layout, fps);
  return finishFacts({ ...tracks, duration, fps, fragmented: false, faststart: true });
}

function rateOf(frames: Block[], frameDuration: number | undefined): number {
  const times = frames.map(({ time }) => time);
  const span = Math.max(...times) - Math.min(...times);
  const measured = times.length > 1 && span > 0 ? (times.length - 1) / span : 0;
  if (frameDuration === undefined) {
    return measured;
  }
  // Times are rounded to the tick, so the declared rate is the exact one; unless frames come at another.
  const declared = 1 / frameDuration;
  return measured === 0 || Math.abs(measured - declared) / declared < 0.05 ? declared : measured;
}

/** The duration of a recording whose recorder wrote none: the last block's time and one frame. */
async function recordedDuration(read: ReadBytes, layout: MatroskaLayout, fps: number): Promise<number> {
  const cluster = await findLastCluster(read, layout, TAIL_BYTES);
  const blocks = cluster === undefined ? [] : await readBlocks(read, layout, cluster, TAIL_BLOCKS);
  const last = blocks.reduce((latest, { time }) => Math.max(latest, time), 0);
  return last + (fps > 0 ? 1 / fps : 0);
}
