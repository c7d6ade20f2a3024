import type { JsonObject } from "../activitystreams/types";

/** A document as a part of another, whose context explains it. */
export function withoutContext(document: JsonObject): JsonObject {
  const { "@context": _, ...rest } = document;
  return rest;
}
