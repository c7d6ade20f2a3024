import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./start-error.ts";

export type Lock = { taken: true; release: () => void } | { taken: false; pid: number };

/**
 * Takes a lock file that holds the owner's process id. One whose owner has died is taken over. Another's live lock
 * gives that owner's id; a folder that can't be written throws as `writeFileSync` does.
 */
export function takeLock(path: string): Lock {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
      return { taken: true, release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (!hasCode(error, "EEXIST")) {
        throw error;
      }
    }
    const pid = ownerOf(path);
    // A container's processes get the same ids each time: our own id in the file is a former owner's.
    if (pid !== undefined && pid !== process.pid && isAlive(pid)) {
      return { taken: false, pid };
    }
    if (attempt > 5) {
      throw new Error(`${path} is taken and left again all the time`);
    }
    rmSync(path, { force: true });
  }
}

/** Does `work` while holding the lock, waiting for another's up to `timeoutMs`. */
export async function withLock<T>(path: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = takeLock(path);
    if (lock.taken) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (Date.now() > deadline) {
      throw new Error(`process ${lock.pid} holds ${path}`);
    }
    await sleep(100);
  }
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return hasCode(error, "EPERM");
  }
}
