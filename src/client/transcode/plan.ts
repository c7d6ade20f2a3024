import type { RenditionPlan, SourceInfo } from "./types";

/** Where the instance doesn't say which. */
export const DEFAULT_RESOLUTIONS = [240, 360, 480, 720, 1080, 1440, 2160];
const MAX_FRAME_RATE = 60;
/** A source with this much more than a rendition's height isn't "below" it in a way that anyone sees. */
const AUDIO_BITRATE = 128_000;
const SMALL_AUDIO_BITRATE = 96_000;

/**
 * The renditions to be made of a source: the enabled resolutions below its shorter side, and one at its own size where
 * browsers can't play it as it is. Smallest first: it is done soonest and helps the slowest lines.
 */
export function planRenditions(info: SourceInfo, enabledResolutions: readonly number[] = DEFAULT_RESOLUTIONS): RenditionPlan[] {
  const shorter = Math.min(info.video.width, info.video.height);
  const below = [...new Set(enabledResolutions)].filter((resolution) => resolution > 0 && resolution < shorter).toSorted((a, b) => a - b);
  const plans = below.map((resolution) => planEncoding(info, resolution));
  if (!playsAsItIs(info)) {
    const own = planEncoding(info, shorter);
    plans.push(canCopyVideo(info) ? { ...own, mode: "copy" } : own);
  }
  return plans;
}

function planEncoding(info: SourceInfo, resolution: number): RenditionPlan {
  const { width, height } = fitShorterSide(info.video.width, info.video.height, resolution);
  const frameRate = Math.min(info.video.frameRate, MAX_FRAME_RATE);
  return {
    resolution,
    width,
    height,
    mode: "encode",
    videoBitrate: videoBitrate({ width, height, frameRate }, info.video),
    audioBitrate: resolution < 360 || info.audio?.channels === 1 ? SMALL_AUDIO_BITRATE : AUDIO_BITRATE,
    maxFrameRate: MAX_FRAME_RATE,
  };
}

/** The size with a shorter side of `resolution` and the same aspect ratio, both even; never larger than the source. */
export function fitShorterSide(width: number, height: number, resolution: number): { width: number; height: number } {
  const scale = Math.min(1, resolution / Math.min(width, height));
  const even = (length: number, limit: number) => Math.max(2, Math.min(2 * Math.round((length * scale) / 2), 2 * Math.floor(limit / 2)));
  return { width: even(width, width), height: even(height, height) };
}

/** How much better a codec is than H.264 at the same bitrate. */
const CODEC_GAIN: Record<string, number> = { avc: 1, hevc: 1.6, vp9: 1.5, av1: 1.8, vp8: 0.9 };
const LEAST_BITRATE = 100_000;

/**
 * Bits a second for H.264: 84 × pixels^0.75 × √(frames a second ÷ 30), which is 0.5 Mbit/s at 240p, 0.9 at 360p, 1.4 at
 * 480p, 2.5 at 720p, 4.6 at 1080p and 13 at 2160p, all at 30 frames. (Larger pictures hold more that is alike; and
 * doubled frames are alike too.) Never much more than the source has for the same area: more bits can't bring back
 * what it lost.
 */
export function videoBitrate(
  target: { width: number; height: number; frameRate: number },
  source: { width: number; height: number; bitrate: number; codec: string | undefined },
): number {
  const pixels = target.width * target.height;
  const wanted = 84 * pixels ** 0.75 * Math.sqrt(Math.max(target.frameRate, 10) / 30);
  const areaShare = (pixels / (source.width * source.height)) ** 0.75;
  const worthwhile =
    source.bitrate > 0 ? source.bitrate * (CODEC_GAIN[source.codec ?? ""] ?? 1) * areaShare * 1.25 : Number.POSITIVE_INFINITY;
  return Math.round(Math.max(LEAST_BITRATE, Math.min(wanted, worthwhile)));
}

/** Whether the browsers of today mostly play this file untouched. */
export function playsAsItIs(info: SourceInfo): boolean {
  const { container, video, audio } = info;
  if (container === "WebM") {
    return ["vp8", "vp9", "av1"].includes(video.codec ?? "") && (audio === undefined || ["opus", "vorbis"].includes(audio.codec ?? ""));
  }
  if (container === "MP4" || container === "QuickTime File Format") {
    return isPlainVideo(info) && (audio === undefined || ["aac", "mp3", "opus", "flac"].includes(audio.codec ?? ""));
  }
  return false;
}

/** Whether the picture's stream may go into an MP4 as it is. */
function canCopyVideo(info: SourceInfo): boolean {
  return isPlainVideo(info) && info.undecodable !== "audio";
}

/** H.264 of 8 bits and 4:2:0 (baseline, main, extended, high), VP9 and AV1 of their profile 0. */
function isPlainVideo({ video }: SourceInfo): boolean {
  const codec = video.codecString ?? "";
  return /^avc[13]\.(42|4d|58|64)/i.test(codec) || /^vp09\.00/.test(codec) || /^av01\.0\.\d\d[MH]\.08/.test(codec);
}
