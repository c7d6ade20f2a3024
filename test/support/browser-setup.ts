import { ensureChromium } from "./browser.ts";

/** Before the browser layer: a Chromium is there, or the run ends with a sentence that says how to get one. */
export async function setup(): Promise<void> {
  await ensureChromium();
}
