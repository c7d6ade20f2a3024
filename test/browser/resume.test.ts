import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListResponse, Video } from "../../src/contract/video.ts";
import { launchBrowser } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";
import { beginUpload, clip, finishedUpload, signInThroughPage } from "../support/journeys.ts";

// The worst day of an upload: the browser is closed in the middle of it, and the instance killed.

const TITLE = "Interrupted";

describe("an upload whose browser is closed and whose instance is killed", () => {
  let instance: Instance;
  let profile: string;

  beforeAll(async () => {
    instance = await startInstance();
    profile = await mkdtemp(join(tmpdir(), "edgetube-profile-"));
  });

  afterAll(async () => {
    await instance?.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it("goes on in the browser when that is opened again, and yields the same file", async () => {
    const file = clip("one-by-one-person-detection.mp4");
    const first = await launchBrowser({ profile });
    const page = await first.context.newPage();
    await signInThroughPage(page, instance);
    let chunks = 0;
    await page.route("**/videos/upload-resumable?*", async (route) => {
      chunks += 1;
      await (chunks > 1 ? route.abort() : route.continue());
    });
    await beginUpload(page, instance, file, TITLE);
    await page.getByText("The connection is lost").waitFor();
    await first.close();
    await instance.kill();
    await instance.restart();

    const second = await launchBrowser({ profile });
    try {
      const again = await second.context.newPage();
      const ranges: string[] = [];
      again.on("request", (request) => {
        const range = request.headers()["content-range"];
        if (request.method() === "PUT" && request.url().includes("/videos/upload-resumable") && range !== undefined) {
          ranges.push(range);
        }
      });
      await again.goto(`${instance.url}/studio`);
      const video = await finishedUpload(again, instance, TITLE);
      const bytes = await readFile(file);
      const source = video.files.find((candidate) => candidate.size === bytes.length);
      const stored = Buffer.from(await (await fetch(source?.fileUrl ?? "")).arrayBuffer());
      expect(stored.equals(bytes)).toBe(true);
      expect(ranges[0]).toBe(`bytes */${bytes.length}`);
      expect(ranges.some((range) => range.startsWith("bytes 0-"))).toBe(false);
    } finally {
      await second.close();
    }
    const list = (await (await fetch(`${instance.url}/api/v1/videos`)).json()) as ListResponse<Video>;
    expect(list.data.map((video) => video.name)).toEqual([TITLE]);
  });
});
