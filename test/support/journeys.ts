import type { Page } from "playwright-core";
import type { VideoDetails } from "../../src/contract/video.ts";
import { inProject } from "../../scripts/lib/project.ts";
import type { Instance } from "./instance.ts";
import { ROOT_PASSWORD } from "./instance.ts";

// What a user does with the pages, for browser tests.

/** The real clips of test/fixtures/media/. */
export function clip(name: "asl-thanks.mkv" | "car-detection.mp4" | "one-by-one-person-detection.mp4"): string {
  return inProject("test/fixtures/media", name);
}

/** Signs root in through the page. */
export async function signInThroughPage(page: Page, instance: Instance): Promise<void> {
  await page.goto(`${instance.url}/login`);
  await page.fill('input[name="username"]', "root");
  await page.fill('input[name="password"]', ROOT_PASSWORD);
  await page.click('#login-form button[type="submit"]');
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Chooses a file in the studio, gives it a title and confirms; resolves when its card is there. */
export async function beginUpload(page: Page, instance: Instance, file: string, title: string): Promise<void> {
  await page.goto(`${instance.url}/studio`);
  await page.setInputFiles("#studio-file", file);
  await page.fill("#studio-name", title);
  await page.click('.studio-form button[type="submit"]');
  await card(page, title).waitFor();
}

/** Uploads a file through the studio and waits for its renditions too; gives the video as the API shows it. */
export async function uploadThroughPage(page: Page, instance: Instance, file: string, title: string): Promise<VideoDetails> {
  await beginUpload(page, instance, file, title);
  return await finishedUpload(page, instance, title);
}

/** Waits until the studio says that all of the video's work is done. */
export async function finishedUpload(page: Page, instance: Instance, title: string): Promise<VideoDetails> {
  const job = card(page, title);
  await job.and(page.locator('[data-finished="true"]')).waitFor({ timeout: 150_000 });
  const link = await job.locator("a.studio-watch").getAttribute("href");
  if (link === null) {
    throw new Error("the studio shows no link to the video");
  }
  const response = await fetch(`${instance.url}/api/v1/videos/${link.split("/").at(-1)}`);
  return (await response.json()) as VideoDetails;
}

function card(page: Page, title: string) {
  return page.locator(`article.studio-job[aria-label="${title}"]`);
}
