/** The chain of those who wait where the browser has no locks: then each tab only knows of itself. */
const chains = new Map<string, Promise<unknown>>();

/** Runs `work` while no other tab of this browser holds `name`; rejects with the signal's reason where it's aborted while it waits. */
export async function withLock<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const fullName = `edgetube.studio.${name}`;
  // Absent where the page isn't a secure context.
  const locks: LockManager | undefined = navigator.locks;
  if (locks !== undefined) {
    return await locks.request(fullName, { signal }, work);
  }
  const before = chains.get(fullName) ?? Promise.resolve();
  const own = before.then(() => {
    signal.throwIfAborted();
    return work();
  });
  chains.set(
    fullName,
    own.catch(() => undefined),
  );
  return await own;
}
