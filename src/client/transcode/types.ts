// The words that the page and the transcoding worker exchange.

/** What was found in a file. */
export interface SourceInfo {
  /** "MP4", "QuickTime File Format", "Matroska", "WebM". */
  container: string;
  mimeType: string;
  /** Seconds. */
  duration: number;
  video: SourceVideo;
  audio: SourceAudio | undefined;
  /** Why the browser's own decoders can't take it; undefined: they can. */
  undecodable: "no-webcodecs" | "video" | "audio" | undefined;
}

export interface SourceVideo {
  /** mediabunny's name (`avc`, `hevc`, `vp9`, …); undefined: unknown. */
  codec: string | undefined;
  /** RFC 6381. */
  codecString: string | undefined;
  /** As displayed: square pixels, after rotation. */
  width: number;
  height: number;
  rotation: 0 | 90 | 180 | 270;
  /** Frames a second, on average. */
  frameRate: number;
  variableFrameRate: boolean;
  highDynamicRange: boolean;
  /** Bits a second. */
  bitrate: number;
}

export interface SourceAudio {
  codec: string | undefined;
  codecString: string | undefined;
  channels: number;
  /** Hertz. */
  sampleRate: number;
}

/** One file to be made. */
export interface RenditionPlan {
  /** The shorter side's pixels, which is also its name: 720. */
  resolution: number;
  width: number;
  height: number;
  /** "copy": the streams are good, only the container changes. */
  mode: "encode" | "copy";
  /** Bits a second, of the picture. */
  videoBitrate: number;
  /** Bits a second, of the sound. */
  audioBitrate: number;
  /** At most so many frames a second. */
  maxFrameRate: number;
}

export type Engine = "webcodecs" | "ffmpeg";

export interface TranscodeTask {
  source: Blob;
  /** Helps ffmpeg to guess the container. */
  sourceName: string;
  info: SourceInfo;
  plan: RenditionPlan;
  engine: Engine;
  /** Where in the origin-private file system the result goes; undefined: into memory. */
  outputPath: string[] | undefined;
}

export type TranscodeMessage =
  | { type: "progress"; /** 0 to 1. */ progress: number }
  | { type: "done"; /** The result where it isn't in the file system. */ blob: Blob | undefined }
  | { type: "failed"; failure: TranscodeFailure };

export interface TranscodeFailure {
  reason:
    | "unsupported" // this engine can't take these streams
    | "unreadable" // the file is damaged or gone
    | "no-space"
    | "engine-missing" // the engine's files couldn't be loaded
    | "failed";
  detail: string;
}

/** An expected end of a transcoding. */
export class TranscodeError extends Error {
  readonly reason: TranscodeFailure["reason"];

  constructor(reason: TranscodeFailure["reason"], detail: string) {
    super(detail);
    this.name = "TranscodeError";
    this.reason = reason;
  }
}
