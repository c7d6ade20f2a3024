import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

const SAMPLE_MS = 50;

/** The process id of the workerd that serves a port. Linux only: it reads /proc. */
export async function workerdOnPort(port: number): Promise<number> {
  for (const entry of await readdir("/proc")) {
    const command = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "") : "";
    if (/workerd/.test(command) && new RegExp(`socket-addr=entry=[^\\0]*:${port}\\0`).test(command)) {
      return Number(entry);
    }
  }
  throw new Error(`no workerd serves port ${port}`);
}

/** Watches a process's resident memory; `stop` gives by how many bytes it exceeded what it was, at most. */
export function measureMemory(processId: number): { stop: () => number } {
  const idle = residentBytes(processId);
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(processId));
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak - idle;
    },
  };
}

function residentBytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
