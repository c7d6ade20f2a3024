import type { RenditionPlan, SourceInfo } from "./types";

const KEY_FRAME_SECONDS = 2;
const FRAGMENT_SECONDS = 4;

/** ffmpeg's arguments for one rendition: fragmented MP4 of H.264 and AAC with a key frame every two seconds. */
export function ffmpegArguments(input: string, output: string, info: SourceInfo, plan: RenditionPlan): string[] {
  return [
    ["-nostdin", "-y", "-i", input],
    ["-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"],
    ...(plan.mode === "copy" ? [["-c:v", "copy"]] : [videoArguments(info, plan)]),
    ...(info.audio === undefined ? [] : [audioArguments(info.audio, plan)]),
    // Append-only: no index at the end, nothing written twice. The header waits for the first fragment, to have the edit
    // list by which the picture begins with the sound.
    ["-movflags", "+frag_keyframe+delay_moov+default_base_moof+skip_trailer"],
    ["-min_frag_duration", String(FRAGMENT_SECONDS * 1_000_000)],
    ["-f", "mp4", output],
  ].flat();
}

function videoArguments(info: SourceInfo, plan: RenditionPlan): string[] {
  const filters = [`scale=${plan.width}:${plan.height}:flags=bicubic`, "setsar=1", "format=yuv420p"];
  if (info.video.frameRate > plan.maxFrameRate * 1.01) {
    filters.unshift(`fps=${plan.maxFrameRate}`);
  }
  return [
    ["-vf", filters.join(",")],
    // Variable frame rates stay as they are.
    ["-fps_mode", "passthrough", "-enc_time_base", "-1"],
    ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-threads", "1"],
    ["-crf", "23", "-maxrate", String(Math.round(plan.videoBitrate * 1.5)), "-bufsize", String(plan.videoBitrate * 3)],
    ["-force_key_frames", `expr:gte(t,n_forced*${KEY_FRAME_SECONDS})`, "-sc_threshold", "0"],
  ].flat();
}

function audioArguments(audio: NonNullable<SourceInfo["audio"]>, plan: RenditionPlan): string[] {
  if (audio.codec === "aac" && audio.channels <= 2) {
    return ["-c:a", "copy"];
  }
  return [
    "-c:a",
    "aac",
    "-b:a",
    String(plan.audioBitrate),
    "-ac",
    String(Math.min(audio.channels, 2)),
    ...(audio.sampleRate > 48_000 ? ["-ar", "48000"] : []),
  ];
}
