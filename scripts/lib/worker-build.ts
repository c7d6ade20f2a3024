import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { V4ModuleDefinition, V4WorkerOptions } from "miniflare";
import { hashInputs } from "./inputs-hash.ts";
import { inProject, projectFolder } from "./project.ts";

/** The deployed Worker, or the one that serves /__test__/ besides. */
export type Profile = "worker" | "test-worker";

const INPUTS = [
  "src/worker",
  "src/durable-objects",
  "src/queue-consumers",
  "src/domain",
  "src/storage",
  "src/protocol",
  "src/contract",
  "src/types",
  "wrangler.toml",
  "tsconfig.json",
  "tsconfig.base.json",
  "package-lock.json",
  "dist/client-assets.json",
  "dist/client-styles.json",
  "scripts/lib/worker-build.ts",
];
const TEST_ENTRY = "test/support/instance-entry.ts";

const MODULE_TYPES = {
  ".js": "ESModule",
  ".mjs": "ESModule",
  ".wasm": "CompiledWasm",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
} as const;

/**
 * The Worker as Miniflare's options: bundled by wrangler as for a deployment, its bindings read from wrangler.toml. Both
 * are kept under .build and made anew only when their sources have changed, since wrangler alone takes seconds to load.
 */
export async function buildWorker(profile: Profile): Promise<V4WorkerOptions> {
  const folder = inProject(".build", profile);
  const hash = `${hashInputs(profile === "worker" ? INPUTS : [...INPUTS, "test/support"])} ${projectFolder}`;
  const stamp = `${folder}.hash`;
  if (!existsSync(stamp) || (await readFile(stamp, "utf8")) !== hash) {
    await rm(stamp, { force: true });
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const [options] = await Promise.all([readOptions(), bundle(folder, profile === "worker" ? [] : [TEST_ENTRY])]);
    await writeFile(`${folder}.json`, JSON.stringify(options, undefined, 2));
    await writeFile(stamp, hash);
  }
  const options = JSON.parse(await readFile(`${folder}.json`, "utf8")) as V4WorkerOptions;
  return { ...options, name: "edgetube", modulesRoot: folder, modules: await readModules(folder) };
}

async function bundle(folder: string, entry: string[]): Promise<void> {
  const wrangler = inProject("node_modules/wrangler/bin/wrangler.js");
  try {
    await promisify(execFile)(process.execPath, [wrangler, "deploy", ...entry, "--dry-run", "--outdir", folder], {
      cwd: projectFolder,
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0" },
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`wrangler couldn't bundle the Worker:\n${stdout}${stderr}`, { cause: error });
  }
}

async function readOptions(): Promise<object> {
  const { unstable_getMiniflareWorkerOptions } = await import("wrangler");
  const { workerOptions } = unstable_getMiniflareWorkerOptions(inProject("wrangler.toml"));
  // The rules say how to find modules; wrangler's bundle has them found.
  return { ...workerOptions, modulesRules: undefined };
}

/** The bundle's modules, the main one first. */
async function readModules(folder: string): Promise<V4ModuleDefinition[]> {
  const files = (await readdir(folder)).toSorted((a, b) => Number(isMain(b)) - Number(isMain(a)));
  const modules: V4ModuleDefinition[] = [];
  for (const file of files) {
    const extension = file.slice(file.lastIndexOf("."));
    if (extension in MODULE_TYPES) {
      modules.push({ type: MODULE_TYPES[extension as keyof typeof MODULE_TYPES], path: resolve(folder, file) });
    }
  }
  return modules;
}

function isMain(file: string): boolean {
  return file === "index.js" || file === "instance-entry.js";
}
