import { ADTS, FLAC, MATROSKA, MP3, MP4, MPEG_TS, OGG, QTFF, WAVE, WEBM, type InputFormat } from "mediabunny";
import { ok } from "../result";
import { unreadable, type MediaFacts, type ProbeResult } from "./probe-result";
import type { TrackFacts } from "./tracks";

const CONTAINERS: [InputFormat, MediaFacts["container"], extension: string, videoType: string, audioType: string][] = [
  [MP4, "mp4", ".mp4", "video/mp4", "audio/mp4"],
  [QTFF, "quicktime", ".mov", "video/quicktime", "video/quicktime"],
  [WEBM, "webm", ".webm", "video/webm", "audio/webm"],
  [MATROSKA, "matroska", ".mkv", "video/x-matroska", "audio/x-matroska"],
  [MP3, "mp3", ".mp3", "audio/mpeg", "audio/mpeg"],
  [OGG, "ogg", ".ogg", "video/ogg", "audio/ogg"],
  [WAVE, "wav", ".wav", "audio/wav", "audio/wav"],
  [FLAC, "flac", ".flac", "audio/flac", "audio/flac"],
  [ADTS, "aac", ".aac", "audio/aac", "audio/aac"],
  [MPEG_TS, "mpeg-ts", ".ts", "video/mp2t", "video/mp2t"],
];

/** Longer than any film; a broken header claims more. */
const MAX_DURATION_SECONDS = 7 * 24 * 3600;
const MAX_FPS = 1000;

/** Puts a probe's findings into the form that is stored. */
export function finishFacts(found: TrackFacts & { duration: number; fps: number; fragmented: boolean; faststart: boolean }): ProbeResult {
  const known = CONTAINERS.find(([format]) => format === found.format);
  if (known === undefined) {
    return unreadable("not-media");
  }
  if (!Number.isFinite(found.duration) || found.duration <= 0) {
    return unreadable("nothing-to-play");
  }
  if (found.duration > MAX_DURATION_SECONDS) {
    return unreadable("too-complex");
  }
  const [, container, extension, videoType, audioType] = known;
  const codecs = [found.videoCodec, found.audioCodec].filter((codec) => codec !== null);
  const type = found.hasVideo ? videoType : audioType;
  return ok({
    container,
    extension: container === "mp4" && !found.hasVideo ? ".m4a" : extension,
    mimeType:
      codecs.length === 0 || container === "mp3" || container === "aac" || container === "flac" || container === "wav"
        ? type
        : `${type}; codecs="${codecs.join(", ")}"`,
    hasVideo: found.hasVideo,
    hasAudio: found.hasAudio,
    videoCodec: found.videoCodec,
    audioCodec: found.audioCodec,
    width: found.width,
    height: found.height,
    resolution: Math.min(found.width, found.height),
    fps: Math.round(Math.min(MAX_FPS, found.fps) * 1000) / 1000,
    durationMs: Math.max(1, Math.round(found.duration * 1000)),
    fragmented: found.fragmented,
    faststart: found.faststart,
  });
}
