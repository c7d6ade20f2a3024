import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { publishClip, type PublishedClip } from "../conformance/publish-clip.ts";
import { launchBrowser } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";
import { clip, signInThroughPage } from "../support/journeys.ts";
import { padClip } from "../support/padded-clip.ts";

// A private video in a browser: its owner watches it as any other, and nobody else gets a byte.

const PADDING = 96 * 1024 * 1024;

interface Seen {
  src: string;
  place: number;
  moves: boolean;
  height: number;
  p2p: boolean;
}

describe("a private video", () => {
  let instance: Instance;
  let video: PublishedClip;
  let watchUrl: string;
  let browser: { context: BrowserContext; close: () => Promise<void> };
  let page: Page;

  beforeAll(async () => {
    instance = await startInstance();
    // Chromium reads some 25 MB ahead; what is behind the padding it asks for when the viewer goes there.
    video = await publishClip(instance, padClip(await readFile(clip("car-detection.mp4")), PADDING), { privacy: "3" });
    await addRendition(instance, video, "media/car-detection-90.mp4");
    watchUrl = `${instance.url}/videos/watch/${video.videoUuid}`;
    browser = await launchBrowser();
    page = await browser.context.newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await instance?.stop();
  });

  async function seen(): Promise<Seen | undefined> {
    return await page.evaluate(() => {
      const player = globalThis.edgetubePlayer;
      return (
        player && {
          src: player.video.src,
          place: player.video.currentTime,
          moves: !player.video.paused && player.video.readyState >= 3,
          height: player.video.videoHeight,
          p2p: document.querySelector("#p2p-stats")?.textContent.startsWith("P2P is off") === false,
        }
      );
    });
  }

  async function bytesServed(): Promise<number> {
    const stats = (await (await fetch(`${instance.url}/__test__/stats`)).json()) as Record<string, { bytes: number }>;
    return stats[new URL(video.fileUrl).pathname]?.bytes ?? 0;
  }

  it("is a sign-in page to a stranger, and no bytes", async () => {
    const response = await page.goto(watchUrl);
    expect(response?.status()).toBe(401);
    expect(await page.textContent("h1")).toContain("isn’t public");
    expect(await page.isVisible('#locked a[href^="/login?next="]')).toBe(true);
    expect(await page.content()).not.toContain(new URL(video.fileUrl).pathname);
    const byRange = { headers: { range: "bytes=0-99" } };
    expect((await fetch(video.fileUrl, byRange)).status).toBe(401);
    expect((await fetch(`${video.fileUrl}?videoFileToken=guess`, byRange)).status).toBe(403);
    expect((await fetch(video.torrentUrl)).status).toBe(401);
    expect(await bytesServed()).toBeLessThan(10_000);
  });

  it("plays to its owner in the player, by ranges and from nobody else", async () => {
    await signInThroughPage(page, instance);
    await page.goto(watchUrl);
    await expect.poll(seen, { timeout: 20_000 }).toBeDefined();
    await page.evaluate(() => globalThis.edgetubePlayer?.play());
    await expect.poll(async () => (await seen())?.place, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(await seen()).toMatchObject({ src: expect.stringMatching(/videoFileToken=[\w.-]+$/), height: 432, p2p: false });
    expect(await bytesServed()).toBeLessThan(PADDING / 2);
    const torn = await page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/vendor/")).length);
    expect(torn).toBe(0);
  });

  it("goes on where the viewer is when its address has ended meanwhile", async () => {
    const before = await seen();
    const old = before?.src ?? "";
    // A token is for one privacy: this ends it as four hours would.
    await setPrivacy(4);
    await expect
      .poll(async () => (await fetch(old, { headers: { range: "bytes=0-0" } })).status, { timeout: 20_000, interval: 500 })
      .toBe(403);
    await page.evaluate(() => globalThis.edgetubePlayer?.seek(20));
    await expect.poll(async () => (await seen())?.place, { timeout: 20_000 }).toBeGreaterThan(20.5);
    const after = await seen();
    expect(after?.place).toBeLessThan(29);
    expect(after?.src).not.toBe(old);
    expect(after?.moves).toBe(true);
    expect(await page.isVisible(".player-error")).toBe(false);
    expect(await bytesServed()).toBeLessThan(PADDING);
  });

  it("has its other qualities, and links to download it", async () => {
    await page.click('button[aria-label="Quality and speed"]');
    await page.click('[role="menuitemradio"]:has-text("90p")');
    await expect.poll(async () => (await seen())?.height, { timeout: 20_000 }).toBe(90);
    expect((await seen())?.src).toContain("videoFileToken=");

    await page.click("details.downloads summary");
    const links = await page.locator(".download-links a").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links).toHaveLength(4);
    for (const link of links) {
      expect([link, (await fetch(link, { method: "HEAD" })).status]).toEqual([link, 200]);
    }
  });

  async function setPrivacy(privacy: number): Promise<void> {
    const headers = { authorization: `Bearer ${video.accessToken}`, "content-type": "application/json" };
    const url = `${instance.url}/api/v1/videos/${video.videoUuid}`;
    const response = await fetch(url, { method: "PUT", headers, body: JSON.stringify({ privacy }) });
    expect(response.status).toBe(204);
  }
});

/** Adds a rendition as the studio does, in one chunk. */
async function addRendition({ url }: Instance, video: PublishedClip, fixture: string): Promise<void> {
  const bytes = await readFile(inProject("test/fixtures", fixture));
  const headers = { authorization: `Bearer ${video.accessToken}` };
  const opened = await fetch(`${url}/api/v1/videos/${video.videoUuid}/renditions/upload-resumable`, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      "x-upload-content-length": String(bytes.byteLength),
      "x-upload-content-type": "video/mp4",
    },
    body: JSON.stringify({ filename: "rendition.mp4" }),
  });
  const put = await fetch(opened.headers.get("location") ?? "", {
    method: "PUT",
    headers: { ...headers, "content-range": `bytes 0-${bytes.byteLength - 1}/${bytes.byteLength}` },
    body: bytes,
  });
  if (put.status !== 200) {
    throw new Error(`the rendition was refused: ${put.status} ${await put.text()}`);
  }
}
