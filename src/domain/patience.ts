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
