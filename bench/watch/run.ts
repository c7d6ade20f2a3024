import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import type { CreatedVideo, VideoDetails } from "../../src/contract/video.ts";
import { paths } from "../../src/protocol/paths.ts";
import { launchBrowser } from "../../test/support/browser.ts";
import { ROOT_PASSWORD, startInstance } from "../../test/support/instance.ts";
import { clip } from "../../test/support/journeys.ts";

// npm run bench -- watch [--runs 7] [--file clip.mp4]
// How soon the watch page shows the video's first frame, beside a page that is nothing but a <video> of the same file: alternating, each in
// a fresh browser, over 10 Mbit/s with 40 ms of latency. And how much script the page takes.

const BYTES_PER_SECOND = 10e6 / 8;
const LATENCY_MS = 40;
const ENGINE = /\/vendor\/|\/sw\.min\.js$/;

const { values } = parseArgs({ options: { runs: { type: "string", default: "7" }, file: { type: "string" } } });
const runs = Number(values.runs);
const file = values.file ?? clip("car-detection.mp4");

const instance = await startInstance();
const bare = createServer((_request, response) => {
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><title>bare</title><video src="${mediaUrl}" controls playsinline preload="auto"></video>`);
});
let mediaUrl = "";
try {
  const video = await upload(file);
  mediaUrl = video.files[0]?.fileUrl ?? "";
  await new Promise<void>((resolve) => bare.listen(0, "localhost", resolve));
  const bareUrl = `http://localhost:${(bare.address() as AddressInfo).port}/`;
  const watchUrl = instance.url + paths.watch(video.uuid);

  await firstFrame(watchUrl);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    // Whoever goes second finds warmer caches in the server.
    if (run % 2 === 0) {
      ours.push(await firstFrame(watchUrl));
      theirs.push(await firstFrame(bareUrl));
    } else {
      theirs.push(await firstFrame(bareUrl));
      ours.push(await firstFrame(watchUrl));
    }
  }
  console.log(`## Watch: ${basename(file)}, 10 Mbit/s, ${LATENCY_MS} ms\n`);
  console.log(`| time to the first frame, ms (${runs} runs each) | median | fastest | slowest |\n| --- | --: | --: | --: |`);
  console.log(row("watch page", ours));
  console.log(row("bare <video>", theirs));
  console.log(`\nMedian over median: ${(median(ours) / median(theirs)).toFixed(2)}\n`);
  console.log(await scriptTable(watchUrl));
} finally {
  bare.close();
  await instance.stop();
}

/** Uploads by the API's one-request form, as root. */
async function upload(path: string): Promise<VideoDetails> {
  const client = await json<{ client_id: string; client_secret: string }>("/api/v1/oauth-clients/local");
  const login = new URLSearchParams({ ...client, grant_type: "password", username: "root", password: ROOT_PASSWORD });
  const { access_token } = await json<{ access_token: string }>("/api/v1/users/token", { method: "POST", body: login });
  const headers = { authorization: `Bearer ${access_token}` };
  const me = await json<{ videoChannels: { id: number }[] }>("/api/v1/users/me", { headers });
  const form = new FormData();
  form.set("channelId", String(me.videoChannels[0]?.id));
  form.set("name", basename(path));
  form.set("privacy", "1");
  form.set(
    "videofile",
    new Blob([await readFile(path)], { type: path.endsWith(".mkv") ? "video/x-matroska" : "video/mp4" }),
    basename(path),
  );
  const { video } = await json<CreatedVideo>("/api/v1/videos/upload", { method: "POST", headers, body: form });
  return json<VideoDetails>(`/api/v1/videos/${video.uuid}`);
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(instance.url + path, init);
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}

/** Milliseconds from the navigation's start to the first frame shown, in a browser that has never been here. */
async function firstFrame(url: string): Promise<number> {
  const { context, close } = await launchBrowser();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: LATENCY_MS,
      downloadThroughput: BYTES_PER_SECOND,
      uploadThroughput: BYTES_PER_SECOND,
    });
    await page.addInitScript(noteFirstFrame);
    await page.goto(url, { waitUntil: "commit" });
    const handle = await page.waitForFunction(() => document.documentElement.dataset["firstFrame"], undefined, { timeout: 60_000 });
    return Number(await handle.jsonValue());
  } finally {
    await close();
  }
}

/** Runs in the page, before anything else of it. */
function noteFirstFrame(): void {
  document.addEventListener(
    "loadedmetadata",
    (event) => {
      if (event.target instanceof HTMLVideoElement) {
        event.target.requestVideoFrameCallback((now) => (document.documentElement.dataset["firstFrame"] ??= String(now)));
      }
    },
    true,
  );
}

async function scriptTable(url: string): Promise<string> {
  const { context, close } = await launchBrowser();
  try {
    const page = await context.newPage();
    const scripts = new Map<string, Buffer>();
    const bodies: Promise<unknown>[] = [];
    context.on("response", (response) => {
      const isScript = /javascript/.test(response.headers()["content-type"] ?? "");
      if (isScript) {
        bodies.push(response.body().then((body) => scripts.set(response.url(), body)));
      }
    });
    await page.goto(url);
    await page.waitForFunction(() => window.edgetubePlayer !== undefined);
    // The pieces are fetched for who watches; then all of the engine has been needed.
    await page.evaluate(() => window.edgetubePlayer?.play());
    await page.waitForFunction(() => window.edgetubePlayer?.stats().progress === 1);
    await Promise.all(bodies);
    const inline = Buffer.from(await inlineScript(page));
    const before = [inline, ...[...scripts].filter(([address]) => !ENGINE.test(address)).map(([, body]) => body)];
    const engine = [...scripts].filter(([address]) => ENGINE.test(address)).map(([, body]) => body);
    const rows = [sizeRow("before the P2P engine", before), sizeRow("P2P engine", engine), sizeRow("with it", [...before, ...engine])];
    return `| script on the watch page, bytes | files | raw | gzip | brotli |\n| --- | --: | --: | --: | --: |\n${rows.join("\n")}`;
  } finally {
    await close();
  }
}

async function inlineScript(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...document.querySelectorAll("script:not([src])")]
      .filter((script) => !/json/.test(script.getAttribute("type") ?? ""))
      .map((script) => script.textContent)
      .join("\n"),
  );
}

function sizeRow(name: string, bodies: Buffer[]): string {
  function sum(size: (body: Buffer) => number): string {
    return String(bodies.reduce((total, body) => total + size(body), 0));
  }
  const sizes = [
    sum((body) => body.length),
    sum((body) => gzipSync(body, { level: 9 }).length),
    sum((body) => brotliCompressSync(body).length),
  ];
  return `| ${name} | ${bodies.length} | ${sizes.join(" | ")} |`;
}

function row(name: string, times: number[]): string {
  return `| ${name} | ${Math.round(median(times))} | ${Math.round(Math.min(...times))} | ${Math.round(Math.max(...times))} |`;
}

function median(times: number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
