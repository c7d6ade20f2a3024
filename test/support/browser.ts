import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { BrowserContext } from "playwright-core";

const DEBIAN_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-default-browser-check",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  // Pages of a test are seldom in front; their timers should run as if they were.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

/** The browser's program: CHROMIUM_PATH, a system's package or Playwright's own download; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) {
      throw new Error(`CHROMIUM_PATH names ${named}, which isn't there.`);
    }
    return named;
  }
  return [...DEBIAN_PATHS, chromium.executablePath()].find((path) => existsSync(path));
}

/** The browser's program, which is fetched where it is missing: by Playwright, or else as Debian's package. */
export async function ensureChromium(): Promise<string> {
  const there = findChromium();
  if (there !== undefined) {
    return there;
  }
  const ways: [string, string[]][] = [["npx", ["playwright-core", "install", "chromium"]]];
  if (process.getuid?.() === 0) {
    ways.push(["sh", ["-c", "apt-get update -q && apt-get install -qy --no-install-recommends chromium"]]);
  }
  for (const [command, args] of ways) {
    try {
      execFileSync(command, args, { stdio: "inherit" });
    } catch {
      continue;
    }
    const path = findChromium();
    if (path !== undefined) {
      return path;
    }
  }
  throw new Error("The browser tests need Chromium, and it couldn't be installed: install it and name its program by CHROMIUM_PATH.");
}

/**
 * A browser of its own: its own process and profile, nothing shared with any other. `close()` ends it and removes the
 * profile, unless that is the caller's (`profile`: a folder, for a browser that is closed and opened again).
 */
export async function launchBrowser(options: { args?: string[]; profile?: string } = {}): Promise<{
  context: BrowserContext;
  close: () => Promise<void>;
}> {
  const { args = [] } = options;
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), "edgetube-browser-")));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    headless: true,
    // Chromium refuses to sandbox what root runs.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...FLAGS, ...args],
    viewport: { width: 1280, height: 800 },
  });
  async function close(): Promise<void> {
    await context.close();
    if (options.profile !== undefined) {
      return;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return { context, close };
}

/** WebRTC between two browsers needs an interface besides loopback: the reason to skip such a test, where there is none. */
export function whyNoWebRtc(): string | undefined {
  const outside = Object.values(networkInterfaces()).some((addresses) => addresses?.some((address) => !address.internal));
  return outside ? undefined : "this machine has no network interface besides loopback, which WebRTC between browsers needs";
}
