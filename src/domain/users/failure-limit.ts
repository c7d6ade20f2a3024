import type { Deps } from "../deps";
import { countFailures, uncountFailures, type FailureCounter } from "../../storage/d1/sign-in-failures";
import { sha256Hex } from "./random";

// Guessing is stopped twice. One address may fail 15 times in 5 minutes, whichever names it tries. One name may fail
// 45 times in 5 minutes, whichever addresses try it, so that many addresses together gain nothing; that is more than
// one address can fail, so one stranger can't shut a name. And an address from which the name's owner has signed in
// lately isn't bound by the name's limit at all: the owner gets in at home even while a crowd is guessing.

export const FAILURE_WINDOW_MS = 5 * 60_000;
export const MAX_FAILURES_PER_ADDRESS = 15;
export const MAX_FAILURES_PER_NAME = 45;
/** How long an address stays known for a user who doesn't sign in from it. */
export const KNOWN_ADDRESS_LIFETIME_MS = 30 * 24 * 60 * 60_000;

export async function addressKeyOf(address: string): Promise<string> {
  return await sha256Hex(`address:${address}`);
}

/** The counter of all attempts from an address. */
export function addressCounter(deps: Deps, addressKey: string): FailureCounter {
  return {
    key: addressKey,
    windowStart: windowStartOf(deps.now()),
    limit: MAX_FAILURES_PER_ADDRESS,
  };
}

/** The counter of all attempts against a user, or against a name that nobody has. */
export async function nameCounter(deps: Deps, target: { userId: number } | { login: string }): Promise<FailureCounter> {
  const name = "userId" in target ? `user:${target.userId}` : `name:${target.login.toLowerCase()}`;
  return {
    key: await sha256Hex(name),
    windowStart: windowStartOf(deps.now()),
    limit: MAX_FAILURES_PER_NAME,
  };
}

/** The counter of wrong current passwords given by a user who is signed in. */
export async function currentPasswordCounter(deps: Deps, userId: number): Promise<FailureCounter> {
  return {
    key: await sha256Hex(`current-password:${userId}`),
    windowStart: windowStartOf(deps.now()),
    limit: MAX_FAILURES_PER_ADDRESS,
  };
}

/**
 * Counts an attempt as a failure in advance; undefined where every counter let it in, else the seconds until the next
 * attempt may be made. What succeeds is taken back with `uncountFailures`.
 */
export async function enterAttempt(deps: Deps, counters: FailureCounter[]): Promise<{ retryAfterSeconds: number } | undefined> {
  const entered = await countFailures(deps.database, counters);
  if (entered.every(Boolean)) {
    return undefined;
  }
  // One that another counter refused was no guess.
  const counted = counters.filter((_, index) => entered[index]);
  if (counted.length > 0) {
    await uncountFailures(deps.database, counted);
  }
  const now = deps.now();
  return {
    retryAfterSeconds: Math.max(1, Math.ceil((windowStartOf(now) + FAILURE_WINDOW_MS - now) / 1000)),
  };
}

function windowStartOf(now: number): number {
  return now - (now % FAILURE_WINDOW_MS);
}
