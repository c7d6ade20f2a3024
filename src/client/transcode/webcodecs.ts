import {
  canEncodeAudio,
  canEncodeVideo,
  Conversion,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
  Quality,
  StreamTarget,
  VideoSampleSink,
  VideoSampleSource,
} from "mediabunny";
import { createFrameScaler } from "./frame-scaler";
import type { OutputFile } from "./output-file";
import { openInput } from "./probe";
import { TranscodeError, type RenditionPlan, type SourceInfo } from "./types";

// Transcoding by the browser's own codecs (WebCodecs through mediabunny): fragmented MP4 of H.264 and AAC.

/** Players can start at each, and begin to show something soon after a seek. */
export const KEY_FRAME_SECONDS = 2;
export const FRAGMENT_SECONDS = 4;
/** How far sound may be ahead of the picture; what is ahead waits in memory. */
const AUDIO_LEAD_SECONDS = 4;

const MP4_AUDIO_RATES = new Set([22_050, 24_000, 32_000, 44_100, 48_000]);

export async function transcodeWithWebCodecs(
  source: Blob,
  info: SourceInfo,
  plan: RenditionPlan,
  file: OutputFile,
  onProgress: (progress: number) => void,
): Promise<void> {
  using input = openInput(source);
  const video = await input.getPrimaryVideoTrack();
  if (video === null) {
    throw new TranscodeError("unreadable", "There is no picture in this file.");
  }
  const audio = (await video.getPrimaryPairableAudioTrack()) ?? (await input.getPrimaryAudioTrack());
  if (audio !== null && !(await canEncodeAudio("aac"))) {
    const { registerAacEncoder } = await import("@mediabunny/aac-encoder");
    registerAacEncoder();
  }
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: FRAGMENT_SECONDS }),
    target: new StreamTarget(new WritableStream({ write: (chunk) => file.write(chunk.data, chunk.position) })),
  });
  const tracks = audio === null ? [video] : [video, audio];
  const start = Math.max(0, await input.getFirstTimestamp(tracks));
  const encodesVideo = plan.mode === "encode";
  const pictures = encodesVideo ? await createPictureEncoder(video, info, plan, start) : undefined;
  if (pictures !== undefined) {
    output.addVideoTrack(pictures.source);
  }
  // Sound, and a picture that is only copied, are mediabunny's own affair.
  const rest = await Conversion.init({
    input,
    output,
    composable: true,
    tracks: "all",
    trim: { start },
    showWarnings: false,
    video: (track) => (encodesVideo || track.id !== video.id ? { discard: true } : {}),
    audio: async (track) => (track.id === audio?.id ? await audioOptions(track, plan) : { discard: true }),
  });
  const lost = rest.discardedTracks.filter((discarded) => discarded.reason !== "discarded_by_user");
  if (lost.length > 0) {
    throw new TranscodeError("unsupported", `This browser can't convert it: ${lost.map((track) => track.reason).join(", ")}`);
  }
  await output.start();
  if (pictures === undefined) {
    rest.onProgress = (progress) => onProgress(progress);
    await rest.execute();
  } else {
    await pictures.run(async (seconds) => {
      onProgress(Math.min(1, seconds / info.duration));
      await rest.execute({ until: seconds + AUDIO_LEAD_SECONDS });
    });
    await rest.execute();
  }
  await output.finalize();
}

async function audioOptions(
  track: { getCodec(): Promise<string | null>; getSampleRate(): Promise<number>; getNumberOfChannels(): Promise<number> },
  plan: RenditionPlan,
) {
  const [codec, sampleRate, channels] = [await track.getCodec(), await track.getSampleRate(), await track.getNumberOfChannels()];
  const fits = MP4_AUDIO_RATES.has(sampleRate) && channels <= 2;
  if (codec === "aac" && fits) {
    // Copied: encoding it again would only lose.
    return { codec: "aac" as const };
  }
  return {
    codec: "aac" as const,
    quality: new Quality({ bitrate: plan.audioBitrate }),
    forceTranscode: true,
    ...(!MP4_AUDIO_RATES.has(sampleRate) && { sampleRate: 48_000 }),
    ...(channels > 2 && { numberOfChannels: 2 }),
  };
}

interface PictureEncoder {
  source: VideoSampleSource;
  /** Encodes every picture; `onTime` is told how far it came, in seconds, and awaited. */
  run(onTime: (seconds: number) => Promise<void>): Promise<void>;
}

async function createPictureEncoder(track: InputVideoTrack, info: SourceInfo, plan: RenditionPlan, start: number): Promise<PictureEncoder> {
  const quality = new Quality({ bitrate: plan.videoBitrate, bitrateMode: "variable" });
  if (typeof VideoDecoder === "undefined" || typeof VideoEncoder === "undefined" || !(await track.canDecode())) {
    throw new TranscodeError("unsupported", "This browser can't decode the picture.");
  }
  if (!(await canEncodeVideo("avc", { width: plan.width, height: plan.height, quality }))) {
    throw new TranscodeError("unsupported", "This browser can't encode H.264.");
  }
  const source = new VideoSampleSource({ codec: "avc", quality, keyFrameInterval: KEY_FRAME_SECONDS, latencyMode: "quality" });
  const scale = createFrameScaler({
    width: plan.width,
    height: plan.height,
    rotation: info.video.rotation,
    highDynamicRange: info.video.highDynamicRange,
  });
  return {
    source,
    async run(onTime) {
      const limit = createFrameRateLimit(plan.maxFrameRate);
      let told = Number.NEGATIVE_INFINITY;
      for await (using sample of new VideoSampleSink(track).samples(start)) {
        const timestamp = Math.max(0, sample.timestamp - start);
        if (!limit(timestamp)) {
          continue;
        }
        using scaled = await scale(sample);
        scaled.setTimestamp(timestamp);
        await source.add(scaled);
        if (timestamp - told >= 1) {
          told = timestamp;
          await onTime(timestamp);
        }
      }
      source.close();
    },
  };
}

/** Says of each timestamp (seconds, growing) whether its frame is kept, so that there are at most `maxFrameRate` a second. */
export function createFrameRateLimit(maxFrameRate: number): (timestamp: number) => boolean {
  const interval = 1 / maxFrameRate;
  let due = Number.NEGATIVE_INFINITY;
  return (timestamp) => {
    // A tenth of a frame early is rounding, not a higher rate.
    if (timestamp < due - interval * 0.1) {
      return false;
    }
    due = Number.isFinite(due) ? Math.max(due + interval, timestamp + interval / 2) : timestamp + interval;
    return true;
  };
}
