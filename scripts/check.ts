import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { checkImports } from "./lib/import-rules.ts";
import { inProject, projectFolder } from "./lib/project.ts";

// Everything that is wrong without running it: npm run check.

const CHECKS: { name: string; command: string[]; advice?: string }[] = [
  { name: "format", command: ["oxfmt", "--check"], advice: "`npm run format` mends it." },
  { name: "lint", command: ["oxlint"] },
  { name: "types of the Worker", command: ["tsc", "-p", "tsconfig.worker.json"] },
  { name: "types of the client", command: ["tsc", "-p", "tsconfig.client.json"] },
  { name: "types of scripts and tests", command: ["tsc", "-p", "tsconfig.node.json"] },
  { name: "types of tests in workerd", command: ["tsc", "-p", "tsconfig.test-worker.json"] },
  { name: "types of bindings", command: ["wrangler", "types", "--check"], advice: "`npm run types` writes them anew from wrangler.toml." },
];

const ENVIRONMENT = { CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };

interface Outcome {
  passed: boolean;
  output: string;
}

/** Runs a command of node_modules/.bin; npm puts those on PATH. */
async function run(command: string[]): Promise<Outcome> {
  const [file = "", ...args] = command;
  return await new Promise((resolve) => {
    const child = spawn(file, args, { cwd: projectFolder, shell: process.platform === "win32", env: { ...process.env, ...ENVIRONMENT } });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ passed: false, output: error.message }));
    child.on("close", (code) => resolve({ passed: code === 0, output }));
  });
}

function report(name: string, { passed, output }: Outcome, advice = ""): void {
  console.log(`${passed ? "ok    " : "WRONG "} ${name}`);
  if (!passed) {
    console.log(`${output.trim()}\n${advice}`);
    process.exitCode = 1;
  }
}

const forbidden = checkImports(inProject("src"));
report("imports", { passed: forbidden.length === 0, output: forbidden.join("\n") });

const waiting = [...CHECKS];
await Promise.all(
  cpus().map(async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      report(check.name, await run(check.command), check.advice);
    }
  }),
);
