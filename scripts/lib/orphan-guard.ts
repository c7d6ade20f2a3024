import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

/**
 * workerd would outlive a start script that is killed outright, keeping its port and its data. So each one gets a
 * watcher that waits on a pipe from this process: the pipe breaks when this process ends, however it ends.
 * Call before Miniflare is used.
 */
export function guardAgainstOrphans(): void {
  if (process.platform === "win32") {
    return;
  }
  subscribe("child_process", (message) => {
    const child = (message as { process: ChildProcess }).process;
    child.once("spawn", () => {
      if (/workerd[^/]*$/.test(child.spawnfile) && child.pid !== undefined) {
        watch(child, child.pid);
      }
    });
  });
}

function watch(runtime: ChildProcess, pid: number): void {
  const watcher = spawn("sh", ["-c", `read -r command; [ "$command" = leave ] || kill -9 ${pid}`], {
    // Not in the terminal's process group: Ctrl-C must not end the watcher first.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  watcher.unref();
  runtime.once("exit", () => watcher.stdin.end("leave\n"));
}
