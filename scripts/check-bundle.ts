import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { inProject } from "./lib/project.ts";
import { buildClient } from "./lib/client-build.ts";
import { buildWorker } from "./lib/worker-build.ts";

// What `wrangler deploy --dry-run` makes fits the platform, and holds nothing of the test profile.

const MAX_COMPRESSED_BUNDLE_BYTES = 10 * 1024 * 1024;
const MAX_ASSET_BYTES = 25 * 1024 * 1024;

const problems: string[] = [];

await buildClient();
const { modules } = (await buildWorker("worker")) as { modules: { path: string }[] };
let compressed = 0;
for (const { path } of modules) {
  const source = readFileSync(path);
  compressed += gzipSync(source).byteLength;
  if (source.includes("__test__")) {
    problems.push(`${path} holds parts of the test profile`);
  }
}
if (compressed > MAX_COMPRESSED_BUNDLE_BYTES) {
  problems.push(`the Worker is ${compressed} bytes compressed, ${MAX_COMPRESSED_BUNDLE_BYTES} at most are allowed`);
}

const assets = readdirSync(inProject("dist/client"), { recursive: true, encoding: "utf8" }).map((file) =>
  join(inProject("dist/client"), file),
);
const sizes = assets.map((file) => ({ file, size: statSync(file).size }));
for (const { file, size } of sizes) {
  if (size > MAX_ASSET_BYTES) {
    problems.push(`${file} is ${size} bytes, ${MAX_ASSET_BYTES} at most are allowed`);
  }
}

const largest = Math.max(...sizes.map(({ size }) => size));
console.log(
  `Worker: ${(compressed / 1024).toFixed(0)} KiB compressed. Largest asset: ${(largest / 1024 / 1024).toFixed(1)} MiB of ${assets.length}.`,
);
for (const problem of problems) {
  console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;
