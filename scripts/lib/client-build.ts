import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { hashInputs } from "./inputs-hash.ts";
import { inProject } from "./project.ts";

const INPUTS = [
  "src/client",
  "src/contract",
  "src/protocol",
  "public",
  "vite.config.ts",
  "scripts/lib/client-build.ts",
  "package-lock.json",
];
const STAMP = "dist/client-build.hash";

/** Engines that pages load as they are published: [file of a package, file of the site]. */
const VENDORED = [
  ["webtorrent/dist/webtorrent.min.js", "vendor/webtorrent.min.js"],
  ["@ffmpeg/core/dist/esm/ffmpeg-core.js", "vendor/ffmpeg-core.js"],
  // A service worker controls only what lies beside or below it.
  ["webtorrent/dist/sw.min.js", "sw.min.js"],
] as const;

/** Builds dist/client and dist/client-assets.json; does nothing where their sources are those of the last build. True where it built. */
export async function buildClient(): Promise<boolean> {
  const hash = hashInputs(INPUTS);
  if (
    existsSync(inProject("dist/client-assets.json")) &&
    existsSync(inProject(STAMP)) &&
    (await readFile(inProject(STAMP), "utf8")) === hash
  ) {
    return false;
  }
  // A build that is cut off must not pass for a finished one.
  await rm(inProject(STAMP), { force: true });
  const { build } = await import("vite");
  await build({ configFile: inProject("vite.config.ts") });
  for (const [from, to] of VENDORED) {
    await mkdir(dirname(inProject("dist/client", to)), { recursive: true });
    await copyFile(inProject("node_modules", from), inProject("dist/client", to));
  }
  await copyFile(await compressedFfmpegCore(), inProject("dist/client/vendor/ffmpeg-core.wasm.gz"));
  await writeFile(inProject(STAMP), hash);
  return true;
}

/**
 * ffmpeg's core is 31 MB, an asset 25 MiB at most: the page gets it compressed and inflates it itself. Returns the
 * compressed file's path; it is kept, since compressing takes seconds.
 */
async function compressedFfmpegCore(): Promise<string> {
  const { version } = JSON.parse(await readFile(inProject("node_modules/@ffmpeg/core/package.json"), "utf8")) as { version: string };
  const kept = inProject(`node_modules/.cache/edgetube/ffmpeg-core-${version}.wasm.gz`);
  if (!existsSync(kept)) {
    const wasm = await readFile(inProject("node_modules/@ffmpeg/core/dist/esm/ffmpeg-core.wasm"));
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(`${kept}.${process.pid}`, await promisify(gzip)(wasm, { level: 9 }));
    await rename(`${kept}.${process.pid}`, kept);
  }
  return kept;
}
