// Numbers and times as pages write them, in English.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds as `4:05` or `1:02:03`. */
export function formatDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds as ISO 8601 writes a duration: `PT65S`. */
export function isoDuration(seconds: number): string {
  return `PT${Math.round(seconds)}S`;
}

const compactNumber = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export function formatViews(views: number): string {
  return views === 1 ? "1 view" : `${compactNumber.format(views)} views`;
}

const relativeTime = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago `iso` was: `3 days ago`. */
export function formatAge(iso: string, nowMs: number): string {
  const age = Math.max(0, nowMs - Date.parse(iso));
  if (age < MINUTE) {
    return "just now";
  }
  if (age < HOUR) {
    return relativeTime.format(-Math.floor(age / MINUTE), "minute");
  }
  if (age < DAY) {
    return relativeTime.format(-Math.floor(age / HOUR), "hour");
  }
  const days = Math.floor(age / DAY);
  if (days < 31) {
    return relativeTime.format(-days, "day");
  }
  return days < 365 ? relativeTime.format(-Math.floor(days / 30.44), "month") : relativeTime.format(-Math.floor(days / 365.25), "year");
}

const longDate = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" });

/** `November 23, 2026` */
export function formatDate(iso: string): string {
  return longDate.format(new Date(iso));
}

/** Bytes in decimal units: `2.8 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
