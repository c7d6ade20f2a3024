// What becomes of a delivery that failed, and of its host. Pure: times are milliseconds, `random` is from 0 up to 1.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The pauses between eight tries: two days in all. PeerTube tries once, Mastodon sixteen times in about two days. */
const RETRY_DELAYS_MS = [1 * MINUTE_MS, 5 * MINUTE_MS, 25 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, 14 * HOUR_MS, 24 * HOUR_MS] as const;
export const MAX_TRIES = RETRY_DELAYS_MS.length + 1;

/** A host that understood and refused says the same again, unless it was being repaired: three tries within two and a half hours. */
const REFUSED_DELAYS_MS = [10 * MINUTE_MS, 2 * HOUR_MS] as const;

/** The longest that another instance can have us wait. */
export const MAX_RETRY_AFTER_MS = DAY_MS;

/** After so many failures in a row nothing is sent to a host for a while. */
export const FAILURES_BEFORE_REST = 3;
const FIRST_REST_MS = 15 * MINUTE_MS;
const MAX_REST_MS = DAY_MS;

/** The same numbers as PeerTube's followers' scores. */
export const FIRST_SCORE = 1000;
export const MAX_SCORE = 10_000;
export const SUCCESS_BONUS = 10;
const FAILURE_PENALTY = 10;
/** One try tells no more than this, however much waited for it: an hour's outage of a host that much is sent to doesn't cost its followers. */
const MAX_PENALTY = 100;
/** Nobody is dropped for failing shorter than a delivery is tried. */
export const MIN_FAILING_BEFORE_DROP_MS = 2 * DAY_MS;

/** What came of one request. */
export type Outcome =
  | { kind: "delivered" }
  /** The inbox is gone for good. */
  | { kind: "gone"; error: string }
  /** The host answered and doesn't want this. */
  | { kind: "refused"; error: string }
  /** The host doesn't believe the signature. It may have an older key, or a clock that is wrong, or know another scheme. */
  | { kind: "unauthorized"; error: string }
  /** The host is unreachable, overloaded or broken. */
  | { kind: "failed"; error: string; retryAfterMs: number | undefined };

/**
 * What an answer means. 410: gone. 401 and 403 (PeerTube's answer to a signature that it can't verify): worth all tries.
 * 408, 425, 429, 5xx and redirects (never followed with a signature made for another address): likewise, and a sign of the
 * host's health. The other 4xx, and 501, are the answer of a healthy host; Mastodon gives up at once there.
 */
export function outcomeOf(status: number, retryAfter: string | null, now: number): Outcome {
  const error = `status ${status}`;
  if (status >= 200 && status < 300) {
    return { kind: "delivered" };
  }
  if (status === 410) {
    return { kind: "gone", error };
  }
  if (status === 401 || status === 403) {
    return { kind: "unauthorized", error };
  }
  if (status === 501 || (status >= 400 && status < 500 && ![408, 425, 429].includes(status))) {
    return { kind: "refused", error };
  }
  return { kind: "failed", error, retryAfterMs: status === 429 || status === 503 ? parseRetryAfter(retryAfter, now) : undefined };
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds or a date, capped at a day. Undefined where there is none, or no sense in it. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, wait));
}

/** How long the next try waits after `attempts` failed ones, spread by a quarter; undefined: that was the last. */
export function retryDelayMs(attempts: number, outcome: Exclude<Outcome, { kind: "delivered" }>, random: number): number | undefined {
  if (outcome.kind === "gone") {
    return undefined;
  }
  const delays = outcome.kind === "refused" ? REFUSED_DELAYS_MS : RETRY_DELAYS_MS;
  const delay = delays[attempts - 1];
  if (delay === undefined) {
    return undefined;
  }
  return Math.max(jitter(delay, random), outcome.kind === "failed" ? (outcome.retryAfterMs ?? 0) : 0);
}

/** How long a host rests after so many failures in a row: 15 minutes after the third, doubling up to a day, and never shorter than it asked for. */
export function restMs(failures: number, retryAfterMs: number | undefined, random: number): number | undefined {
  const rest =
    failures < FAILURES_BEFORE_REST
      ? 0
      : jitter(Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures - FAILURES_BEFORE_REST, 20)), random);
  const longest = Math.max(rest, retryAfterMs ?? 0);
  return longest === 0 ? undefined : longest;
}

function jitter(delay: number, random: number): number {
  return Math.round(delay * (0.875 + random / 4));
}

/** What is known of a host's health. */
export interface HostHealth {
  score: number;
  failures: number;
  failingSince: number | undefined;
  restingUntil: number | undefined;
}

export const HEALTHY: HostHealth = { score: FIRST_SCORE, failures: 0, failingSince: undefined, restingUntil: undefined };

/**
 * A host's health after a try that failed, on which so many deliveries had waited. A refusal costs score, but the host is
 * there and doesn't rest.
 */
export function healthAfterFailure(
  health: HostHealth,
  outcome: Exclude<Outcome, { kind: "delivered" }>,
  { waited, now, random }: { waited: number; now: number; random: number },
): HostHealth {
  const hasFailed = outcome.kind === "failed";
  const failures = health.failures + (hasFailed ? 1 : 0);
  const rest = hasFailed ? restMs(failures, outcome.retryAfterMs, random) : undefined;
  return {
    score: Math.max(0, health.score - Math.min(MAX_PENALTY, FAILURE_PENALTY * Math.max(1, waited))),
    failures,
    failingSince: health.failingSince ?? now,
    restingUntil: rest === undefined ? health.restingUntil : Math.max(health.restingUntil ?? 0, now + rest),
  };
}

/** Whether a host has failed so often and so long that its followers are dropped. */
export function isHopeless({ score, failingSince }: HostHealth, now: number): boolean {
  return score <= 0 && failingSince !== undefined && now - failingSince >= MIN_FAILING_BEFORE_DROP_MS;
}

/** Whether nothing is sent to a host now. */
export function isResting({ restingUntil }: Pick<HostHealth, "restingUntil">, now: number): boolean {
  return restingUntil !== undefined && restingUntil > now;
}
