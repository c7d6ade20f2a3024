import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openFileAccess } from "../../../src/client/session/file-token";
import { withFileToken } from "../../../src/protocol/file-token";

// The player's right to a private video's files, against an instance that gives tokens for four hours.

const HOUR = 3_600_000;
const FILE = "/static/web-videos/a-720.mp4";

const instance = { issued: 0, endings: new Map<string, number>(), answer: "token" as "token" | "refusal" | "nothing" };
let told: string[] = [];

async function answer(path: string): Promise<Response> {
  if (path === "/api/v1/videos/v/token") {
    if (instance.answer === "nothing") {
      throw new TypeError("no connection");
    }
    if (instance.answer === "refusal") {
      return new Response("{}", { status: 403 });
    }
    instance.issued += 1;
    const token = `t${instance.issued}`;
    instance.endings.set(token, Date.now() + 4 * HOUR);
    return Response.json({ files: { token, expires: new Date(Date.now() + 4 * HOUR).toISOString() } });
  }
  const token = new URL(path, "http://edgetube.test").searchParams.get("videoFileToken") ?? "";
  return new Response("x", { status: (instance.endings.get(token) ?? 0) > Date.now() ? 206 : 403 });
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23) });
  Object.assign(instance, { issued: 0, endings: new Map(), answer: "token" });
  told = [];
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal("fetch", answer);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open() {
  return await openFileAccess("v", (token) => told.push(token));
}

it("puts the token into addresses, in place of another", () => {
  expect(withFileToken(FILE, "a.b_c-d")).toBe(`${FILE}?videoFileToken=a.b_c-d`);
  expect(withFileToken(`http://h${FILE}?x=1&videoFileToken=old`, "new")).toBe(`http://h${FILE}?x=1&videoFileToken=new`);
});

it("gives addresses with a token that is good, and renews it before it ends", async () => {
  const access = await open();
  expect(await access.addressOf(FILE)).toBe(`${FILE}?videoFileToken=t1`);
  await vi.advanceTimersByTimeAsync(4 * HOUR - 60_000);
  expect(told).toEqual(["t1", "t2"]);
  expect(await access.addressOf(FILE)).toBe(`${FILE}?videoFileToken=t2`);
  await vi.advanceTimersByTimeAsync(20 * HOUR);
  expect(await answer(await access.addressOf(FILE))).toHaveProperty("status", 206);
});

it("after a sleep, in which no timer runs, asks before it gives an address", async () => {
  const access = await open();
  vi.setSystemTime(Date.now() + 10 * HOUR);
  const addresses = await Promise.all([access.addressOf(FILE), access.addressOf(FILE)]);
  expect(addresses).toEqual([`${FILE}?videoFileToken=t2`, `${FILE}?videoFileToken=t2`]);
});

it("replaces an address whose token is refused, asking only where it has no newer one", async () => {
  const access = await open();
  const old = await access.addressOf(FILE);
  instance.endings.clear();
  expect(await access.replacementOf(old)).toBe(`${FILE}?videoFileToken=t2`);
  expect(await access.replacementOf(old)).toBe(`${FILE}?videoFileToken=t2`);
  expect(instance.issued).toBe(2);
});

it("replaces nothing where the token isn't why it failed, or a new one doesn't help", async () => {
  const access = await open();
  expect(await access.replacementOf(await access.addressOf(FILE))).toBeUndefined();
  vi.stubGlobal("fetch", async (path: string) => (path.startsWith("/api/") ? await answer(path) : new Response("", { status: 403 })));
  expect(await access.replacementOf(await access.addressOf(FILE))).toBeUndefined();
});

it("goes on asking while there is no connection, and no longer once it is refused", async () => {
  await open();
  instance.answer = "nothing";
  await vi.advanceTimersByTimeAsync(5 * HOUR);
  instance.answer = "token";
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  expect(told).toEqual(["t1", "t2"]);
  instance.answer = "refusal";
  await vi.advanceTimersByTimeAsync(5 * HOUR);
  expect(vi.getTimerCount()).toBe(0);
});
