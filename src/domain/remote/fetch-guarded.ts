import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import { actorObjectName, actorUrls, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import { userAgentOf } from "../../protocol/software";
import { findHost } from "../../storage/d1/hosts";
import type { Deps } from "../deps";
import { isHostBlocked } from "../follows/blocklist";
import { fail, ok, type Result } from "../result";
import { isAllowedAddress } from "./address-guard";
import { readCapped } from "./read-capped";
import type { RemoteRefusal } from "./refusal";
import { noteFailure, recentFailure, takeFromBudget } from "./target-limits";

const TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const GONE: readonly number[] = [404, 410];
/** It may be there later. */
const BUSY: readonly number[] = [408, 425, 429];

export interface Fetched {
  bytes: Uint8Array<ArrayBuffer>;
  /** In lower case, without parameters. */
  contentType: string;
  /** Where it was in the end, in normal form. */
  url: string;
}

export interface FetchOptions {
  accept: string;
  maxBytes: number;
  /** Content types that are taken; undefined: all. */
  types: readonly string[] | undefined;
  /** By the instance's own actor: some answer nobody else. */
  isSigned: boolean;
}

/**
 * Gets what is at an address of another instance: never one of our own, of a private network or of a blocked host, not even by a
 * redirect; in 10 s and up to `maxBytes`.
 */
export async function fetchGuarded(deps: Deps, address: string, options: FetchOptions): Promise<Result<Fetched, RemoteRefusal>> {
  const url = normalizeId(address);
  if (url === undefined) {
    return fail({ reason: "refused", why: "not an http(s) address" });
  }
  const failed = recentFailure(url, deps.now());
  if (failed !== undefined) {
    return fail(failed);
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const fetched = await follow(deps, url, options, signal);
  if (!fetched.ok) {
    noteFailure(url, fetched.error, deps.now());
  }
  return fetched;
}

async function follow(deps: Deps, first: string, options: FetchOptions, signal: AbortSignal): Promise<Result<Fetched, RemoteRefusal>> {
  let url = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await askOnce(deps, url, options, signal);
    if (!response.ok) {
      return response;
    }
    const { status, headers } = response.value;
    if (!REDIRECTS.includes(status)) {
      return await take(response.value, url, options, signal);
    }
    await response.value.body?.cancel();
    const location = headers.get("location");
    const next = location ? normalizeId(URL.parse(location, url)?.href) : undefined;
    if (next === undefined) {
      return fail({ reason: "invalid", why: `${url} leads nowhere` });
    }
    url = next;
  }
  return fail({ reason: "invalid", why: `${first} is redirected too often` });
}

async function askOnce(deps: Deps, url: string, options: FetchOptions, signal: AbortSignal): Promise<Result<Response, RemoteRefusal>> {
  const host = hostOfId(url);
  if (host === new URL(deps.publicUrl).host || !isAllowedAddress(new URL(url), deps.publicUrl)) {
    return fail({ reason: "refused", why: `${url} isn't an address of another instance` });
  }
  const [isBlocked, health] = await Promise.all([isHostBlocked(deps, host), findHost(deps.database, host)]);
  if (isBlocked) {
    return fail({ reason: "refused", why: `${host} is blocked` });
  }
  if ((health?.restingUntil ?? 0) > deps.now()) {
    return fail({ reason: "unreachable", why: `${host} has failed and rests` });
  }
  if (!takeFromBudget(host, deps.now())) {
    return fail({ reason: "unreachable", why: `${host} was asked for much just now` });
  }
  const headers = options.isSigned
    ? await signedHeaders(deps, url, options.accept, health?.httpSignature ?? "cavage")
    : { accept: options.accept, "user-agent": userAgentOf(deps.publicUrl) };
  try {
    return ok(await deps.fetch(url, { headers, redirect: "manual", signal }));
  } catch (error) {
    return fail({ reason: "unreachable", why: `${host}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

async function signedHeaders(deps: Deps, url: string, accept: string, scheme: "cavage" | "rfc9421"): Promise<Record<string, string>> {
  const actor = deps.actorObject(actorObjectName(INSTANCE_ACTOR));
  return await actor.signFetch(actorUrls(deps.publicUrl, INSTANCE_ACTOR).url, url, accept, scheme);
}

async function take(response: Response, url: string, options: FetchOptions, signal: AbortSignal): Promise<Result<Fetched, RemoteRefusal>> {
  const { status } = response;
  const contentType = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isTaken = status === 200 && (options.types === undefined || options.types.includes(contentType));
  if (!isTaken) {
    await response.body?.cancel();
    return fail(refusalOf(url, status, contentType));
  }
  try {
    const bytes = await readCapped(response, options.maxBytes, signal);
    switch (bytes) {
      case "too-large":
        return fail({ reason: "invalid", why: `${url} has more than ${options.maxBytes} bytes` });
      case "timed-out":
        return fail({ reason: "unreachable", why: `${url} took more than ${TIMEOUT_MS} ms` });
      default:
        return ok({ bytes, contentType, url });
    }
  } catch (error) {
    return fail({ reason: "unreachable", why: `${url}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

function refusalOf(url: string, status: number, contentType: string): RemoteRefusal {
  if (GONE.includes(status)) {
    return { reason: "gone", why: `${url} answered ${status}` };
  }
  if (status >= 500 || BUSY.includes(status)) {
    return { reason: "unreachable", why: `${url} answered ${status}` };
  }
  return { reason: "invalid", why: `${url} answered ${status} ${contentType}` };
}
