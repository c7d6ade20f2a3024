import { haveSameHost, idOf } from "../../protocol/activitystreams/ids";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { parseCollection, type RemoteCollection } from "../../protocol/objects/collection";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { fetchDocument } from "./fetch-document";
import { isTransient, type RemoteRefusal } from "./refusal";

/** As many as fifty of PeerTube's pages have. Each is asked for, and of whatever host it is. */
const MAX_IDS = 500;

/** A collection, or a page of one, by its address. Its pages are of its own host: others would have us ask a third. */
export async function fetchCollection(deps: Deps, url: string): Promise<Result<RemoteCollection, RemoteRefusal>> {
  const fetched = await fetchDocument(deps, url);
  if (!fetched.ok) {
    return fetched;
  }
  const parsed = parseCollection(fetched.value.document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: `collection ${url}: ${parsed.error.why}` });
  }
  const { first, next } = parsed.value;
  return ok({
    ...parsed.value,
    first: typeof first === "string" && !haveSameHost(first, url) ? undefined : first,
    next: next !== undefined && (!haveSameHost(next, url) || next === url) ? undefined : next,
  });
}

/** The items of a collection as ids, page after page, at most `maxPages` and 500 items; those that aren't ids are left out. */
export async function collectIds(deps: Deps, url: string, maxPages: number): Promise<Result<string[], RemoteRefusal>> {
  const collection = await fetchCollection(deps, url);
  return collection.ok ? await collectIdsOf(deps, collection.value, maxPages) : collection;
}

/** `collectIds` of a collection that is here already. */
export async function collectIdsOf(deps: Deps, collection: RemoteCollection, maxPages: number): Promise<Result<string[], RemoteRefusal>> {
  const ids = new Set<string>();
  const add = (items: unknown[]) => items.forEach((item) => ids.add(idOf(item) ?? ""));
  add(collection.items);
  let page = collection.first;
  const seen = new Set<string>();
  for (let read = 0; page !== undefined && read < maxPages && ids.size < MAX_IDS; read++) {
    const content = typeof page === "string" ? await fetchPage(deps, page, seen) : pageWithin(page);
    if (!content.ok && (read === 0 || isTransient(content.error))) {
      return content;
    }
    if (!content.ok) {
      // What was read before is there all the same.
      break;
    }
    add(content.value.items);
    page = content.value.next;
  }
  ids.delete("");
  return ok([...ids].slice(0, MAX_IDS));
}

async function fetchPage(deps: Deps, url: string, seen: Set<string>): Promise<Result<RemoteCollection, RemoteRefusal>> {
  if (seen.has(url)) {
    return ok({ totalItems: undefined, first: undefined, next: undefined, items: [] });
  }
  seen.add(url);
  return await fetchCollection(deps, url);
}

function pageWithin(page: JsonObject): Result<RemoteCollection, RemoteRefusal> {
  const parsed = parseCollection(page);
  return parsed.ok ? ok(parsed.value) : fail({ reason: "invalid", why: parsed.error.why });
}
