import { readFragmentAt, referenceTrack } from "../../protocol/media/fragments";
import { readBoxHeader } from "../../protocol/media/mp4-boxes";
import { readMp4Layout } from "../../protocol/media/mp4-layout";
import { fail, ok, type Result } from "../result";
import { PROBE_BUDGET, probeWith } from "./probe";
import { readIndex } from "./probe-mp4";
import type { MediaFacts } from "./probe-result";
import { rangeReader, type RangeReader } from "./range-reader";

/** What a rendition is compared with: the file that was uploaded first. */
export interface SourceFacts {
  width: number;
  height: number;
  resolution: number;
  fps: number;
  durationMs: number;
  audioCodec: string | null;
}

export type RenditionFault = {
  reason:
    | "unreadable"
    | "not-indexed-fragments"
    | "codec"
    | "no-video"
    | "no-sound"
    | "larger-than-source"
    | "other-shape"
    | "other-duration"
    | "no-key-frame";
  detail: string;
};

/**
 * Encoders pad sound at both ends (AAC by up to 0.1 s, Opus by 0.08 s), Matroska doesn't say how long the last frame
 * stands, and an encoder may drop or repeat one or two.
 */
const MIN_TOLERANCE_MS = 500;
const TOLERANCE_FRAMES = 3;
/** Even sides: 256 by 144 of a source of 1918 by 1080, and small ones more. */
const SHAPE_TOLERANCE = 0.05;
/** Fragments whose beginning is looked at; more than this, and these are spread over the file. Each costs a read. */
const CHECKED_FRAGMENTS = 128;

const PLAYABLE_VIDEO = /^(avc1|avc3|vp09|vp8|av01)/;
const PLAYABLE_AUDIO = /^(mp4a\.40|opus|flac)/i;

/**
 * Reads a rendition that a browser made, believing nothing: a fragmented MP4 with a segment index whose every entry
 * begins with a key frame, in codecs that browsers play, as long as the source, no larger, of its shape, with its sound.
 */
export async function checkRendition(
  bucket: R2Bucket,
  key: string,
  size: number,
  source: SourceFacts,
): Promise<Result<MediaFacts, RenditionFault>> {
  const reader = rangeReader(bucket, key, size, PROBE_BUDGET);
  const probed = await probeWith(reader, size);
  if (!probed.ok) {
    return fault("unreadable", probed.error.detail);
  }
  const facts = probed.value;
  if (facts.container !== "mp4" || !facts.fragmented) {
    return fault("not-indexed-fragments", "A rendition is a fragmented MP4 with a segment index (sidx).");
  }
  if (!facts.hasVideo) {
    return fault("no-video", "A rendition has pictures; this file has none.");
  }
  if (!PLAYABLE_VIDEO.test(facts.videoCodec ?? "") || (facts.hasAudio && !PLAYABLE_AUDIO.test(facts.audioCodec ?? ""))) {
    return fault("codec", "A rendition is encoded in what browsers play: H.264, VP9 or AV1 with AAC or Opus.");
  }
  return compare(facts, source) ?? (await checkFragments(reader, size)) ?? ok(facts);
}

function compare(facts: MediaFacts, source: SourceFacts): { ok: false; error: RenditionFault } | undefined {
  if (source.audioCodec !== null && !facts.hasAudio) {
    return fault("no-sound", "The video has sound and this rendition has none.");
  }
  if (facts.resolution > source.resolution) {
    return fault("larger-than-source", "The rendition is larger than the video that it was made of.");
  }
  if (Math.abs(facts.width * source.height - facts.height * source.width) > SHAPE_TOLERANCE * facts.height * source.width) {
    return fault("other-shape", "The rendition hasn't the shape (width by height) of the video.");
  }
  const slowest = Math.min(...[facts.fps, source.fps].filter((fps) => fps > 0));
  const tolerance = Math.max(MIN_TOLERANCE_MS, Number.isFinite(slowest) ? (TOLERANCE_FRAMES * 1000) / slowest : 0);
  if (Math.abs(facts.durationMs - source.durationMs) > tolerance) {
    return fault(
      "other-duration",
      `The rendition is ${seconds(facts.durationMs)} long and the video ${seconds(source.durationMs)}: it isn't all of it.`,
    );
  }
  return undefined;
}

async function checkFragments(reader: RangeReader, size: number): Promise<{ ok: false; error: RenditionFault } | undefined> {
  const layout = await readMp4Layout(reader.read, size, { stopAtFragments: true });
  const index = layout && (await readIndex(reader.read, layout));
  const reference = layout && referenceTrack(layout.tracks);
  if (layout === undefined || index === undefined || index.referenceId !== reference?.id) {
    return fault("not-indexed-fragments", "The rendition has no segment index (sidx) of its video: players couldn't seek in it.");
  }
  const starts: { start: number; end: number }[] = [];
  let at = index.anchor;
  for (const { size: bytes } of index.references) {
    starts.push({ start: at, end: at + bytes });
    at += bytes;
  }
  // ffmpeg ends a file with a further index (mfra); nothing else may come after what is indexed.
  const tail = await readBoxHeader(reader.read, at, size);
  if (at !== size && (tail?.type !== "mfra" || tail.end !== size)) {
    return fault("not-indexed-fragments", "The rendition's segment index doesn't cover the whole file.");
  }
  const step = Math.max(1, starts.length / CHECKED_FRAGMENTS);
  for (let position = 0; position < starts.length; position += step) {
    const entry = starts[Math.floor(position)];
    const fragment = entry && (await readFragmentAt(reader.read, entry.start, entry.end, layout.tracks));
    if (fragment === undefined || !fragment.startsWithKeyFrame) {
      return fault("no-key-frame", "A segment of the rendition doesn't begin with a key frame: players couldn't seek to it.");
    }
  }
  return undefined;
}

function fault(reason: RenditionFault["reason"], detail: string): { ok: false; error: RenditionFault } {
  return fail({ reason, detail });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
