import { describe, expect, it } from "vitest";
import { describeTime, formatBytes, formatTime } from "../../../src/client/player/format-time";

describe("formatTime", () => {
  it.each([
    [0, undefined, "0:00"],
    [9.99, undefined, "0:09"],
    [65, undefined, "1:05"],
    [3599, undefined, "59:59"],
    [3600, undefined, "1:00:00"],
    [36_061, undefined, "10:01:01"],
    [65, 7200, "0:01:05"],
    [Number.NaN, undefined, "0:00"],
    [Number.POSITIVE_INFINITY, undefined, "0:00"],
    [-3, undefined, "0:00"],
  ])("%d seconds beside %s are %s", (seconds, like, text) => {
    expect(formatTime(seconds, like)).toBe(text);
  });
});

describe("describeTime", () => {
  it.each([
    [0, "0 seconds"],
    [1, "1 second"],
    [62, "1 minute 2 seconds"],
    [3600, "1 hour"],
    [7384, "2 hours 3 minutes 4 seconds"],
  ])("says %d as %s", (seconds, text) => {
    expect(describeTime(seconds)).toBe(text);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [999_999, "1.0 MB"],
    [15_775_048, "15.8 MB"],
    [123_456_789, "123 MB"],
    [2_147_483_648, "2.1 GB"],
    [Number.NaN, "0 B"],
  ])("shows %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
