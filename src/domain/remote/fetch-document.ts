import { hostOfId, idOf, normalizeId } from "../../protocol/activitystreams/ids";
import { ACCEPT_ACTIVITY } from "../../protocol/activitystreams/negotiation";
import type { JsonObject } from "../../protocol/activitystreams/types";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { fetchGuarded, type Fetched } from "./fetch-guarded";
import type { RemoteRefusal } from "./refusal";

const MAX_DOCUMENT_BYTES = 1024 * 1024;

const DOCUMENT_TYPES: readonly string[] = ["application/activity+json", "application/ld+json", "application/json"];
const JSON_TYPES: readonly string[] = ["application/json", "application/jrd+json"];

export interface FetchedDocument {
  document: JsonObject;
  /** Where it was in the end, after redirects, in normal form. */
  url: string;
}

interface DocumentOptions {
  maxBytes?: number;
  accept?: string;
}

/**
 * Gets an ActivityPub document, signed by the instance's own actor. What it calls itself must be of the host that it came from,
 * or it is read from where it says that it is, once; so its `id` may be believed. Plain JSON, which a stranger may have uploaded
 * as a file, is believed only where its id is the very address it came from.
 */
export async function fetchDocument(
  deps: Deps,
  url: string,
  options: DocumentOptions = {},
): Promise<Result<FetchedDocument, RemoteRefusal>> {
  const first = await fetchOnce(deps, url, options);
  if (!first.ok || first.value.isOwn) {
    return first.ok ? ok({ document: first.value.document, url: first.value.url }) : first;
  }
  const id = idOf(first.value.document);
  const second = id === undefined ? undefined : await fetchOnce(deps, id, options);
  if (second === undefined || !second.ok) {
    return second ?? fail({ reason: "invalid", why: `what is at ${url} has no id` });
  }
  return second.value.isOwn
    ? ok({ document: second.value.document, url: second.value.url })
    : fail({ reason: "invalid", why: `what is at ${url} says to be at ${id}, and isn't` });
}

async function fetchOnce(
  deps: Deps,
  url: string,
  { maxBytes = MAX_DOCUMENT_BYTES, accept = ACCEPT_ACTIVITY }: DocumentOptions,
): Promise<Result<FetchedDocument & { isOwn: boolean }, RemoteRefusal>> {
  const fetched = await fetchGuarded(deps, url, { accept, maxBytes, types: DOCUMENT_TYPES, isSigned: true });
  const parsed = fetched.ok ? parseDocument(fetched.value) : fetched;
  if (!fetched.ok || !parsed.ok) {
    return parsed as Result<never, RemoteRefusal>;
  }
  const { document } = parsed.value;
  const at = parsed.value.url;
  const id = idOf(document);
  const isOwn = fetched.value.contentType === "application/json" ? id === at || id === normalizeId(url) : isOfHost(document, at);
  return ok({ document, url: at, isOwn });
}

/** Pages of collections may have no id. */
function isOfHost(document: JsonObject, url: string): boolean {
  const id = idOf(document);
  return id === undefined ? document["id"] === undefined || document["id"] === null : hostOfId(id) === hostOfId(url);
}

/** Gets JSON that isn't ActivityPub's, unsigned: WebFinger, NodeInfo. */
export async function fetchJson(deps: Deps, url: string, accept: string): Promise<Result<FetchedDocument, RemoteRefusal>> {
  const fetched = await fetchGuarded(deps, url, { accept, maxBytes: MAX_DOCUMENT_BYTES, types: JSON_TYPES, isSigned: false });
  return fetched.ok ? parseDocument(fetched.value) : fetched;
}

function parseDocument({ bytes, url }: Fetched): Result<FetchedDocument, RemoteRefusal> {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof document === "object" && document !== null && !Array.isArray(document)
      ? ok({ document: document as JsonObject, url })
      : fail({ reason: "invalid", why: `what is at ${url} isn't an object` });
  } catch {
    return fail({ reason: "invalid", why: `what is at ${url} isn't JSON` });
  }
}

/** Gets a file, unsigned, up to `maxBytes`; what it is its bytes tell, not its type. */
export async function fetchBytes(
  deps: Deps,
  url: string,
  { maxBytes, accept }: { maxBytes: number; accept: string },
): Promise<Result<Uint8Array<ArrayBuffer>, RemoteRefusal>> {
  const fetched = await fetchGuarded(deps, url, { accept, maxBytes, types: undefined, isSigned: false });
  return fetched.ok ? ok(fetched.value.bytes) : fetched;
}
