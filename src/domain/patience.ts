import type { Deps } from "./deps";

/**
 * Waits for work, but not longer than `patienceMs`: what isn't done by then goes on after the caller has answered. For work whose
 * truth is in a database, so that being cut off loses nothing.
 */
export async function waitAWhile(deps: Pick<Deps, "waitUntil">, work: Promise<unknown>, patienceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  deps.waitUntil(work.catch(() => undefined));
  await Promise.race([work, patience]);
  clearTimeout(timer);
}

const LOOK_EVERY_MS = 250;

/** The same for work of many parts: waits as long as some part ends every now and then (`movedAt`), and `maxMs` at most. */
export async function waitWhileItMoves(
  deps: Pick<Deps, "waitUntil">,
  work: Promise<unknown>,
  movedAt: () => number,
  { patienceMs, maxMs }: { patienceMs: number; maxMs: number },
): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  deps.waitUntil(done.catch(() => undefined));
  const began = Date.now();
  while (!isDone && Date.now() - movedAt() < patienceMs && Date.now() - began < maxMs) {
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
  }
}
