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

/** The memory of a process that is there right now, in bytes. */
export function residentBytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/**
 * Watches the memory of the isolate that runs the Worker and its objects, by the inspector: the JavaScript heap in use and
 * the buffers behind it, which is what the edge allows 128 MB of. `stop` gives the most there was, in bytes.
 */
export async function measureIsolate(inspectorPort: number): Promise<{ stop: () => number }> {
  const targets = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as { id: string; webSocketDebuggerUrl: string }[];
  const target = targets.find(({ id }) => id.startsWith("core:user:"));
  if (target === undefined) {
    throw new Error("the inspector shows no Worker");
  }
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  let peak = 0;
  socket.addEventListener("message", ({ data }) => {
    const { result } = JSON.parse(String(data)) as { result?: { usedSize?: number; backingStorageSize?: number } };
    peak = Math.max(peak, (result?.usedSize ?? 0) + (result?.backingStorageSize ?? 0));
  });
  let id = 0;
  const timer = setInterval(() => socket.send(JSON.stringify({ id: ++id, method: "Runtime.getHeapUsage" })), SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      socket.close();
      return peak;
    },
  };
}
