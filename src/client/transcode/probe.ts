import { BlobSource, Input, MATROSKA, MP4, QTFF, WEBM, type InputAudioTrack, type InputVideoTrack } from "mediabunny";
import { readMp4Layout } from "../../protocol/media/mp4-layout";
import type { SourceAudio, SourceInfo, SourceVideo } from "./types";

/** The containers that an instance reads, too. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA];

export type ProbeFailure =
  | { reason: "not-a-video" }
  /** Sound alone. */
  | { reason: "no-picture" }
  /** It ends before its index says. */
  | { reason: "cut-off" }
  | { reason: "damaged" };

export function openInput(source: Blob): Input {
  return new Input({ source: new BlobSource(source), formats: FORMATS });
}

/** What is in a file: container, streams, sizes, duration. Reads its index and a few packets. */
export async function probeFile(file: Blob): Promise<{ ok: true; value: SourceInfo } | { ok: false; error: ProbeFailure }> {
  using input = openInput(file);
  try {
    if (!(await input.canRead())) {
      return { ok: false, error: { reason: "not-a-video" } };
    }
    if (await isCutOff(file)) {
      return { ok: false, error: { reason: "cut-off" } };
    }
    const video = await input.getPrimaryVideoTrack();
    if (video === null) {
      return { ok: false, error: { reason: "no-picture" } };
    }
    const audio = await audioOf(video, input);
    const start = Math.max(0, await input.getFirstTimestamp());
    const duration = ((await input.getDurationFromMetadata()) ?? (await input.computeDuration())) - start;
    const describedVideo = await describeVideo(video);
    if (!(duration > 0) || describedVideo.width < 2 || describedVideo.height < 2) {
      return { ok: false, error: { reason: "damaged" } };
    }
    const value: SourceInfo = {
      container: (await input.getFormat()).name,
      mimeType: await input.getMimeType(),
      duration,
      video: describedVideo,
      audio: audio === null ? undefined : await describeAudio(audio),
      undecodable: await findUndecodable(video, audio),
    };
    return { ok: true, value };
  } catch (error) {
    console.warn("The file can't be read", error);
    return { ok: false, error: { reason: "damaged" } };
  }
}

/** Whether an MP4 or QuickTime file lacks its end; false for other containers, which play as far as they go. */
async function isCutOff(file: Blob): Promise<boolean> {
  const layout = await readMp4Layout(async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()), file.size);
  return layout?.damage === "cut";
}

/** The sound that belongs to the picture. */
async function audioOf(video: InputVideoTrack, input: Input): Promise<InputAudioTrack | null> {
  return (await video.getPrimaryPairableAudioTrack()) ?? (await input.getPrimaryAudioTrack());
}

async function describeVideo(track: InputVideoTrack): Promise<SourceVideo> {
  const metrics = await track.computeFrameRateMetrics();
  const stats = await track.computePacketStats(300);
  return {
    codec: (await track.getCodec()) ?? undefined,
    codecString: (await track.getCodecParameterString()) ?? undefined,
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    rotation: await track.getRotation(),
    frameRate: metrics.underlyingFrameRate ?? (metrics.frameRateIsConstant ? metrics.bestGuessFrameRate : stats.averagePacketRate),
    variableFrameRate: !metrics.frameRateIsConstant,
    highDynamicRange: await track.hasHighDynamicRange(),
    bitrate: (await track.getAverageBitrate()) ?? stats.averageBitrate,
  };
}

async function describeAudio(track: InputAudioTrack): Promise<SourceAudio> {
  return {
    codec: (await track.getCodec()) ?? undefined,
    codecString: (await track.getCodecParameterString()) ?? undefined,
    channels: await track.getNumberOfChannels(),
    sampleRate: await track.getSampleRate(),
  };
}

async function findUndecodable(video: InputVideoTrack, audio: InputAudioTrack | null): Promise<SourceInfo["undecodable"]> {
  if (typeof VideoDecoder === "undefined" || typeof VideoEncoder === "undefined") {
    return "no-webcodecs";
  }
  if (!(await video.canDecode())) {
    return "video";
  }
  return audio === null || (await audio.canDecode()) ? undefined : "audio";
}
