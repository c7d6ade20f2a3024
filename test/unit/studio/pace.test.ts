import { describe, expect, it } from "vitest";
import { retryAfterMs, retryDelayMs } from "../../../src/client/upload/backoff";
import { createChunkSizer } from "../../../src/client/upload/chunk-size";
import { createRateMeter } from "../../../src/client/upload/rate-meter";

const MIB = 1024 * 1024;

describe("the delay before a retry", () => {
  it("doubles up to a minute", () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, () => 1))).toEqual([1000, 2000, 4000, 8000]);
    expect(retryDelayMs(50, () => 1)).toBe(60_000);
  });

  it("is up to a quarter shorter by chance", () => {
    expect(retryDelayMs(3, () => 0)).toBe(3000);
  });

  it("follows Retry-After within reason", () => {
    expect(retryAfterMs("3", 15_000)).toBe(3000);
    expect(retryAfterMs("300", 15_000)).toBe(15_000);
    expect(retryAfterMs("soon", 15_000)).toBeUndefined();
    expect(retryAfterMs(null, 15_000)).toBeUndefined();
  });
});

describe("the size of chunks", () => {
  it("grows on a fast line to the server's limit", () => {
    const sizer = createChunkSizer(5 * MIB);
    const sizes = [1, 2, 3, 4].map(() => {
      const size = sizer.size();
      sizer.took(100);
      return size / MIB;
    });
    expect(sizes).toEqual([1, 2, 4, 5]);
  });

  it("shrinks on a slow line and after a failure, not without end", () => {
    const sizer = createChunkSizer(undefined);
    sizer.took(20_000);
    expect(sizer.size()).toBe(MIB / 2);
    for (let failures = 0; failures < 10; failures += 1) {
      sizer.failed();
    }
    expect(sizer.size()).toBe(MIB / 4);
  });

  it("keeps to a limit below its smallest", () => {
    expect(createChunkSizer(8192).size()).toBe(8192);
  });
});

describe("the meter of speed", () => {
  it("tells speed and remaining time of the last seconds", () => {
    const meter = createRateMeter();
    expect(meter.remainingSeconds(100)).toBeUndefined();
    for (let second = 0; second <= 20; second += 1) {
      // Slow at first, then 10 a second.
      meter.add(second < 5 ? second : 5 + (second - 5) * 10, second * 1000);
    }
    expect(meter.rate()).toBeCloseTo(10);
    expect(meter.remainingSeconds(355)).toBeCloseTo(20);
  });

  it("begins anew when a chunk was lost", () => {
    const meter = createRateMeter();
    meter.add(0, 0);
    meter.add(1000, 1000);
    meter.add(500, 2000);
    expect(meter.rate()).toBeUndefined();
  });
});
