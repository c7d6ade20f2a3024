import type { JsonObject, JsonValue } from "../activitystreams/types";
import { proofCreated } from "./integrity-proof";
import { ldCreated } from "./ld-signature";

/** How far ahead of us an author's clock is believed. */
const MAX_AHEAD_MS = 30 * 60_000;

/**
 * When an activity was said, in milliseconds, as far as its author tells: by its proof, else its Linked Data Signature, else its
 * own dates or its object's, else the request's `Date`, else `now`. Never much later than `now`, or nothing could follow it.
 * The proof comes first since a signature covers it, while beside a proof anybody could lay a signature with a date of choice.
 */
export function activityTime(activity: JsonObject, httpDate: string | undefined, now: number): number {
  const object = asObject(activity["object"]);
  const candidates = [
    proofCreated(activity),
    ldCreated(activity),
    activity["updated"],
    activity["published"],
    object?.["updated"],
    object?.["published"],
    httpDate,
  ];
  for (const candidate of candidates) {
    const time = typeof candidate === "string" ? Date.parse(candidate) : Number.NaN;
    if (!Number.isNaN(time)) {
      return Math.min(time, now + MAX_AHEAD_MS);
    }
  }
  return now;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
