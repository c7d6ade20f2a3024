import { spawnSync } from "node:child_process";
import { inProject, projectFolder } from "./lib/project.ts";

// npm run deploy: what docs/deploy.md says, in its order; ends at the first step that fails.

const STEPS = [
  ["d1", "migrations", "apply", "edgetube", "--remote"],
  // Builds the client by itself ([build] in wrangler.toml).
  ["deploy", ...process.argv.slice(2)],
];

for (const step of STEPS) {
  const { status } = spawnSync(process.execPath, [inProject("node_modules/wrangler/bin/wrangler.js"), ...step], {
    cwd: projectFolder,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
