import { describe, expect, it } from "vitest";
import { createPlaneResampler, rotatePlane } from "../../../src/client/transcode/resample";

function resample(
  from: { width: number; height: number },
  to: { width: number; height: number },
  sample: (x: number, y: number) => number,
  bits = 8,
): Uint8Array {
  const samples = bits > 8 ? new Uint16Array(from.width * from.height) : new Uint8Array(from.width * from.height);
  for (let at = 0; at < samples.length; at += 1) {
    samples[at] = sample(at % from.width, Math.floor(at / from.width));
  }
  const target = new Uint8Array(to.width * to.height);
  createPlaneResampler(from, to, bits)({ samples, offset: 0, stride: from.width, step: 1 }, target, 0);
  return target;
}

describe("a plane made smaller", () => {
  it.each([
    [1280, 720, 854, 480],
    [1920, 1080, 426, 240],
    [641, 361, 320, 180],
    [10, 10, 9, 7],
    [3, 2, 2, 2],
    [2, 1, 1, 1],
    [64, 64, 64, 64],
  ])("keeps flat areas exactly: %d×%d to %d×%d", (width, height, toWidth, toHeight) => {
    for (const value of [0, 16, 97, 235, 255]) {
      const target = resample({ width, height }, { width: toWidth, height: toHeight }, () => value);
      expect(target.every((sample) => sample === value)).toBe(true);
    }
  });

  it("keeps a ramp where it was: nothing is shifted", () => {
    const target = resample({ width: 512, height: 16 }, { width: 256, height: 8 }, (x) => Math.floor(x / 2));
    const row = target.subarray(256 * 4, 256 * 5);
    expect(Math.max(...row.map((value, x) => Math.abs(value - x)))).toBeLessThanOrEqual(1);
    const odd = resample({ width: 300, height: 30 }, { width: 200, height: 20 }, (x) => Math.floor((x * 255) / 300));
    const errors = [...odd.subarray(200 * 10, 200 * 11)].map((value, x) => Math.abs(value - ((x + 0.5) * 1.5 * 255) / 300));
    expect(Math.max(...errors)).toBeLessThan(2);
  });

  it("averages what is far smaller: fine stripes become grey, not stripes", () => {
    const target = resample({ width: 400, height: 400 }, { width: 100, height: 100 }, (x) => (x % 2 === 0 ? 0 : 200));
    expect(Math.min(...target)).toBe(100);
    expect(Math.max(...target)).toBe(100);
  });

  it("brings samples of 10 bits to 8", () => {
    expect(resample({ width: 30, height: 20 }, { width: 20, height: 14 }, () => 940, 10)[5]).toBe(235);
    expect(resample({ width: 80, height: 60 }, { width: 20, height: 14 }, () => 1023, 10)[5]).toBe(255);
  });

  it("reads one of two interleaved planes", () => {
    const samples = new Uint8Array(64).map((_, index) => (index % 2 === 0 ? 10 : 20));
    const shape = { width: 8, height: 4 };
    const read = (offset: number) => {
      const target = new Uint8Array(6);
      createPlaneResampler(shape, { width: 3, height: 2 })({ samples, offset, stride: 16, step: 2 }, target, 0);
      return [...target];
    };
    expect(read(0)).toEqual([10, 10, 10, 10, 10, 10]);
    expect(read(1)).toEqual([20, 20, 20, 20, 20, 20]);
  });
});

describe("a plane turned clockwise", () => {
  // 1 2 3
  // 4 5 6
  const source = new Uint8Array([1, 2, 3, 4, 5, 6]);
  it.each([
    [90, [4, 1, 5, 2, 6, 3]],
    [180, [6, 5, 4, 3, 2, 1]],
    [270, [3, 6, 2, 5, 1, 4]],
  ] as const)("by %d degrees", (rotation, expected) => {
    const target = new Uint8Array(6);
    rotatePlane(source, 0, { width: 3, height: 2 }, rotation, target, 0);
    expect([...target]).toEqual(expected);
  });
});
