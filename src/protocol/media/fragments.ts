import { readBoxHeader, type Box, type ReadBytes } from "./mp4-boxes";
import { parseMoof, type Mp4Layout, type Mp4Track, type TrackRun } from "./mp4-layout";

/** A movie fragment: a `moof` and the media after it. */
export interface Fragment {
  /** Where its `moof` begins, in bytes. */
  offset: number;
  /** Bytes up to the next fragment, or to the end of the media. */
  size: number;
  /** Presentation time in seconds, of the reference track (video where there is one); NaN where it holds none of it. */
  start: number;
  /** Seconds. */
  duration: number;
  /** It holds the reference track and its first sample there is a key frame: play can start here. */
  startsWithKeyFrame: boolean;
  runs: TrackRun[];
}

/** A `moof` of a few seconds has some kilobytes; more isn't a film's. */
const MAX_MOOF_BYTES = 4 * 1024 * 1024;

/** The track that times count by: the first video track, else the first one. */
export function referenceTrack(tracks: readonly Mp4Track[]): Mp4Track | undefined {
  return tracks.find((track) => track.kind === "video") ?? tracks[0];
}

/** The fragment whose `moof` is `box`; undefined where the box is none, or is longer than a real one. */
export async function readFragment(read: ReadBytes, box: Box, end: number, tracks: readonly Mp4Track[]): Promise<Fragment | undefined> {
  const reference = referenceTrack(tracks);
  if (
    box.type !== "moof" ||
    box.end > end ||
    box.end - box.start > MAX_MOOF_BYTES ||
    reference === undefined ||
    reference.timescale === 0
  ) {
    return undefined;
  }
  const runs = parseMoof(await read(box.start, box.end), tracks);
  const own = runs.find((run) => run.trackId === reference.id && run.sampleCount > 0);
  return {
    offset: box.start,
    size: end - box.start,
    start: own === undefined ? Number.NaN : own.start / reference.timescale,
    duration: own === undefined ? 0 : (own.end - own.start) / reference.timescale,
    startsWithKeyFrame: own?.startsWithKeyFrame ?? false,
    runs,
  };
}

/** The fragment that begins at `offset`, as an index entry names it; `end` is where the entry says that it ends. */
export async function readFragmentAt(
  read: ReadBytes,
  offset: number,
  end: number,
  tracks: readonly Mp4Track[],
): Promise<Fragment | undefined> {
  const box = await readBoxHeader(read, offset, end);
  return box === undefined ? undefined : await readFragment(read, box, end, tracks);
}

/** Where the media of a fragmented file end: at the trailing `mfra`, or with the last box. */
export function mediaEnd(layout: Mp4Layout): number {
  const last = layout.boxes.at(-1);
  return layout.mfra !== undefined && layout.mfra === last ? layout.mfra.start : (last?.end ?? 0);
}

/** Every fragment of the file, in its order; reads each `moof` whole. A `moof` that can't be read ends the list. */
export async function listFragments(read: ReadBytes, layout: Mp4Layout): Promise<Fragment[]> {
  const moofs = layout.boxes.filter((box) => box.type === "moof");
  const end = mediaEnd(layout);
  const fragments: Fragment[] = [];
  for (const [index, moof] of moofs.entries()) {
    const fragment = await readFragment(read, moof, moofs[index + 1]?.start ?? end, layout.tracks);
    if (fragment === undefined) {
      break;
    }
    fragments.push(fragment);
  }
  return fragments;
}
