import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { buildClient } from "./lib/client-build.ts";
import { inProject, projectFolder } from "./lib/project.ts";

// npm test [layer …] [file …]: runs the layers one after another, since whole instances and browsers need the machine for
// themselves, and ends with one line that counts all of them.

const LAYERS = ["unit", "worker", "conformance", "federation", "browser"];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const args = process.argv.slice(2);
const chosen = LAYERS.filter((layer) => args.includes(layer));
const rest = args.filter((arg) => !LAYERS.includes(arg));

const layers = chosen.length > 0 ? chosen : LAYERS;

await mkdir(inProject(".test-results"), { recursive: true });
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
if (layers.some((layer) => layer !== "unit")) {
  try {
    await buildClient();
  } catch (error) {
    console.error("The client can't be built:", error);
    total.failed += 1;
  }
}
for (const layer of layers) {
  const counts = await runLayer(layer);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function runLayer(layer: string): Promise<Counts> {
  const results = inProject(`.test-results/${layer}.json`);
  await rm(results, { force: true });
  const code = await new Promise<number>((resolve) => {
    const vitest = inProject("node_modules/vitest/vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
    spawn(process.execPath, [vitest, "run", "--project", layer, ...reporters, ...rest], {
      cwd: projectFolder,
      stdio: ["ignore", "inherit", "inherit"],
    })
      .on("error", () => resolve(1))
      .on("close", (status) => resolve(status ?? 1));
  });
  const counts = await readCounts(results);
  // A file that doesn't load, or an error outside of any test, fails the run without a failed test.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readCounts(file: string): Promise<Counts> {
  try {
    const json = JSON.parse(await readFile(file, "utf8")) as Record<
      "numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests",
      number
    >;
    return { passed: json.numPassedTests, failed: json.numFailedTests, skipped: json.numPendingTests + json.numTodoTests };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
