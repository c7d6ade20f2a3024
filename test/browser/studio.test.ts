import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { readMp4Layout } from "../../src/protocol/media/mp4-layout.ts";
import { parseSidx } from "../../src/protocol/media/sidx.ts";
import type { VideoDetails, VideoFile } from "../../src/contract/video.ts";
import { launchBrowser } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";
import { clip, finishedUpload, signInThroughPage, uploadThroughPage } from "../support/journeys.ts";

// The studio with sources of every kind, a reload in the middle, and what can't be uploaded.

const fixture = (name: string) => inProject("test/fixtures", name);

describe("the studio", () => {
  let instance: Instance;
  let browser: { context: BrowserContext; close: () => Promise<void> };
  let page: Page;

  beforeAll(async () => {
    instance = await startInstance();
    browser = await launchBrowser();
    page = await browser.context.newPage();
    page.on("dialog", (dialog) => void dialog.accept());
    await signInThroughPage(page, instance);
    // The fixtures are 180 pixels high.
    await browser.context.route("**/api/v1/config", async (route) => {
      const config = (await (await route.fetch()).json()) as { transcoding: { enabledResolutions: number[] } };
      config.transcoding.enabledResolutions = [90, 360];
      await route.fulfill({ json: config });
    });
  });

  afterAll(async () => {
    await browser?.close();
    await instance?.stop();
  });

  it.each([
    { file: "faststart.mp4", sizes: ["160x90"], fps: 25, duration: 4, hasAudio: true },
    { file: "vp9-opus.webm", sizes: ["160x90"], fps: 25, duration: 2, hasAudio: true },
    { file: "ntsc.mkv", sizes: ["160x90", "320x180"], fps: 30, duration: 2, hasAudio: true },
    { file: "no-audio.mp4", sizes: ["160x90"], fps: 13, duration: 2, hasAudio: false },
    { file: "rotated.mp4", sizes: ["90x160"], fps: 25, duration: 1, hasAudio: false },
  ])("makes indexed renditions of $file", async ({ file, sizes, fps, duration, hasAudio }) => {
    const video = await uploadThroughPage(page, instance, fixture(file), `Of ${file}`);
    const renditions = renditionsOf(video);
    expect(renditions.map((rendition) => `${rendition.width}x${rendition.height}`).toSorted()).toEqual(sizes);
    for (const rendition of renditions) {
      expect(rendition.mimeType).toMatch(hasAudio ? /^video\/mp4; codecs="avc1.*mp4a/ : /^video\/mp4; codecs="avc1[^,]*"$/);
      expect(Math.round(rendition.fps)).toBe(fps);
      expect(await indexedSeconds(rendition)).toBeCloseTo(duration, 0);
    }
  });

  it("converts by ffmpeg where it is told to", async () => {
    await page.goto(`${instance.url}/studio?engine=ffmpeg`);
    await page.setInputFiles("#studio-file", fixture("vp9-opus.webm"));
    await page.fill("#studio-name", "By ffmpeg");
    await page.click("#studio-submit");
    const [rendition] = renditionsOf(await finishedUpload(page, instance, "By ffmpeg"));
    expect(rendition).toMatchObject({ width: 160, height: 90, hasAudio: true });
    expect(await indexedSeconds(rendition as VideoFile)).toBeCloseTo(2, 0);
  });

  it("goes on after a reload where the upload stopped", async () => {
    const file = clip("car-detection.mp4");
    let chunks = 0;
    await page.route("**/upload-resumable?*", async (route) => {
      chunks += 1;
      await (chunks > 1 ? route.abort() : route.continue());
    });
    await page.goto(`${instance.url}/studio`);
    await page.setInputFiles("#studio-file", file);
    await page.fill("#studio-name", "After a reload");
    await page.click("#studio-submit");
    await page.getByText("The connection is lost").waitFor();
    await page.unroute("**/upload-resumable?*");
    const ranges: string[] = [];
    page.on("request", (request) => {
      const range = request.headers()["content-range"];
      if (request.method() === "PUT" && request.url().includes("/videos/upload-resumable") && range !== undefined) {
        ranges.push(range);
      }
    });
    await page.reload();
    const video = await finishedUpload(page, instance, "After a reload");
    const source = video.files.find((candidate) => candidate.resolution.id === 432) as VideoFile;
    const bytes = await readFile(file);
    expect(Buffer.from(await (await fetch(source.fileUrl)).arrayBuffer()).equals(bytes)).toBe(true);
    expect(ranges[0]).toBe(`bytes */${bytes.length}`);
    expect(ranges.some((range) => range.startsWith("bytes 0-"))).toBe(false);
    await page.reload();
    await page.locator("#studio-file").waitFor({ state: "attached" });
    expect(await page.locator(".studio-job").count()).toBe(0);
  });

  it("leaves out a rendition that the user cancels", async () => {
    await page.goto(`${instance.url}/studio`);
    await page.setInputFiles("#studio-file", clip("one-by-one-person-detection.mp4"));
    await page.fill("#studio-name", "Without 360p");
    await page.click("#studio-submit");
    await page.getByRole("button", { name: "Cancel: 360p" }).click();
    const video = await finishedUpload(page, instance, "Without 360p");
    expect(renditionsOf(video).map((rendition) => rendition.resolution.id)).toEqual([90]);
  });

  it.each([
    { name: "renamed.mp4", content: Buffer.from("this is no video"), says: "isn’t a video we can read" },
    { name: "empty.mp4", content: Buffer.alloc(0), says: "is empty" },
  ])("says what is wrong with $name", async ({ name, content, says }) => {
    await page.goto(`${instance.url}/studio`);
    await page.setInputFiles("#studio-file", { name, mimeType: "video/mp4", buffer: content });
    await page.getByRole("alert").getByText(says).waitFor();
  });

  it("says that a file lacks its end, and that sound alone is no video", async () => {
    await page.goto(`${instance.url}/studio`);
    const whole = await readFile(fixture("faststart.mp4"));
    await page.setInputFiles("#studio-file", { name: "cut.mp4", mimeType: "video/mp4", buffer: whole.subarray(0, whole.length / 2) });
    await page.getByRole("alert").getByText("is incomplete").waitFor();
    await page.setInputFiles("#studio-file", fixture("sound-only.m4a"));
    await page.getByRole("alert").getByText("no picture").waitFor();
  });

  it("loads its engines only when there is a file to look at", async () => {
    const scripts: string[] = [];
    page.on("request", (request) => void (request.resourceType() === "script" && scripts.push(request.url())));
    await page.goto(`${instance.url}/studio`);
    await page.getByText("Choose a video").waitFor();
    expect(scripts.filter((url) => /probe|webcodecs|ffmpeg|aac/.test(url))).toEqual([]);
  });
});

function renditionsOf(video: VideoDetails): VideoFile[] {
  // The source has the lowest number: it came first.
  const first = Math.min(...video.files.map((file) => file.id));
  return video.files.filter((file) => file.id !== first);
}

/** Seconds that a rendition's segment index spans; fails where it has none. */
async function indexedSeconds(file: VideoFile): Promise<number> {
  const bytes = new Uint8Array(await (await fetch(file.fileUrl)).arrayBuffer());
  const layout = await readMp4Layout(async (start, end) => bytes.subarray(start, end), bytes.length);
  expect(layout?.fragmented).toBe(true);
  const sidx = layout?.sidx === undefined ? undefined : parseSidx(bytes.subarray(layout.sidx.start, layout.sidx.end));
  expect(sidx?.references.every((reference) => reference.startsWithKeyFrame)).toBe(true);
  return (sidx?.references ?? []).reduce((total, reference) => total + reference.duration, 0) / (sidx?.timescale ?? 1);
}
