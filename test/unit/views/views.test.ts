import { describe, expect, test } from "vitest";
import { MAX_RECENT_KEYS, RECENT_KEY_LIFETIME_MS, recentKeysFrom } from "../../../src/domain/views/recent-keys";
import { tellAt, TELL_INTERVAL_MS } from "../../../src/domain/views/steps";

describe("when others are told of new views", () => {
  test("the first time at once", () => {
    expect(tellAt(1, undefined)).toBe(0);
  });

  test("at most daily, once there is one more", () => {
    expect(tellAt(10, { views: 10, at: 5 })).toBeUndefined();
    expect(tellAt(11, { views: 10, at: 5 })).toBe(5 + TELL_INTERVAL_MS);
  });

  test("of a video that many watched, once there is one more in a hundred", () => {
    expect(tellAt(10_099, { views: 10_000, at: 5 })).toBeUndefined();
    expect(tellAt(10_100, { views: 10_000, at: 5 })).toBe(5 + TELL_INTERVAL_MS);
  });
});

describe("keys that were counted lately", () => {
  test("count again after an hour", () => {
    const keys = recentKeysFrom(undefined);
    expect(keys.note("a", 0)).toBe(true);
    expect(keys.note("a", RECENT_KEY_LIFETIME_MS - 1)).toBe(false);
    expect(keys.note("a", RECENT_KEY_LIFETIME_MS)).toBe(true);
  });

  test("outlive the object", () => {
    const keys = recentKeysFrom(undefined);
    keys.note("a", 0);
    expect(recentKeysFrom(keys.toJson(1)).note("a", 2)).toBe(false);
  });

  test("are bounded: the oldest go first", () => {
    const keys = recentKeysFrom(undefined);
    for (let at = 0; at <= MAX_RECENT_KEYS; at++) {
      keys.note(String(at), at);
    }
    expect((JSON.parse(keys.toJson(MAX_RECENT_KEYS)) as unknown[]).length).toBe(MAX_RECENT_KEYS);
    expect(keys.note("1", MAX_RECENT_KEYS)).toBe(false);
    expect(keys.note("0", MAX_RECENT_KEYS)).toBe(true);
  });
});
