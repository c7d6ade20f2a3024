import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openLanes } from "../../../src/domain/deliveries/lanes.ts";
import {
  healthAfterFailure,
  HEALTHY,
  isHopeless,
  isResting,
  MAX_RETRY_AFTER_MS,
  MAX_TRIES,
  MIN_FAILING_BEFORE_DROP_MS,
  outcomeOf,
  parseRetryAfter,
  restMs,
  retryDelayMs,
  type HostHealth,
  type Outcome,
} from "../../../src/domain/deliveries/policy.ts";
import { packRows } from "../../../src/domain/deliveries/pack-rows.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse("2026-11-24T12:00:00Z");
const FAILED = { kind: "failed", error: "refused", retryAfterMs: undefined } as const;
const REFUSED = { kind: "refused", error: "status 400" } as const;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("retries", () => {
  test("are seven, over about two days, each pause longer than the one before", () => {
    fc.assert(
      fc.property(fc.array(random, { minLength: 7, maxLength: 7 }), (randoms) => {
        const delays = randoms.map((value, index) => retryDelayMs(index + 1, FAILED, value) ?? 0);
        expect(retryDelayMs(MAX_TRIES, FAILED, 0)).toBeUndefined();
        expect(MAX_TRIES).toBe(8);
        const total = delays.reduce((sum, delay) => sum + delay, 0);
        expect(total).toBeGreaterThan(1.6 * DAY_MS);
        expect(total).toBeLessThan(2.3 * DAY_MS);
        expect(delays).toEqual(delays.toSorted((a, b) => a - b));
      }),
    );
  });

  test("are spread, so that what failed together isn't tried together", () => {
    expect(retryDelayMs(3, FAILED, 0.9)).not.toBe(retryDelayMs(3, FAILED, 0.1));
  });

  test("of what a host refuses are few; of what is gone there is none", () => {
    expect([1, 2, 3].map((attempts) => retryDelayMs(attempts, REFUSED, 0) === undefined)).toEqual([false, false, true]);
    expect(retryDelayMs(1, { kind: "gone", error: "status 410" }, 0)).toBeUndefined();
    expect(retryDelayMs(7, { kind: "unauthorized", error: "status 401" }, 0)).toBeGreaterThan(HOUR_MS);
  });

  test("wait as long as they are asked to, up to a day", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: MAX_RETRY_AFTER_MS }),
        random,
        (attempts, retryAfterMs, value) => {
          expect(retryDelayMs(attempts, { ...FAILED, retryAfterMs }, value)).toBeGreaterThanOrEqual(retryAfterMs);
        },
      ),
    );
  });
});

describe("Retry-After", () => {
  test.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Tue, 24 Nov 2026 12:05:00 GMT", 300_000],
    ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
    ["999999999", MAX_RETRY_AFTER_MS],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("%j is %j ms", (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  test("is never negative or longer than a day, whatever is sent", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const wait = parseRetryAfter(value, NOW) ?? 0;
        expect(wait >= 0 && wait <= MAX_RETRY_AFTER_MS).toBe(true);
      }),
    );
  });
});

describe("what an answer means", () => {
  test.each<[number, Outcome["kind"]]>([
    [200, "delivered"],
    [202, "delivered"],
    [204, "delivered"],
    [301, "failed"],
    [307, "failed"],
    [400, "refused"],
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "refused"],
    [408, "failed"],
    [410, "gone"],
    [413, "refused"],
    [429, "failed"],
    [500, "failed"],
    [501, "refused"],
    [503, "failed"],
  ])("%i: %s", (status, kind) => {
    expect(outcomeOf(status, null, NOW).kind).toBe(kind);
  });

  test("Retry-After counts with 429 and 503 alone", () => {
    expect(outcomeOf(429, "60", NOW)).toMatchObject({ retryAfterMs: 60_000 });
    expect(outcomeOf(503, "60", NOW)).toMatchObject({ retryAfterMs: 60_000 });
    expect(outcomeOf(500, "60", NOW)).toMatchObject({ retryAfterMs: undefined });
  });
});

describe("a host's health", () => {
  function fail(health: HostHealth, more: { waited?: number; now?: number } = {}): HostHealth {
    return healthAfterFailure(health, FAILED, { waited: more.waited ?? 1, now: more.now ?? NOW, random: 0.5 });
  }

  test("rests from the third failure in a row on, longer each time, at most a day", () => {
    const rests = Array.from({ length: 30 }, (_, index) => restMs(index + 1, undefined, 0.5));
    expect(rests.slice(0, 2)).toEqual([undefined, undefined]);
    expect(rests[2]).toBe(15 * 60_000);
    expect(rests[3]).toBe(30 * 60_000);
    expect(rests.at(-1)).toBe(DAY_MS);
  });

  test("rests at once where it is asked for", () => {
    const health = healthAfterFailure(HEALTHY, { ...FAILED, retryAfterMs: 60_000 }, { waited: 1, now: NOW, random: 0 });
    expect(health).toMatchObject({ failures: 1, restingUntil: NOW + 60_000 });
    expect(isResting(health, NOW + 59_999)).toBe(true);
    expect(isResting(health, NOW + 60_000)).toBe(false);
  });

  test("falls by 10 for each delivery that waited, at most by 100 for one try, and never below 0", () => {
    expect(fail(HEALTHY).score).toBe(990);
    expect(fail(HEALTHY, { waited: 5 }).score).toBe(950);
    expect(fail(HEALTHY, { waited: 5000 }).score).toBe(900);
    expect(fail({ ...HEALTHY, score: 30 }, { waited: 9 }).score).toBe(0);
  });

  test("a refusal costs score, but whoever answers doesn't rest", () => {
    let health: HostHealth = HEALTHY;
    for (let tries = 0; tries < 50; tries++) {
      health = healthAfterFailure(health, REFUSED, { waited: 1, now: NOW, random: 0 });
    }
    expect(health).toMatchObject({ score: 500, failures: 0, restingUntil: undefined });
  });

  test("nobody is dropped for an outage shorter than a delivery is tried, however much was sent", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: HOUR_MS })), { maxLength: 40 }),
        (tries) => {
          let now = NOW;
          let health: HostHealth = HEALTHY;
          for (const [waited, pause] of tries) {
            now += pause;
            health = fail(health, { waited, now });
            if (now - NOW < MIN_FAILING_BEFORE_DROP_MS) {
              expect(isHopeless(health, now)).toBe(false);
            }
          }
        },
      ),
    );
    expect(isHopeless({ ...HEALTHY, score: 0, failingSince: NOW }, NOW + MIN_FAILING_BEFORE_DROP_MS)).toBe(true);
    expect(isHopeless({ ...HEALTHY, score: 10, failingSince: NOW }, NOW + 90 * DAY_MS)).toBe(false);
  });
});

describe("messages", () => {
  test("name every row once, and no more inboxes than can be sent side by side, unless one row has more", () => {
    const rows = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 100 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 300 }), (sizes, connections) => {
        const messages = packRows(
          sizes.map((size, id) => ({ id, size })),
          connections,
        );
        expect(messages.flat().toSorted((a, b) => a - b)).toEqual(sizes.map((_, id) => id));
        for (const ids of messages) {
          const inboxes = ids.reduce((sum, id) => sum + (sizes[id] ?? 0), 0);
          expect(ids.length === 1 || inboxes <= Math.min(25, connections)).toBe(true);
        }
      }),
    );
  });
});

describe("lanes", () => {
  test("run as many as they are, in turn; what waits when they are closed doesn't begin", async () => {
    const lanes = openLanes(2, () => 0);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const work = [0, 1, 2, 3].map((name) =>
      lanes.run(async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return name;
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    expect(await work[0]).toBe(0);
    expect(begun).toEqual([0, 1, 2]);
    expect(lanes.waiting()).toBe(1);
    lanes.close();
    expect(await work[3]).toBeUndefined();
    ends[1]?.();
    ends[2]?.();
    expect(await Promise.all(work)).toEqual([0, 1, 2, undefined]);
    expect(await lanes.run(async () => "late")).toBeUndefined();
  });

  test("a work that fails frees its lane", async () => {
    const lanes = openLanes(1, () => 0);
    await expect(lanes.run(async () => await Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await lanes.run(async () => "next")).toBe("next");
  });
});
