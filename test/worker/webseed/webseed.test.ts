import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readVideoBytes } from "../../../src/domain/media/stored-bytes";
import { videoFileKey } from "../../../src/storage/r2/keys";
import { bearer, makeUser, request, setUpInstance, signInAs, testDeps } from "../users/support";
import { seedVideo, type SeededVideo } from "./seed";

function path(video: SeededVideo): string {
  return `/static/web-videos/${video.filename}`;
}

async function get(video: SeededVideo, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return await request(path(video), { method, headers });
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

beforeEach(setUpInstance);

describe("the WebSeed", () => {
  it("gives the whole file with all that a cache and a player need to know", async () => {
    const video = await seedVideo();
    const response = await get(video);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "video/mp4",
      "content-length": "600000",
      "accept-ranges": "bytes",
      etag: `"${video.etag}"`,
      "last-modified": "Mon, 23 Nov 2026 03:00:00 GMT",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
    expect(response.headers.get("access-control-expose-headers")).toContain("Content-Range");
    expect(await bytesOf(response)).toEqual(video.bytes);
  });

  it.each([
    ["bytes=0-0", 0, 1],
    ["bytes=262144-524287", 262_144, 524_288],
    ["bytes=599999-", 599_999, 600_000],
    ["bytes=-1000", 599_000, 600_000],
    ["bytes=500000-9999999", 500_000, 600_000],
  ])("cuts %s exactly", async (range, start, end) => {
    const video = await seedVideo();
    const response = await get(video, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/600000`);
    expect(response.headers.get("content-length")).toBe(String(end - start));
    expect(await bytesOf(response)).toEqual(video.bytes.subarray(start, end));
  });

  it("says 416 and the size where nothing can be cut", async () => {
    const response = await get(await seedVideo(), { range: "bytes=600000-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */600000");
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  it("ignores what isn't one range of bytes", async () => {
    const video = await seedVideo({ size: 1000 });
    for (const range of ["bytes=0-1,5-6", "bytes=9-1", "pieces=0-1"]) {
      const response = await get(video, { range });
      expect([range, response.status, (await bytesOf(response)).length]).toEqual([range, 200, 1000]);
    }
  });

  it("answers preconditions without bytes", async () => {
    const video = await seedVideo({ size: 1000 });
    // Whatever needs bytes fails from here on.
    await env.MEDIA.delete(videoFileKey(video.fileUuid));
    const notModified = await get(video, { "if-none-match": `"${video.etag}"` });
    expect([notModified.status, notModified.headers.get("etag"), await notModified.text()]).toEqual([304, `"${video.etag}"`, ""]);
    expect((await get(video, { "if-match": '"other"' })).status).toBe(412);
    expect((await get(video, { "if-modified-since": "Mon, 23 Nov 2026 03:00:00 GMT" })).status).toBe(304);
    expect((await get(video)).status).toBe(404);
  });

  it("gives the whole where the rest that If-Range speaks of is of another file", async () => {
    const video = await seedVideo({ size: 1000 });
    const same = await get(video, { range: "bytes=10-", "if-range": `"${video.etag}"` });
    const other = await get(video, { range: "bytes=10-", "if-range": '"other"' });
    expect([same.status, (await bytesOf(same)).length, other.status, (await bytesOf(other)).length]).toEqual([206, 990, 200, 1000]);
  });

  it("answers HEAD with a GET's headers and reads no bytes", async () => {
    const video = await seedVideo({ size: 1000 });
    await env.MEDIA.delete(videoFileKey(video.fileUuid));
    const response = await get(video, { range: "bytes=0-9" }, "HEAD");
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "1000", ""]);
    expect(response.headers.get("etag")).toBe(`"${video.etag}"`);
  });

  it("reads a long range bit by bit where R2 can't stream, and no more than the client takes", async () => {
    const video = await seedVideo({ size: 8_000_000 });
    const deps = { ...testDeps(), maxMediaReadBytes: 3_000_000 };
    const read = async (offset: number, length: number) => new Response(await readVideoBytes(deps, video.fileUuid, { offset, length }));
    expect(Buffer.compare(await bytesOf(await read(0, 8_000_000)), video.bytes)).toBe(0);
    expect(Buffer.compare(await bytesOf(await read(123, 6_999_878)), video.bytes.subarray(123, 7_000_001))).toBe(0);

    const broken = await read(0, 8_000_000);
    await env.MEDIA.delete(videoFileKey(video.fileUuid));
    await expect(bytesOf(broken)).rejects.toThrow();
    const left = await readVideoBytes(deps, (await seedVideo({ size: 8_000_000 })).fileUuid, { offset: 0, length: 8_000_000 });
    await left?.cancel();
  });

  it("serves an empty file", async () => {
    const video = await seedVideo({ size: 0 });
    const response = await get(video);
    expect([response.status, response.headers.get("content-length"), (await bytesOf(response)).length]).toEqual([200, "0", 0]);
  });

  it("lets other origins' players ask for ranges", async () => {
    const response = await get(
      await seedVideo(),
      { origin: "https://elsewhere.example", "access-control-request-headers": "range" },
      "OPTIONS",
    );
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("*");
    expect(Number(response.headers.get("access-control-max-age"))).toBeGreaterThan(3600);
  });

  it.each(["nothing.mp4", "..%2Fsecret", "%00", "'; DROP TABLE videos; --", "a".repeat(5000)])("knows nothing of %.30s", async (name) => {
    expect((await request(`/static/web-videos/${encodeURI(name)}`)).status).toBe(404);
  });
});

describe("who may have the bytes", () => {
  beforeEach(async () => {
    await makeUser("ann", "ann-password");
    await makeUser("ben", "ben-password");
  });

  it.each([
    [1, { nobody: 200, ben: 200, ann: 200, root: 200 }],
    [2, { nobody: 200, ben: 200, ann: 200, root: 200 }],
    [3, { nobody: 401, ben: 403, ann: 200, root: 200 }],
    [4, { nobody: 401, ben: 200, ann: 200, root: 200 }],
  ])("privacy %i", async (privacy, expected) => {
    const video = await seedVideo({ privacy, channel: "ann_channel", size: 1000 });
    const ann = bearer(await signInAs("ann", "ann-password"));
    const statuses = {
      nobody: (await get(video)).status,
      ben: (await get(video, bearer(await signInAs("ben", "ben-password")))).status,
      ann: (await get(video, ann)).status,
      root: (await get(video, bearer(await signInAs()))).status,
    };
    expect(statuses).toEqual(expected);
    const torrent = `/lazy-static/torrents/${video.torrentFilename}`;
    expect((await request(torrent)).status).toBe(expected.nobody);
    expect((await request(torrent, { headers: ann })).status).toBe(200);
    if (privacy > 2) {
      expect((await get(video, ann)).headers.get("cache-control")).toBe("private, no-store");
    }
  });

  it("a stale token doesn't hinder anybody from watching a public video", async () => {
    expect((await get(await seedVideo({ size: 10 }), { authorization: "Bearer stale" })).status).toBe(200);
  });
});

describe("downloads", () => {
  it("are saved under the video's title", async () => {
    const video = await seedVideo({ name: 'Über "Fische"\r\nX: y', size: 1000 });
    const response = await request(`/download/web-videos/${video.filename}`, { headers: { range: "bytes=0-9" } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="_ber -Fische-X- y-720p.mp4"; filename*=UTF-8''%C3%9Cber%20-Fische-X-%20y-720p.mp4`,
    );
  });

  it("can be switched off, which leaves watching as it is", async () => {
    const video = await seedVideo({ downloadEnabled: false, size: 1000 });
    expect((await request(`/download/web-videos/${video.filename}`)).status).toBe(403);
    expect((await request(`/download/torrents/${video.torrentFilename}`)).status).toBe(403);
    expect((await get(video)).status).toBe(200);
  });
});
