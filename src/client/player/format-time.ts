/** Seconds as `m:ss` or `h:mm:ss`; with `like`, as many fields as that duration has. What is no number is 0:00. */
export function formatTime(seconds: number, like = seconds): string {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  if (hours === 0 && !(Number.isFinite(like) && like >= 3600)) {
    return `${minutes}:${rest}`;
  }
  return `${hours}:${String(minutes).padStart(2, "0")}:${rest}`;
}

/** Seconds in words, for screen readers: `1 hour 2 minutes 3 seconds`. */
export function describeTime(seconds: number): string {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0;
  const fields: [number, string][] = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const words = fields.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return words.length > 0 ? words.join(" ") : "0 seconds";
}

/** Bytes for people: `812 B`, `4.2 MB`; powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = Number.isFinite(bytes) && bytes > 0 ? bytes : 0;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}
