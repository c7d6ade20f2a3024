import { beforeEach, expect, test } from "vitest";
import { readCapped } from "../../../src/domain/remote/read-capped.ts";
import { forgetTargets, noteFailure, recentFailure, takeFromBudget } from "../../../src/domain/remote/target-limits.ts";

beforeEach(() => forgetTargets());

test("one host is asked 80 times at once, then 10 times a second; others aren't touched by it", () => {
  const takes = (host: string, now: number) => Array.from({ length: 200 }, () => takeFromBudget(host, now)).filter(Boolean).length;
  expect(takes("a.example", 1000)).toBe(80);
  expect(takes("b.example", 1000)).toBe(80);
  expect(takes("a.example", 2000)).toBe(10);
  expect(takes("a.example", 60_000)).toBe(80);
});

test("what failed a moment ago isn't asked for again: longer where nothing answered", () => {
  noteFailure("https://a.example/1", { reason: "unreachable", why: "down" }, 0);
  noteFailure("https://a.example/2", { reason: "gone", why: "404" }, 0);
  expect(recentFailure("https://a.example/1", 14_000)?.why).toBe("down");
  expect(recentFailure("https://a.example/1", 15_001)).toBeUndefined();
  expect(recentFailure("https://a.example/2", 2_000)?.why).toBe("404");
  expect(recentFailure("https://a.example/2", 3_001)).toBeUndefined();
  expect(recentFailure("https://a.example/3", 0)).toBeUndefined();
});

function endless(onCancel: () => void, delayMs = 0): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      controller.enqueue(new Uint8Array(1000));
    },
    cancel: onCancel,
  });
  return new Response(body);
}

test("a body is read up to the cap and cancelled there", async () => {
  let cancelled = false;
  expect(
    await readCapped(
      endless(() => (cancelled = true)),
      10_000,
      AbortSignal.timeout(5000),
    ),
  ).toBe("too-large");
  expect(cancelled).toBe(true);
  const told = new Response("x", { headers: { "content-length": "10001" } });
  expect(await readCapped(told, 10_000, AbortSignal.timeout(5000))).toBe("too-large");
  expect(await readCapped(new Response("hello"), 5, AbortSignal.timeout(5000))).toEqual(new TextEncoder().encode("hello"));
  expect(await readCapped(new Response(null), 5, AbortSignal.timeout(5000))).toEqual(new Uint8Array());
});

test("a body that drips is left when the time is over", async () => {
  let cancelled = false;
  expect(
    await readCapped(
      endless(() => (cancelled = true), 30),
      1_000_000,
      AbortSignal.timeout(100),
    ),
  ).toBe("timed-out");
  expect(cancelled).toBe(true);
});
