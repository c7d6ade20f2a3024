import type { HttpSignatureScheme, SignedRequest } from "../actors/actor-object";
import type { Deps } from "../deps";
import { outcomeOf, type Outcome } from "./policy";

/** How long one inbox may take to answer. PeerTube waits 7 s, Mastodon 10. */
export const REQUEST_LIMIT_MS = 10_000;

const MAX_ERROR_CHARS = 200;

/** A signed request, and how to sign it by the other scheme. */
export interface Posting {
  scheme: HttpSignatureScheme;
  request: SignedRequest;
  body: string;
  /** The same request, signed by that scheme; undefined where it can't be. */
  signAgain: (scheme: HttpSignatureScheme) => Promise<SignedRequest | undefined>;
}

export interface Posted {
  result: Outcome;
  /** The scheme by which the host took it, where that isn't the one known of it. */
  learnt: HttpSignatureScheme | undefined;
}

/**
 * Posts an activity to an inbox. A host that doesn't believe the signature and may know the other scheme (401, or an
 * `Accept-Signature` as of RFC 9421, section 5) is asked once more, signed by that. Never throws.
 */
export async function post(deps: Pick<Deps, "fetch" | "now">, { scheme, request, body, signAgain }: Posting): Promise<Posted> {
  const first = await postOnce(deps, request, body);
  if (!first.knowsOther) {
    return { result: first.outcome, learnt: undefined };
  }
  const other = scheme === "cavage" ? "rfc9421" : "cavage";
  const signed = await signAgain(other).catch(() => undefined);
  const second = signed && (await postOnce(deps, signed, body));
  return second?.outcome.kind === "delivered" ? { result: second.outcome, learnt: other } : { result: first.outcome, learnt: undefined };
}

async function postOnce(
  deps: Pick<Deps, "fetch" | "now">,
  { url, headers }: SignedRequest,
  body: string,
): Promise<{ outcome: Outcome; knowsOther: boolean }> {
  try {
    const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
    const response = await deps.fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    // What it says isn't read: the status says all, and a body that never ends would hold the connection.
    await response.body?.cancel().catch(() => undefined);
    const outcome = outcomeOf(response.status, response.headers.get("retry-after"), deps.now());
    const isClientError = response.status >= 400 && response.status < 500;
    return { outcome, knowsOther: response.status === 401 || (isClientError && response.headers.has("accept-signature")) };
  } catch (error) {
    return { outcome: { kind: "failed", error: describe(error), retryAfterMs: undefined }, knowsOther: false };
  }
}

function describe(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `no answer within ${REQUEST_LIMIT_MS / 1000} s`;
  }
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_CHARS);
}
