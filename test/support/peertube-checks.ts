// What PeerTube's rules ask of single values.

export type Json = Record<string, unknown>;

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

export function isUuid(value: unknown): boolean {
  return typeof value === "string" && UUID_V4.test(value);
}

/** PeerTube reads the first run of digits, so whole seconds alone. */
export function isDuration(value: unknown): boolean {
  return typeof value === "string" && /^PT\d+S$/.test(value);
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

export function isUrl(value: unknown): value is string {
  const url = typeof value === "string" && value.length >= 3 && value.length <= 2000 ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.host !== "";
}

export function isUrlList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isUrl);
}

export function isDate(value: unknown): boolean {
  return typeof value === "string" && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value));
}

export function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

export function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === "string" && value.length >= min && value.length <= max;
}

export function listOf(value: unknown): Json[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(isObject);
}

export function listOfTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
