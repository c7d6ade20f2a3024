import { beforeEach, describe, expect, test } from "vitest";
import { fetchVideo, ingestVideo } from "../../../src/domain/remote/videos.ts";
import { findOrphans } from "../../../src/domain/sweep.ts";
import type { VideoDetails } from "../../../src/contract/video.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { thumbnailKey } from "../../../src/storage/r2/keys.ts";
import { handleRequest } from "../../../src/worker/router.ts";
import { bearer, makeUser, signInAs } from "../users/support.ts";
import { keptVideo, PEERTUBE, REMOTE_VIDEO_URL, rows, startReader, UPDATED, valueOf, videoDocument } from "./support.ts";

const UUID = "fe56f858-6739-4b4c-8937-a0e00e103e3f";
const DAY = 24 * 60 * 60_000;

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader();
});

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return await handleRequest(new Request(reader.deps.publicUrl + path, init), reader.deps);
}

async function details(): Promise<VideoDetails> {
  return (await (await ask(`/api/v1/videos/${UUID}`)).json()) as VideoDetails;
}

/** The beginning of a PNG, by which images are known. */
function png(length = 100): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 40, 0, 0, 0, 30, 8, 2]);
  return bytes;
}

function onlyPlaylist(): JsonObject {
  return { url: (videoDocument()["url"] as JsonObject[]).filter(({ mediaType }) => mediaType === "application/x-mpegURL") };
}

test("over REST a video of elsewhere has its origin's address, files and trackers", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const video = await details();
  expect(video).toMatchObject({
    uuid: UUID,
    url: REMOTE_VIDEO_URL,
    isLocal: false,
    duration: 8,
    account: { name: "ada", host: "127.0.0.1:9001", url: `${PEERTUBE}/accounts/ada` },
    channel: { name: "ada_channel", host: "127.0.0.1:9001", url: `${PEERTUBE}/video-channels/ada_channel`, isLocal: false },
    trackerUrls: ["ws://127.0.0.1:9001/tracker/socket"],
  });
  expect(video.files.map(({ resolution, fileUrl }) => [resolution.id, new URL(fileUrl).origin])).toEqual([
    [360, PEERTUBE],
    [240, PEERTUBE],
    [144, PEERTUBE],
  ]);
  expect(video.files[0]?.magnetUri).toContain("xt=urn:btih:ee93946a22caf9ee044c6feace969d9c63ba35c7");
  expect(video.files[0]?.torrentUrl).toMatch(/^http:\/\/127\.0\.0\.1:9001\/lazy-static\/torrents\/.*-360\.torrent$/);
  expect(video.streamingPlaylists).toMatchObject([{ type: 1, playlistUrl: expect.stringMatching(/master\.m3u8$/), files: [{}, {}, {}] }]);
});

test("lists hold it among others, or not, as they are asked", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const totalOf = async (query: string) => ((await (await ask(`/api/v1/videos?${query}`)).json()) as { total: number }).total;
  expect(await totalOf("")).toBe(1);
  expect(await totalOf("isLocal=true")).toBe(0);
  expect(await totalOf("isLocal=false")).toBe(1);
  const ofChannel = (await (await ask("/api/v1/video-channels/ada_channel@127.0.0.1:9001/videos")).json()) as { total: number };
  expect(ofChannel.total).toBe(1);
  await ingestVideo(reader.deps, videoDocument({ to: [] }), UPDATED + 1);
  expect(await totalOf("")).toBe(0);
  await ingestVideo(reader.deps, videoDocument({ state: 2 }), UPDATED + 2);
  expect(await totalOf("")).toBe(0);
});

describe("the watch page", () => {
  async function page(): Promise<string> {
    const response = await ask(`/w/${UUID}`);
    expect(response.status).toBe(200);
    return await response.text();
  }

  test("plays its origin's file and says where it is from", async () => {
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const html = await page();
    expect(html).toMatch(/<video src="http:\/\/127\.0\.0\.1:9001\/static\/web-videos\/2a1db35b-[^"]*-360\.mp4"/);
    expect(html).toContain("This video is from 127.0.0.1:9001");
    expect(html).toContain(`<a href="${REMOTE_VIDEO_URL}"`);
    expect(html).toContain('href="/c/ada_channel@127.0.0.1:9001"');
  });

  test("plays a whole file of the playlist where there is nothing else", async () => {
    await ingestVideo(reader.deps, videoDocument(onlyPlaylist()), UPDATED);
    expect(await page()).toMatch(/<video src="http:\/\/127\.0\.0\.1:9001\/static\/streaming-playlists\/hls\/[^"]*-fragmented\.mp4"/);
  });

  test("is there for files without torrents, and without files", async () => {
    const file = { type: "Link", mediaType: "video/mp4", href: `${PEERTUBE}/1.mp4`, height: 720, size: 1000 };
    await ingestVideo(reader.deps, videoDocument({ url: [file] }), UPDATED);
    expect(await page()).toContain(`src="${PEERTUBE}/1.mp4"`);
    await ingestVideo(reader.deps, videoDocument({ url: [], icon: [] }), UPDATED + 1);
    expect(await page()).toContain("no file that can be played");
  });

  test("shows nothing of what a stranger wrote as markup", async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"';
    await ingestVideo(
      reader.deps,
      videoDocument({ name: evil, content: evil, support: evil, tag: [{ type: "Hashtag", name: "<b>tag" }] }),
      UPDATED,
    );
    const html = await page();
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img src=x");
    expect(html).not.toContain("<b>tag");
  });
});

describe("pictures and captions", () => {
  const THUMBNAIL = `${PEERTUBE}/lazy-static/thumbnails/9d949d25-f6a4-4b60-bde8-0d82030ced14.jpg`;

  test("are fetched once, when somebody asks, and are what their bytes are", async () => {
    reader.answers[THUMBNAIL] = new Response(png(), { headers: { "content-type": "text/html" } });
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const path = (await details()).thumbnailPath ?? "";
    expect(reader.fetched).not.toContain(THUMBNAIL);
    for (let time = 0; time < 2; time++) {
      const response = await ask(path);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
      expect((await response.bytes()).length).toBe(100);
    }
    expect(reader.fetched.filter((url) => url === THUMBNAIL)).toHaveLength(1);
    // Gone with the video.
    const filename = path.slice(path.lastIndexOf("/") + 1);
    expect(await reader.deps.media.head(thumbnailKey(filename))).not.toBeNull();
  });

  test.each<[string, Response]>([
    ["is none", new Response("<svg onload=alert(1)>", { headers: { "content-type": "image/png" } })],
    ["is too large", new Response(png(4 * 1024 * 1024 + 1))],
    ["isn't there", new Response(null, { status: 404 })],
    ["leads to a private address", new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } })],
  ])("one that %s isn't shown", async (_, answer) => {
    reader.answers[THUMBNAIL] = answer;
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const response = await ask((await details()).thumbnailPath ?? "");
    expect(response.status).toBe(404);
    await response.text();
  });

  test("what wasn't fetched yet isn't missing", async () => {
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    reader.setTime(reader.deps.now() + 10 * DAY);
    expect((await findOrphans(reader.deps)).missingObjects).toEqual([]);
  });

  test("captions are WebVTT or nothing", async () => {
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const [row] = await rows("SELECT filename, remote_url FROM video_captions");
    const path = `/lazy-static/video-captions/${String(row?.["filename"])}`;
    const remote = String(row?.["remote_url"]);
    reader.answers[remote] = new Response("<html>");
    expect((await ask(path)).status).toBe(404);
    reader = await startReader({ [remote]: new Response("WEBVTT\n\n00:00.000 --> 00:01.000\nHello") });
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const [again] = await rows("SELECT filename FROM video_captions");
    const response = await ask(`/lazy-static/video-captions/${String(again?.["filename"])}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Hello");
  });
});

describe("whose it isn't", () => {
  test("nobody of here changes it", async () => {
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    const headers = { ...bearer(await signInAs()), "content-type": "application/json" };
    expect((await ask(`/api/v1/videos/${UUID}`, { method: "PUT", headers, body: JSON.stringify({ name: "Mine now" }) })).status).toBe(403);
    expect(await keptVideo()).toMatchObject({ name: "Wire test video one (renamed)" });
  });

  test("a moderator removes it from here, and it doesn't come back", async () => {
    await ingestVideo(reader.deps, videoDocument(), UPDATED);
    await makeUser("ben", "ben-password");
    const remove = async (headers: Record<string, string>) => (await ask(`/api/v1/videos/${UUID}`, { method: "DELETE", headers })).status;
    expect(await remove(bearer(await signInAs("ben", "ben-password")))).toBe(403);
    expect(await remove(bearer(await signInAs()))).toBe(204);
    expect(await keptVideo()).toBeUndefined();
    expect((await ingestVideo(reader.deps, videoDocument(), UPDATED + 1_000_000)).ok).toBe(false);
    await fetchVideo(reader.deps, { kind: "fetch-video", videoUrl: REMOTE_VIDEO_URL });
    expect(await keptVideo()).toBeUndefined();
    expect(await rows("SELECT kind FROM federation_tasks WHERE kind = 'video'")).toEqual([]);
  });
});

test("who opens it days later has it read again", async () => {
  const waited: Promise<unknown>[] = [];
  const deps = { ...reader.deps, waitUntil: (promise: Promise<unknown>) => void waited.push(promise) };
  valueOf(await ingestVideo(reader.deps, videoDocument(), UPDATED));
  const open = async () => {
    await handleRequest(new Request(`${deps.publicUrl}/api/v1/videos/${UUID}`), deps);
    await Promise.all(waited);
    return await rows("SELECT subject FROM federation_tasks WHERE kind = 'fetch-video'");
  };
  expect(await open()).toEqual([]);
  reader.setTime(reader.deps.now() + 2 * DAY + 1);
  expect(await open()).toEqual([{ subject: REMOTE_VIDEO_URL }]);
});
