import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import { idOf } from "../activitystreams/ids";
import { list, optionalCount } from "./fields";
import { parseBy, type Parsed } from "./parsed";

// Collections and their pages, ordered or not (ActivityStreams, section 5).

const TYPES = new Set(["Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage", "Playlist"]);

const collectionSchema = z
  .object({
    type: z.string().refine((type) => TYPES.has(type), "isn't a collection"),
    totalItems: optionalCount.optional(),
    first: z.unknown().optional(),
    next: z.unknown().optional(),
    items: list.optional(),
    orderedItems: list.optional(),
  })
  .transform((value): RemoteCollection => ({
    totalItems: value.totalItems,
    first: linkOf(value.first),
    next: idOf(value.next),
    items: [...(value.orderedItems ?? []), ...(value.items ?? [])],
  }));

/** A page by its id, or as it stands within the collection. */
function linkOf(value: unknown): string | JsonObject | undefined {
  const isWithin = typeof value === "object" && value !== null && !Array.isArray(value) && ("items" in value || "orderedItems" in value);
  return isWithin ? (value as JsonObject) : idOf(value);
}

export interface RemoteCollection {
  totalItems: number | undefined;
  first: string | JsonObject | undefined;
  next: string | undefined;
  /** At most 500. */
  items: unknown[];
}

/** Reads a collection or a page of one. */
export function parseCollection(document: JsonObject): Parsed<RemoteCollection> {
  return parseBy(collectionSchema, document);
}
