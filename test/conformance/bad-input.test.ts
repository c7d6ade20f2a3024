import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { bytesOf, json, openResumable, putChunk, uploaded, uploadForm, type SignedIn } from "../support/client.ts";
import type { Instance } from "../support/instance.ts";
import { expectNothingLeft } from "../support/left-open.ts";
import { startWithTwoUsers } from "../support/two-users.ts";

// What hostile and broken clients upload: a clear error or harmless text, and nothing left behind.

let instance: Instance;
let root: SignedIn;
let mallory: SignedIn;
let clip: Buffer<ArrayBuffer>;

beforeAll(async () => {
  ({ instance, root, mallory } = await startWithTwoUsers());
  clip = await fixture("faststart.mp4");
});

afterAll(async () => {
  await instance?.stop();
});

async function fixture(name: string): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(await readFile(inProject("test/fixtures", name)));
}

describe("files that aren't videos", () => {
  const MARKUP = `"><img src=x onerror=alert(1)>.mp4`;
  const html = Buffer.from("<!doctype html><script>alert(1)</script>".repeat(100));
  const files: { what: string; name: string; type: string; bytes: () => Promise<Buffer<ArrayBuffer>> | Buffer<ArrayBuffer> }[] = [
    { what: "text", name: "a.mp4", type: "video/mp4", bytes: () => Buffer.from("this is no video\n".repeat(500)) },
    { what: "random bytes", name: "a.mkv", type: "video/x-matroska", bytes: () => randomBytes(50_000) },
    { what: "zeros", name: "a.mp4", type: "video/mp4", bytes: () => Buffer.alloc(50_000) },
    { what: "a page", name: MARKUP, type: "video/mp4", bytes: () => html },
    { what: "an image", name: "a.mp4", type: "video/mp4", bytes: async () => await fixture("picture.jpg") },
    {
      what: "an MP4 without its index",
      name: "a.mp4",
      type: "video/mp4",
      bytes: async () => (await fixture("moov-at-end.mp4")).subarray(0, 30_000),
    },
    { what: "an MP4 that ends in the middle", name: "a.mp4", type: "video/mp4", bytes: () => clip.subarray(0, 25_000) },
    { what: "an MP4 that ends in its index", name: "a.mp4", type: "video/mp4", bytes: () => clip.subarray(0, 900) },
    {
      what: "an MKV that ends in its head",
      name: "a.mkv",
      type: "video/x-matroska",
      bytes: async () => (await fixture("ntsc.mkv")).subarray(0, 200),
    },
    { what: "one byte", name: "a.webm", type: "video/webm", bytes: () => Buffer.from([0x1a]) },
  ];

  test.each(files)("$what named $name is refused by both protocols, in a sentence", async ({ name, type, bytes }) => {
    const file = await bytes();
    const inOne = await uploadForm(instance, root, { bytes: file, name, type });
    const opened = await openResumable(instance, root, { size: file.byteLength, name, type });
    const inChunks = await uploaded(await putChunk(opened.headers.get("location") ?? "", root, file, 0, file.byteLength));
    for (const answer of [inOne, inChunks]) {
      expect(answer.status).toBe(422);
      expect((JSON.parse(answer.text) as { detail: string }).detail).toMatch(/^[A-Z].{20,}[.]$/);
      expect(answer.text).not.toContain("<img");
    }
    await expectNothingLeft(instance);
  });

  test("an empty file is refused by both protocols", async () => {
    const inOne = await uploadForm(instance, root, { bytes: Buffer.alloc(0), name: "a.mp4" });
    const inChunks = await openResumable(instance, root, { size: 0, name: "a.mp4" });
    for (const [status, text] of [
      [inOne.status, inOne.text],
      [inChunks.status, await inChunks.text()],
    ] as const) {
      expect([status, (JSON.parse(text) as { detail: string }).detail]).toEqual([400, expect.stringMatching(/empty/)]);
    }
    await expectNothingLeft(instance);
  });

  test("bytes beyond the declared end, and a title of 10,000 characters, leave nothing", async () => {
    const opened = await openResumable(instance, root, { size: 1000, name: "beyond.mp4" });
    const location = opened.headers.get("location") ?? "";
    const headers = { ...root.headers, "content-range": "bytes 0-1999/1000" };
    const beyond = await fetch(location, { method: "PUT", headers, body: clip.subarray(0, 2000) });
    expect([beyond.status, await beyond.json()]).toEqual([409, { code: "FileConflict", message: expect.stringContaining("1000") }]);
    expect((await fetch(location, { method: "DELETE", headers: root.headers })).status).toBe(204);
    const long = await uploadForm(instance, root, { bytes: clip, name: "a.mp4" }, { name: "x".repeat(10_000) });
    expect([long.status, JSON.parse(long.text)]).toMatchObject([
      400,
      { "invalid-params": { name: { msg: "must be 3 to 120 characters" } } },
    ]);
    await expectNothingLeft(instance);
  });

  test.each([
    { what: "a file that nobody asked for", name: "other", filename: "x" },
    { what: "the video", name: "videofile", filename: "x.mp4" },
    { what: "the image", name: "thumbnailfile", filename: "x.png" },
  ])("a form that ends within $what is told so", async ({ name, filename }) => {
    const form = `--b\r\ncontent-disposition: form-data; name="name"\r\n\r\nA clip\r\n--b\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: video/mp4\r\n\r\nabc`;
    const headers = { ...root.headers, "content-type": "multipart/form-data; boundary=b" };
    const response = await fetch(`${instance.url}/api/v1/videos/upload`, { method: "POST", headers, body: form });
    expect([response.status, await response.json()]).toMatchObject([400, { detail: expect.stringContaining("ends too early") }]);
    await expectNothingLeft(instance);
  });
});

describe("what is another user's", () => {
  test("an upload: neither asked, written, nor cancelled; its owner goes on", async () => {
    const opened = await openResumable(instance, root, { size: clip.byteLength, name: "mine.mp4" });
    const location = opened.headers.get("location") ?? "";
    await putChunk(location, root, clip, 0, 10_000);
    expect((await putChunk(location, mallory, clip, 10_000, 20_000)).status).toBe(403);
    expect((await fetch(location, { method: "PUT", headers: { ...mallory.headers, "content-range": "bytes */*" } })).status).toBe(403);
    expect((await fetch(location, { method: "DELETE", headers: mallory.headers })).status).toBe(403);
    const renamed = location.replace(/upload_id=1-/, "upload_id=2-");
    expect((await putChunk(renamed, mallory, clip, 10_000, 20_000)).status).toBe(404);
    const { status, uuid } = await uploaded(await putChunk(location, root, clip, 10_000, clip.byteLength));
    expect(status).toBe(200);
    expect((await bytesOf(instance, root, uuid)).equals(clip)).toBe(true);
    await expectNothingLeft(instance);
  });

  test("a video and a channel: not changed, not deleted, nothing added, nothing published in it", async () => {
    const { uuid } = await uploadForm(instance, root, { bytes: clip, name: "a.mp4" });
    const change = { method: "PUT", headers: { ...mallory.headers, "content-type": "application/json" } };
    expect((await fetch(`${instance.url}/api/v1/videos/${uuid}`, { ...change, body: JSON.stringify({ name: "Mine now" }) })).status).toBe(
      403,
    );
    expect((await fetch(`${instance.url}/api/v1/videos/${uuid}`, { method: "DELETE", headers: mallory.headers })).status).toBe(403);
    const rendition = await fetch(`${instance.url}/api/v1/videos/${uuid}/renditions/upload-resumable`, {
      method: "POST",
      headers: { ...change.headers, "x-upload-content-length": "1000", "x-upload-content-type": "video/mp4" },
      body: JSON.stringify({ filename: "x.mp4", resolution: 144 }),
    });
    expect(rendition.status).toBe(403);
    const channel = `${instance.url}/api/v1/video-channels/root_channel`;
    expect((await fetch(channel, { ...change, body: JSON.stringify({ displayName: "Mine now" }) })).status).toBe(403);
    expect((await fetch(channel, { method: "DELETE", headers: mallory.headers })).status).toBe(403);
    const intoIt = await uploadForm(instance, mallory, { bytes: clip, name: "a.mp4" }, { channelId: String(root.channelId) });
    expect([intoIt.status, JSON.parse(intoIt.text)]).toMatchObject([403, { detail: expect.stringContaining("isn't yours") }]);
    const own = await uploadForm(instance, mallory, { bytes: clip, name: "a.mp4" });
    const moved = await fetch(`${instance.url}/api/v1/videos/${own.uuid}`, {
      ...change,
      body: JSON.stringify({ channelId: root.channelId }),
    });
    expect(moved.status).toBe(403);
    await expectNothingLeft(instance);
  });

  test("a private video: none of its addresses tells others more than that it is private", async () => {
    const { uuid } = await uploadForm(instance, root, { bytes: clip, name: "a.mp4" }, { privacy: "3", name: "Top secret title" });
    const video = await json<{ files: Record<string, string>[] }>(
      await fetch(`${instance.url}/api/v1/videos/${uuid}`, { headers: root.headers }),
    );
    const file = video.files[0] ?? {};
    const addresses = [
      ...["", "/description", "/captions", "/comment-threads"].map((part) => `${instance.url}/api/v1/videos/${uuid}${part}`),
      `${instance.url}/w/${uuid}`,
      `${instance.url}/videos/watch/${uuid}`,
      ...["fileUrl", "fileDownloadUrl", "torrentUrl", "torrentDownloadUrl"].map((key) => String(file[key])),
    ];
    for (const address of addresses) {
      for (const [headers, status] of [
        [{}, 401],
        [mallory.headers, 403],
      ] as const) {
        const response = await fetch(address, { headers });
        expect([address, response.status]).toEqual([address, status]);
        expect(await response.text()).not.toContain("Top secret");
        expect(response.headers.get("cache-control")).toContain("no-store");
      }
    }
    for (const list of ["/", "/api/v1/videos", "/c/root_channel", "/a/root", "/api/v1/video-channels/root_channel/videos"]) {
      expect(await (await fetch(instance.url + list, { headers: mallory.headers })).text()).not.toContain("Top secret");
    }
  });
});

describe("text that would be markup", () => {
  const MARKUP = `"><img src=x onerror=alert(1)></script><script>alert(2)</script>`;

  /** What must not stand in a page as it is. */
  function expectHarmless(html: string): void {
    expect(html).not.toMatch(/<img src=x|<script>alert|href="(?:javascript|data|vbscript):/i);
  }

  test("as title, description, tags, file name and channel's name it is shown as it was written", async () => {
    const thumbnail = new Blob([await fixture("picture.png")], { type: "text/html" });
    const description = `${MARKUP}\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](java&Tab;script:x) ![d](https://evil.example/x.png)`;
    const fields = { name: MARKUP, description, support: MARKUP, "tags[0]": "<script>alert(2)</script>", thumbnailfile: thumbnail };
    const { uuid, status } = await uploadForm(instance, root, { bytes: clip, name: MARKUP }, fields);
    expect(status).toBe(200);
    const change = { method: "PUT", headers: { ...root.headers, "content-type": "application/json" } };
    const channel = `${instance.url}/api/v1/video-channels/root_channel`;
    expect((await fetch(channel, { ...change, body: JSON.stringify({ displayName: MARKUP, description }) })).status).toBe(204);
    const me = `${instance.url}/api/v1/users/me`;
    expect((await fetch(me, { ...change, body: JSON.stringify({ displayName: MARKUP, description }) })).status).toBe(204);

    for (const path of [`/w/${uuid}`, "/", "/c/root_channel", "/a/root", "/@root"]) {
      const response = await fetch(instance.url + path);
      expect(response.status).toBe(200);
      expectHarmless(await response.text());
    }
    const html = await (await fetch(`${instance.url}/w/${uuid}`)).text();
    const ogTitle = /<meta property="og:title" content="([^"]*)"/.exec(html)?.[1];
    expect(ogTitle?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&")).toBe(MARKUP);
    const scripts = [...html.matchAll(/<script type="application\/(?:ld\+)?json"[^>]*>([^<]*)<\/script>/g)].map(
      ([, text]) => JSON.parse(text ?? "") as { name: string },
    );
    expect(scripts.map(({ name }) => name)).toEqual([MARKUP, MARKUP]);

    const video = await json<{ thumbnailPath: string; files: { fileDownloadUrl: string; torrentDownloadUrl: string }[] }>(
      await fetch(`${instance.url}/api/v1/videos/${uuid}`),
    );
    const image = await fetch(instance.url + video.thumbnailPath);
    expect([image.headers.get("content-type"), image.headers.get("x-content-type-options")]).toEqual(["image/png", "nosniff"]);
    for (const url of [video.files[0]?.fileDownloadUrl, video.files[0]?.torrentDownloadUrl]) {
      const saved = await fetch(url ?? "");
      await saved.arrayBuffer();
      expect(saved.headers.get("content-disposition")).toMatch(/^attachment; filename="[^"\\<>/]+"; filename\*=UTF-8''[\w.%-]+$/);
    }
  });

  test("control characters, halves of surrogate pairs and line breaks go; what can't be seen is refused", async () => {
    const { uuid } = await uploadForm(instance, root, { bytes: clip, name: "a.mp4" });
    const address = `${instance.url}/api/v1/videos/${uuid}`;
    const put = async (fields: object) =>
      await fetch(address, {
        method: "PUT",
        headers: { ...root.headers, "content-type": "application/json" },
        body: JSON.stringify(fields),
      });
    expect((await put({ name: "a\u0000b\r\nc\u001b[31m\ud800", description: "one\u0000\ntwo\u0007", tags: ["a\u0000bc"] })).status).toBe(
      204,
    );
    expect(await json(await fetch(address))).toMatchObject({ name: "ab c[31m\ufffd", description: "one\ntwo", tags: ["abc"] });
    expect((await put({ name: "\u200b\u200b\u200b\u2060" })).status).toBe(400);
    expect((await put({ name: "👨‍👩‍👧‍👦👨‍👩‍👧‍👦" })).status).toBe(204);
  });
});
