import { contextOf } from "./context";
import type { JsonObject, JsonValue } from "./types";

export const ITEMS_PER_PAGE = 10;
export const MAX_ITEMS_PER_PAGE = 50;

/** A collection without its items (ActivityStreams, section 5): how many there are, and where they begin. */
export function collectionDocument(id: string, totalItems: number): JsonObject {
  return {
    "@context": contextOf(),
    id,
    type: "OrderedCollection",
    totalItems,
    ...(totalItems > 0 && { first: `${id}?page=1` }),
  };
}

export interface CollectionPage {
  /** The collection's id. */
  id: string;
  totalItems: number;
  /** From 1. */
  page: number;
  pageSize: number;
  items: JsonValue[];
  context?: JsonValue;
}

/** One page of a collection. A size other than the usual goes on to the pages around it. */
export function collectionPageDocument({ id, totalItems, page, pageSize, items, context }: CollectionPage): JsonObject {
  const address = (number: number) => `${id}?page=${number}${pageSize === ITEMS_PER_PAGE ? "" : `&size=${pageSize}`}`;
  return {
    "@context": context ?? contextOf(),
    id: address(page),
    type: "OrderedCollectionPage",
    ...(page > 1 && { prev: address(page - 1) }),
    ...(page * pageSize < totalItems && { next: address(page + 1) }),
    partOf: id,
    orderedItems: items,
    totalItems,
  };
}
