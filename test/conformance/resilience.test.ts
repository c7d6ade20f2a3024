import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { askProgress, bytesOf, json, openResumable, putChunk, receivedOf, signIn, uploaded, uploadForm } from "../support/client.ts";
import type { SignedIn, Uploaded } from "../support/client.ts";
import { ROOT_PASSWORD, startInstance, type Instance } from "../support/instance.ts";
import { expectNothingLeft } from "../support/left-open.ts";

// Power cuts, and what happens at the same time: every byte stays right, nothing is twice, nothing is left behind.

/** KILLS=20 npm test conformance resilience tries more moments. */
const KILLS = Number(process.env["KILLS"] ?? 2);
/** As long as a publication that was cut off keeps others from publishing. */
const LEASE_MS = 60_000;

let instance: Instance;
let root: SignedIn;
let clip: Buffer<ArrayBuffer>;

beforeAll(async () => {
  instance = await startInstance();
  clip = Buffer.from(await readFile(inProject("test/fixtures/faststart.mp4")));
  root = await signIn(instance, "root", ROOT_PASSWORD);
});

afterAll(async () => {
  await instance?.stop();
});

/** The clip with noise after it that players skip. */
function padded(bytes: number): Buffer<ArrayBuffer> {
  const box = randomBytes(bytes);
  box.writeUInt32BE(bytes, 0);
  box.write("free", 4, "latin1");
  return Buffer.concat([clip, box]);
}

async function ownVideos(): Promise<string[]> {
  const { data } = await json<{ data: { uuid: string }[] }>(
    await fetch(`${instance.url}/api/v1/users/me/videos?count=100`, { headers: root.headers }),
  );
  return data.map(({ uuid }) => uuid);
}

/** Goes on from wherever the upload is, until it is a video. */
async function finish(location: string, file: Buffer<ArrayBuffer>): Promise<Uploaded> {
  for (const deadline = Date.now() + LEASE_MS + 20_000; ; await sleep(250)) {
    let answer = await askProgress(location, root, file.byteLength);
    if (answer.status === 308) {
      answer = await putChunk(location, root, file, receivedOf(answer), file.byteLength);
    }
    if ((answer.status !== 503 && answer.status !== 423 && answer.status !== 308) || Date.now() > deadline) {
      return await uploaded(answer);
    }
  }
}

describe("killed", () => {
  // The whole file arrives and is published within some 300 ms: each of these moments is a different half-done state.
  test.each(Array.from({ length: KILLS }, (_, index) => Math.round((300 / KILLS) * (index + Math.random()))))(
    "%d ms after the last chunk was sent, it goes on after the restart: one video, byte for byte",
    { timeout: LEASE_MS + 60_000 },
    async (delayMs) => {
      const file = padded(9 * 1024 * 1024);
      const before = await ownVideos();
      const opened = await openResumable(instance, root, { size: file.byteLength, name: "killed.mp4" });
      const location = opened.headers.get("location") ?? "";
      expect((await putChunk(location, root, file, 0, 5_000_000)).status).toBe(308);
      const last = putChunk(location, root, file, 5_000_000, file.byteLength).catch(() => undefined);
      await sleep(delayMs);
      await instance.kill();
      await last;
      await instance.restart();
      const { status, uuid } = await finish(location, file);
      expect(status).toBe(200);
      expect((await bytesOf(instance, root, uuid)).equals(file)).toBe(true);
      expect((await ownVideos()).filter((known) => !before.includes(known))).toEqual([uuid]);
      await expectNothingLeft(instance);
    },
  );
});

describe("at the same time", () => {
  test("two clients send the same file: both get the same video", async () => {
    const file = padded(3 * 1024 * 1024);
    const before = await ownVideos();
    const open = async () => await openResumable(instance, root, { size: file.byteLength, name: "twice.mp4", lastModified: "1" });
    const [one, two] = await Promise.all([open(), open()]);
    const location = one.headers.get("location") ?? "";
    expect(two.headers.get("location")).toBe(location);
    const answers = await Promise.all([1, 2].map(async () => await putChunk(location, root, file, 0, file.byteLength)));
    for (const { status } of answers) {
      expect([200, 423, 503]).toContain(status);
    }
    const finished = await Promise.all([finish(location, file), finish(location, file)]);
    expect(finished.map(({ status }) => status)).toEqual([200, 200]);
    expect(finished[0]?.uuid).toBe(finished[1]?.uuid);
    expect((await bytesOf(instance, root, finished[0]?.uuid ?? "")).equals(file)).toBe(true);
    expect((await ownVideos()).length).toBe(before.length + 1);
    await expectNothingLeft(instance);
  });

  test("chunks of two clients in turn make the one file", async () => {
    const file = padded(2 * 1024 * 1024);
    const opened = await openResumable(instance, root, { size: file.byteLength, name: "in-turn.mp4" });
    const location = opened.headers.get("location") ?? "";
    async function send(): Promise<Uploaded> {
      for (let answer = await askProgress(location, root, file.byteLength); ;) {
        if (answer.status === 308) {
          const start = receivedOf(answer);
          const next = await putChunk(location, root, file, start, Math.min(start + 200_000, file.byteLength));
          answer = next.status === 423 || next.status === 503 ? await askProgress(location, root, file.byteLength) : next;
        } else if (answer.status === 423 || answer.status === 503) {
          await sleep(20);
          answer = await askProgress(location, root, file.byteLength);
        } else {
          return await uploaded(answer);
        }
      }
    }
    const [one, two] = await Promise.all([send(), send()]);
    expect([one.status, two.status, two.uuid]).toEqual([200, 200, one.uuid]);
    expect((await bytesOf(instance, root, one.uuid)).equals(file)).toBe(true);
    await expectNothingLeft(instance);
  });

  test("a file whose video was deleted can be sent again: a new video with new names", async () => {
    const send = async () => {
      const opened = await openResumable(instance, root, { size: clip.byteLength, name: "again.mp4", lastModified: "2" });
      expect(opened.status).toBe(201);
      return await uploaded(await putChunk(opened.headers.get("location") ?? "", root, clip, 0, clip.byteLength));
    };
    const first = await send();
    expect((await fetch(`${instance.url}/api/v1/videos/${first.uuid}`, { method: "DELETE", headers: root.headers })).status).toBe(204);
    const second = await send();
    expect([second.status, second.uuid === first.uuid]).toEqual([200, false]);
    await expectNothingLeft(instance);
    expect((await bytesOf(instance, root, second.uuid)).equals(clip)).toBe(true);
  });

  test("a video is deleted while somebody reads it: right bytes or a broken connection, then 404", async () => {
    const file = padded(30 * 1024 * 1024);
    const { uuid } = await uploadForm(instance, root, { bytes: file, name: "a.mp4" });
    const video = await json<{ files: { fileUrl: string }[] }>(await fetch(`${instance.url}/api/v1/videos/${uuid}`));
    const url = video.files[0]?.fileUrl ?? "";
    const reading = await fetch(url, { headers: { range: "bytes=1000-" } });
    expect(reading.status).toBe(206);
    const reader = reading.body?.getReader();
    const chunks = [await reader?.read()];
    expect((await fetch(`${instance.url}/api/v1/videos/${uuid}`, { method: "DELETE", headers: root.headers })).status).toBe(204);
    await expectNothingLeft(instance);
    try {
      for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
        chunks.push(next);
      }
    } catch {
      // The connection may break; what came before must be right all the same.
    }
    const bytes = Buffer.concat(chunks.flatMap((chunk) => chunk?.value ?? []));
    expect(bytes.equals(file.subarray(1000, 1000 + bytes.byteLength))).toBe(true);
    expect((await fetch(url)).status).toBe(404);
  });
});

describe("two instances", () => {
  test("know nothing of each other; a restart keeps video, token and info-hash", async () => {
    const other = await startInstance();
    try {
      const { uuid } = await uploadForm(instance, root, { bytes: clip, name: "a.mp4" });
      const address = `/api/v1/videos/${uuid}`;
      const before = await json<{ files: { magnetUri: string }[] }>(await fetch(instance.url + address));
      expect((await fetch(other.url + address)).status).toBe(404);
      expect((await fetch(`${other.url}/api/v1/users/me`, { headers: root.headers })).status).toBe(401);
      const client = async ({ url }: Instance) => await json<{ client_secret: string }>(await fetch(`${url}/api/v1/oauth-clients/local`));
      expect((await client(other)).client_secret).not.toBe((await client(instance)).client_secret);

      await instance.restart();
      expect(await json(await fetch(instance.url + address))).toEqual(before);
      expect((await fetch(`${instance.url}/api/v1/users/me`, { headers: root.headers })).status).toBe(200);
      expect((await bytesOf(instance, root, uuid)).equals(clip)).toBe(true);
      const refreshed = new URLSearchParams({ ...(await client(instance)), grant_type: "refresh_token", refresh_token: root.refreshToken });
      expect((await fetch(`${instance.url}/api/v1/users/token`, { method: "POST", body: refreshed })).status).toBe(200);
      await expectNothingLeft(instance);
    } finally {
      await other.stop();
    }
  });
});
