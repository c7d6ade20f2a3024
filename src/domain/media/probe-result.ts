import type { Result } from "../result";

/** What a media file is, read from its bytes. */
export interface MediaFacts {
  container: "mp4" | "quicktime" | "webm" | "matroska" | "mp3" | "ogg" | "wav" | "flac" | "aac" | "mpeg-ts";
  /** With its dot. */
  extension: string;
  /** With codecs (RFC 6381) where they are known, such as `video/mp4; codecs="avc1.64001f, mp4a.40.2"`. */
  mimeType: string;
  hasVideo: boolean;
  hasAudio: boolean;
  /** RFC 6381; null without such a track, or with a codec that has no name we know. */
  videoCodec: string | null;
  audioCodec: string | null;
  /** Pixels as displayed, rotation applied; 0 without video. */
  width: number;
  height: number;
  /** The shorter side in pixels; 0 without video. */
  resolution: number;
  /** Frames a second on average, to a thousandth; 0 without video. */
  fps: number;
  durationMs: number;
  /** A fragmented MP4. */
  fragmented: boolean;
  /** Its index stands in front of the media: it plays while it loads. */
  faststart: boolean;
}

export type ProbeFailure = {
  reason: "empty" | "not-media" | "cut-off" | "no-index" | "nothing-to-play" | "too-complex" | "gone";
  /** What is wrong and what to do, in a sentence for the uploader. */
  detail: string;
};

export type ProbeResult = Result<MediaFacts, ProbeFailure>;

const SENTENCES: Record<ProbeFailure["reason"], string> = {
  empty: "The file is empty: choose the video again.",
  "not-media": "This isn't a video or sound file that can be read here. MP4, MOV, WebM and Matroska (.mkv) work.",
  "cut-off": "The file ends before its index says: it looks cut off. Copy it again from where it was recorded, and upload that.",
  "no-index": "The file has no index (moov): the recording or the copy wasn't finished. Finish or repair it, and upload that.",
  "nothing-to-play": "The file holds neither pictures nor sound that can be played.",
  gone: "The file's bytes aren't here any more: upload it again.",
  "too-complex":
    "The file's index is too large or too broken to be read. Save it again with another program (as MP4, for example), and upload that.",
};

export function unreadable(reason: ProbeFailure["reason"], detail: string = SENTENCES[reason]): { ok: false; error: ProbeFailure } {
  return { ok: false, error: { reason, detail } };
}
