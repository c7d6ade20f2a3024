import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import parseTorrent from "parse-torrent";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VideoDetails, VideoFile } from "../../src/contract/video.ts";
import { launchBrowser, whyNoWebRtc } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";
import { clip, signInThroughPage, uploadThroughPage } from "../support/journeys.ts";

// The whole journey as its users make it: a clip from a camera goes up through the page, a second browser watches it
// from the server, and a third from the second, with the server's media cut off.

const clips = ["car-detection.mp4", "one-by-one-person-detection.mp4", "asl-thanks.mkv"] as const;

describe("first light", () => {
  let instance: Instance;
  let uploader: { context: BrowserContext; close: () => Promise<void> };
  let page: Page;

  beforeAll(async () => {
    instance = await startInstance();
    uploader = await launchBrowser();
    page = await uploader.context.newPage();
    await signInThroughPage(page, instance);
  });

  afterAll(async () => {
    await uploader?.close();
    await instance?.stop();
  });

  for (const name of clips) {
    describe(name, () => {
      let video: VideoDetails;
      const title = `Clip <b>${name}</b>`;

      it("is uploaded through the page and gets its renditions", async () => {
        video = await uploadThroughPage(page, instance, clip(name), title);
        const source = sourceOf(video);
        expect(video.name).toBe(title);
        expect(video.thumbnailPath).toMatch(/^\/lazy-static\/thumbnails\//);
        expect(source.size).toBe((await readFile(clip(name))).byteLength);
        expect(source.hasAudio).toBe(name === "car-detection.mp4");
        const below = video.files.filter((file) => file.id !== source.id);
        expect(below.length).toBeGreaterThan(0);
        for (const file of below) {
          expect(file.mimeType).toMatch(/^video\/mp4; ?codecs="avc1/);
          expect(file.resolution.id).toBeLessThanOrEqual(source.resolution.id);
          expect(file.hasAudio).toBe(source.hasAudio);
        }
      });

      it("is served byte for byte, in pieces whose SHA-1 the torrent has", async () => {
        for (const file of video.files) {
          const torrent = await parseTorrent(new Uint8Array(await (await fetch(file.torrentUrl)).arrayBuffer()));
          expect(file.magnetUri).toContain(`xt=urn:btih:${torrent.infoHash}`);
          expect(torrent.length).toBe(file.size);
          for (const [index, hash] of (torrent.pieces ?? []).entries()) {
            const start = index * (torrent.pieceLength ?? 0);
            const end = Math.min(start + (torrent.pieceLength ?? 0), file.size) - 1;
            const response = await fetch(file.fileUrl, { headers: { range: `bytes=${start}-${end}` } });
            expect(response.status).toBe(206);
            expect(sha1(new Uint8Array(await response.arrayBuffer()))).toBe(hash);
          }
        }
        const source = new Uint8Array(await (await fetch(sourceOf(video).fileUrl)).arrayBuffer());
        expect(sha1(source)).toBe(sha1(await readFile(clip(name))));
      });

      const noWebRtc = whyNoWebRtc();
      it.skipIf(noWebRtc !== undefined)(
        `goes from viewer to viewer${noWebRtc === undefined ? "" : ` (skipped: ${noWebRtc})`}`,
        async () => {
          const second = await launchBrowser();
          const third = await launchBrowser();
          try {
            const watching = await watch(second.context, instance, video);
            await watching.waitForFunction(() => window.edgetubePlayer?.stats().progress === 1, undefined, { timeout: 60_000 });

            await setMediaOffline(instance, true);
            // Requests, not bytes: what the second viewer's last answer still holds may drain while it plays.
            const before = await mediaRequests(instance);
            const onlyPeers = await watch(third.context, instance, video);
            await playToTheEnd(onlyPeers, video.duration);
            const stats = await onlyPeers.evaluate(() => window.edgetubePlayer?.stats());
            const size = await playedSize(onlyPeers, video);
            expect(stats?.fromPeers).toBeGreaterThanOrEqual(size);
            expect(stats?.fromWebSeed).toBe(0);
            expect(stats?.fromHttp).toBe(0);
            expect(await mediaRequests(instance)).toBe(before);
            const given = await watching.evaluate(() => window.edgetubePlayer?.stats().uploaded);
            expect(given).toBeGreaterThanOrEqual(size);
          } finally {
            await setMediaOffline(instance, false);
            await second.close();
            await third.close();
          }
        },
      );
    });
  }

  it("leaves no orphan behind", async () => {
    const report = (await (await fetch(`${instance.url}/__test__/sweep`, { method: "POST" })).json()) as Record<string, unknown>;
    for (const found of Object.values(report).filter(Array.isArray)) {
      expect(found).toEqual([]);
    }
  });
});

function sourceOf(video: VideoDetails): VideoFile {
  const source = [...video.files].sort((a, b) => a.id - b.id)[0];
  if (source === undefined) {
    throw new Error("the video has no file");
  }
  return source;
}

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

async function watch(context: BrowserContext, instance: Instance, video: VideoDetails): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${instance.url}/w/${video.shortUUID}`);
  await page.waitForFunction(() => window.edgetubePlayer !== undefined);
  await page.evaluate(() => window.edgetubePlayer?.play());
  return page;
}

/** Plays on, at double speed, until the end; fails where that takes longer than playing would. */
async function playToTheEnd(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(() => (window.edgetubePlayer?.video.currentTime ?? 0) > 0.2, undefined, { timeout: 30_000 });
  await page.waitForFunction(
    () => {
      const video = window.edgetubePlayer?.video;
      if (video !== undefined) {
        video.playbackRate = 2;
      }
      return video?.ended === true;
    },
    undefined,
    { timeout: seconds * 1000 + 20_000 },
  );
}

/** Size of the file that the page plays, in bytes. */
async function playedSize(page: Page, video: VideoDetails): Promise<number> {
  const { width, height } = await page.evaluate(() => ({
    width: window.edgetubePlayer?.video.videoWidth ?? 0,
    height: window.edgetubePlayer?.video.videoHeight ?? 0,
  }));
  const sizes = video.files.filter((file) => file.width === width && file.height === height).map((file) => file.size);
  expect(sizes.length).toBeGreaterThan(0);
  return Math.min(...sizes);
}

async function setMediaOffline(instance: Instance, offline: boolean): Promise<void> {
  await fetch(`${instance.url}/__test__/offline`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ offline, paths: ["/static/", "/download/"] }),
  });
}

/** Requests for media that the server has answered. */
async function mediaRequests(instance: Instance): Promise<number> {
  const traffic = (await (await fetch(`${instance.url}/__test__/stats`)).json()) as Record<string, { requests: number }>;
  return Object.entries(traffic)
    .filter(([path]) => path.startsWith("/static/"))
    .reduce((sum, [, { requests }]) => sum + requests, 0);
}
