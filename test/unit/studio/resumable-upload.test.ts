import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { uploadResumably, type ResumableUpload } from "../../../src/client/upload/resumable-upload";
import { ConnectionError } from "../../../src/client/upload/transport";
import { createFakeServer } from "./fake-upload-server";

const MIB = 1024 * 1024;

function setUp(size: number) {
  const content = new Uint8Array(size).map((_, index) => (index * 31 + (index >> 8)) & 255);
  const server = createFakeServer(size, () => new ConnectionError());
  const opened: string[] = [];
  const progress: number[] = [];
  const troubles: (string | undefined)[] = [];
  const controller = new AbortController();
  const upload: ResumableUpload = {
    endpoint: "http://host/upload",
    content: new Blob([content]),
    contentType: "video/mp4",
    openingBody: () => "{}",
    onOpened: (url) => opened.push(url),
    onProgress: (sent) => progress.push(sent),
    onTrouble: (trouble) => troubles.push(trouble),
    signal: controller.signal,
  };
  const run = async (change: Partial<ResumableUpload> = {}) => {
    const outcome = uploadResumably({ ...upload, ...change }, server.send, () => performance.now());
    outcome.catch(() => undefined);
    await vi.runAllTimersAsync();
    return await outcome;
  };
  return { content, server, opened, progress, troubles, controller, run };
}

/** `toEqual` takes seconds over megabytes. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a resumable upload", () => {
  it("sends the whole content in chunks that grow, and gives the final answer", async () => {
    const { content, server, opened, progress, run } = setUp(5 * MIB);
    expect(await run()).toEqual({ ok: true, value: { video: { uuid: "u" } } });
    expect(sameBytes(server.received(), content)).toBe(true);
    expect(opened).toEqual(["http://host/upload?upload_id=1"]);
    expect(progress.at(-1)).toBe(5 * MIB);
    expect(server.log).toEqual([
      "POST",
      `PUT bytes 0-${MIB - 1}/${5 * MIB}`,
      `PUT bytes ${MIB}-${3 * MIB - 1}/${5 * MIB}`,
      `PUT bytes ${3 * MIB}-${5 * MIB - 1}/${5 * MIB}`,
    ]);
  });

  it("keeps to the server's limit on chunks", async () => {
    const { server, run } = setUp(2 * MIB);
    await run({ maxChunkBytes: MIB / 2 });
    expect(server.log).toHaveLength(5);
  });

  it("asks how far it is after a lost answer, and sends no byte twice", async () => {
    const { content, server, troubles, run } = setUp(3 * MIB);
    server.mishaps.push(undefined, undefined, { lost: "answer" });
    expect((await run()).ok).toBe(true);
    expect(sameBytes(server.received(), content)).toBe(true);
    expect(server.log.filter((line) => line.startsWith("PUT bytes */"))).toHaveLength(1);
    expect(troubles.some((trouble) => trouble?.includes("connection"))).toBe(true);
    expect(troubles.at(-1)).toBeUndefined();
  });

  it("survives a connection that is away for long", async () => {
    const { server, run } = setUp(MIB);
    server.mishaps.push(undefined, ...Array.from({ length: 40 }, () => ({ lost: "request" as const })));
    expect((await run()).ok).toBe(true);
  });

  it("goes on with an open upload from the server's word, not from the start", async () => {
    const first = setUp(4 * MIB);
    first.server.mishaps.push(undefined, undefined, undefined, { status: 403, text: JSON.stringify({ detail: "stop here" }) });
    await first.run();
    expect(first.server.received().length).toBe(3 * MIB);
    const outcome = await first.run({ uploadUrl: "http://host/upload?upload_id=1" });
    expect(outcome.ok).toBe(true);
    expect(sameBytes(first.server.received(), first.content)).toBe(true);
    expect(first.server.log.filter((line) => line === "POST")).toHaveLength(1);
  });

  it("opens anew what the server forgot", async () => {
    const { server, content, run } = setUp(MIB);
    expect((await run({ uploadUrl: "http://host/upload?upload_id=gone" })).ok).toBe(true);
    expect(sameBytes(server.received(), content)).toBe(true);
  });

  it("waits out a server that is working on the file", async () => {
    const { server, run } = setUp(MIB);
    server.mishaps.push(undefined, { status: 503, headers: { "retry-after": "300" } }, { status: 503, headers: { "retry-after": "300" } });
    expect((await run()).ok).toBe(true);
  });

  it.each([403, 413, 415, 422])("gives up at once on %d with the server's sentence", async (status) => {
    const { server, run } = setUp(MIB);
    server.mishaps.push(undefined, { status, text: JSON.stringify({ detail: "Because." }) });
    expect(await run()).toEqual({ ok: false, error: { reason: "refused", status, detail: "Because." } });
    expect(server.log).toHaveLength(2);
  });

  it("says that a refused opening is refused, in uploadx's words too", async () => {
    const { server, run } = setUp(MIB);
    server.mishaps.push({ status: 400, text: JSON.stringify({ code: "BadRequest", message: "A name is needed" }) });
    expect(await run()).toEqual({ ok: false, error: { reason: "refused", status: 400, detail: "A name is needed" } });
  });

  it("ends where the user is signed out", async () => {
    const { server, run } = setUp(MIB);
    server.mishaps.push(undefined, { status: 401 });
    expect(await run()).toEqual({ ok: false, error: { reason: "signed-out" } });
  });

  it("gives up on a server that keeps failing", async () => {
    const { server, run } = setUp(MIB);
    server.mishaps.push(undefined, ...Array.from({ length: 30 }, () => ({ status: 500 })));
    const outcome = await run();
    expect(outcome.ok === false && outcome.error.reason).toBe("server-failing");
  });

  it("sends again a chunk that arrived damaged (460) or out of order (409)", async () => {
    const { server, content, run } = setUp(2 * MIB);
    server.mishaps.push(undefined, { status: 460 }, undefined, { status: 409 });
    expect((await run()).ok).toBe(true);
    expect(sameBytes(server.received(), content)).toBe(true);
  });

  it("rejects when it is aborted while it waits", async () => {
    const { server, controller, run } = setUp(MIB);
    server.mishaps.push(undefined, { lost: "request" });
    setTimeout(() => controller.abort(), 10);
    await expect(run()).rejects.toThrow(/abort/i);
  });

  it("says so when the file can't be read any more", async () => {
    const { server, run } = setUp(MIB);
    const broken = new Blob([new Uint8Array(MIB)]);
    broken.slice = () => {
      const piece = new Blob([]);
      piece.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
      return piece;
    };
    server.mishaps.push(undefined, { lost: "request" });
    expect(await run({ content: broken })).toEqual({ ok: false, error: { reason: "unreadable-file" } });
  });
});
