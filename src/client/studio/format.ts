/** 2811553 → "2.8 MB" */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** 139.4 → "2:19"; 3661 → "1:01:01" */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 75 → "about 1 min left" */
export function formatRemaining(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) {
    return "";
  }
  if (seconds < 60) {
    return `${Math.max(1, Math.round(seconds))} s left`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** 29.97002997 → "29.97" */
export function formatFrameRate(rate: number): string {
  return String(Math.round(rate * 100) / 100);
}

const CODEC_NAMES: Record<string, string> = {
  avc: "H.264",
  hevc: "H.265",
  vp8: "VP8",
  vp9: "VP9",
  av1: "AV1",
  prores: "ProRes",
  aac: "AAC",
  opus: "Opus",
  mp3: "MP3",
  vorbis: "Vorbis",
  flac: "FLAC",
  ac3: "AC-3",
  eac3: "E-AC-3",
  dts: "DTS",
};

export function codecName(codec: string | undefined): string {
  return codec === undefined ? "unknown codec" : (CODEC_NAMES[codec] ?? codec.toUpperCase());
}

/** "holiday_2026-08.final.MP4" → "holiday 2026-08.final" */
export function titleOfFile(fileName: string): string {
  const title = fileName
    .replace(/\.[^.]{1,5}$/, "")
    .replaceAll("_", " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return title.slice(0, 120);
}
