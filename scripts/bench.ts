import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { buildClient } from "./lib/client-build.ts";
import { inProject, projectFolder } from "./lib/project.ts";

// npm run bench -- NAME [options]: runs bench/NAME/run.ts, which prints its table; without a name, all of them.

const [name, ...options] = process.argv.slice(2);
const benches = readdirSync(inProject("bench")).filter((folder) => existsSync(inProject("bench", folder, "run.ts")));
if (name !== undefined && !benches.includes(name)) {
  console.error(`There is no benchmark «${name}»; there are: ${benches.join(", ")}.`);
  process.exit(1);
}
await buildClient();
for (const bench of name === undefined ? benches : [name]) {
  const code = await new Promise<number>((resolve) => {
    spawn(process.execPath, [inProject("bench", bench, "run.ts"), ...options], { cwd: projectFolder, stdio: "inherit" })
      .on("error", () => resolve(1))
      .on("close", (status) => resolve(status ?? 1));
  });
  if (code !== 0) {
    process.exitCode = code;
  }
}
