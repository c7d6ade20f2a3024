import { createExpiringCache } from "../expiring-cache";
import type { RemoteRefusal } from "./refusal";

// What keeps a hostile instance from having us hammer another: whoever names addresses to be fetched, one host is asked by this
// isolate for so much and no more, and what failed a moment ago isn't asked for again. (How many isolates there are is the
// edge's matter: the queue's consumers run in few, a batch each.) What is refused for this is tried again by its task, later.

const BURST = 80;
const PER_SECOND = 10;
const MAX_HOSTS = 2000;
/** Longer than a full refill. */
const BUDGET_LIFETIME_MS = 60_000;

/** Shorter than a task's first retry. */
const UNREACHABLE_LIFETIME_MS = 15_000;
const ANSWERED_LIFETIME_MS = 3_000;

const budgets = createExpiringCache<{ left: number; at: number }>({ maxEntries: MAX_HOSTS, lifetimeMs: BUDGET_LIFETIME_MS });
const unreachable = createExpiringCache<RemoteRefusal>({ maxEntries: MAX_HOSTS, lifetimeMs: UNREACHABLE_LIFETIME_MS });
const refused = createExpiringCache<RemoteRefusal>({ maxEntries: MAX_HOSTS, lifetimeMs: ANSWERED_LIFETIME_MS });

/** Counts a request to a host; false: it has had its share for now, 80 at once and 10 each second. */
export function takeFromBudget(host: string, now: number): boolean {
  const { left, at } = budgets.get(host, now) ?? { left: BURST, at: now };
  const refilled = Math.min(BURST, left + (Math.max(0, now - at) / 1000) * PER_SECOND);
  const taken = refilled >= 1;
  budgets.set(host, { left: taken ? refilled - 1 : refilled, at: now }, now);
  return taken;
}

/** Why an address failed a moment ago; undefined: it didn't. */
export function recentFailure(url: string, now: number): RemoteRefusal | undefined {
  return unreachable.get(url, now) ?? refused.get(url, now);
}

/** Remembers a failure: of what can't be reached longer than of what its host answered. */
export function noteFailure(url: string, refusal: RemoteRefusal, now: number): void {
  (refusal.reason === "unreachable" ? unreachable : refused).set(url, refusal, now);
}

/** For tests: as in a new isolate. */
export function forgetTargets(): void {
  budgets.clear();
  unreachable.clear();
  refused.clear();
}
