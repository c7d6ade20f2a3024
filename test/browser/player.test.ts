import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publishClip } from "../conformance/publish-clip.ts";
import { launchBrowser } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";

// The player's controls and its way out of trouble, for one viewer alone.

interface Seen {
  place: number;
  paused: boolean;
  muted: boolean;
  rate: number;
  engine: string;
  ready: number;
}

describe("the player", () => {
  let instance: Instance;
  let watchUrl: string;
  let browser: { context: BrowserContext; close: () => Promise<void> };
  let page: Page;

  beforeAll(async () => {
    instance = await startInstance();
    const video = await publishClip(instance, "media/car-detection.mp4");
    watchUrl = `${instance.url}/videos/watch/${video.videoUuid}`;
  });

  afterAll(async () => {
    await instance?.stop();
  });

  beforeEach(async () => {
    browser = await launchBrowser();
    page = await browser.context.newPage();
  });

  afterEach(async () => {
    await cutMedia(false);
    await browser.close();
  });

  async function cutMedia(offline: boolean): Promise<void> {
    await fetch(`${instance.url}/__test__/offline`, { method: "POST", body: JSON.stringify({ offline, paths: ["/static/"] }) });
  }

  async function seen(): Promise<Seen> {
    return page.evaluate(() => {
      const player = globalThis.edgetubePlayer;
      if (player === undefined) {
        throw new Error("the page has no player");
      }
      const { currentTime, paused, muted, playbackRate, readyState } = player.video;
      return { place: currentTime, paused, muted, rate: playbackRate, engine: player.stats().engine, ready: readyState };
    });
  }

  it("obeys the keyboard, but not while the viewer types", async () => {
    await page.goto(watchUrl);
    await expect.poll(async () => (await seen()).ready).toBe(4);
    await page.keyboard.press("k");
    await expect.poll(async () => (await seen()).place).toBeGreaterThan(0.2);
    await page.keyboard.press("m");
    await page.keyboard.press(">");
    await page.keyboard.press("5");
    await page.keyboard.press("k");
    // Play may just be moving to the torrent's stream, to which all of this is carried over.
    await expect.poll(seen, { timeout: 5000 }).toMatchObject({ muted: true, rate: 1.25, paused: true });
    const after = await seen();
    expect(after.place).toBeGreaterThan(14.5);
    expect(after.place).toBeLessThan(17);

    await page.evaluate(() => document.querySelector("h1")?.after(document.createElement("textarea")));
    await page.focus("textarea");
    await page.keyboard.type("km5");
    expect(await seen()).toMatchObject({ muted: true, paused: true });
    expect(await page.inputValue("textarea")).toBe("km5");
  });

  it("remembers volume, speed and the P2P switch", async () => {
    await page.goto(watchUrl);
    await page.click(".player-peers");
    await page.uncheck(".player-stats-switch input");
    await page.keyboard.press("Escape");
    await page.keyboard.press("m");
    await page.keyboard.press("<");
    await page.reload();
    await expect.poll(async () => (await seen()).ready).toBe(4);
    expect(await seen()).toMatchObject({ muted: true, rate: 0.75 });
    expect(await page.textContent("#p2p-stats")).toContain("P2P is off");
    const engines = await page.evaluate(
      () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/vendor/")).length,
    );
    expect(engines).toBe(0);
  });

  it("opens its menu by keyboard, and Escape gives the focus back", async () => {
    await page.goto(watchUrl);
    await page.focus('button[aria-label="Quality and speed"]');
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("menuitemradio");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Quality and speed");
    expect(await page.isVisible(".player-menu")).toBe(false);
  });

  it("goes on from the torrent, at the same place, when the server stops delivering", async () => {
    await page.goto(watchUrl);
    await page.evaluate(() => globalThis.edgetubePlayer?.play());
    await expect.poll(() => page.evaluate(() => globalThis.edgetubePlayer?.stats().progress), { timeout: 30_000 }).toBe(1);
    await cutMedia(true);
    await page.evaluate(() => {
      const player = globalThis.edgetubePlayer;
      // As a browser tells that its source broke off.
      player?.seek(20);
      player?.video.removeAttribute("src");
      player?.video.setAttribute("src", "/static/web-videos/gone.mp4");
    });
    await expect.poll(async () => (await seen()).engine, { timeout: 30_000 }).toBe("webtorrent");
    await expect.poll(async () => (await seen()).place, { timeout: 10_000 }).toBeGreaterThan(20.2);
    expect((await seen()).place).toBeLessThan(30);
  });

  it("says so where only the server could deliver and doesn't, and tries again on request", async () => {
    await page.addInitScript(() => localStorage.setItem("edgetube.player", '{"p2p":false}'));
    await cutMedia(true);
    await page.goto(watchUrl);
    await page.waitForSelector(".player-error:not([hidden])");
    await cutMedia(false);
    await page.click(".player-retry");
    await expect.poll(async () => (await seen()).ready).toBe(4);
    expect(await page.isVisible(".player-error")).toBe(false);
  });

  it("leaves the other pages without a service worker", async () => {
    await page.goto(watchUrl);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.goto(`${instance.url}/`);
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  });
});
