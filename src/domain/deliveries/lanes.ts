// A number of connections, shared by all that one invocation has to send.

export interface Lanes {
  readonly count: number;
  /** Runs `work` when a lane is free; undefined where none became free before they were closed. */
  run<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** What hasn't begun won't. */
  close(): void;
  isClosed(): boolean;
  /** Resolves when they are closed. */
  readonly closed: Promise<void>;
  /** How many wait for a lane. */
  waiting(): number;
  /** How many lanes are held for longer than `ms`. */
  heldLongerThan(ms: number): number;
}

interface Waiting {
  begin: () => void;
  refuse: () => void;
}

/** Opens `count` lanes; `now` in milliseconds. */
export function openLanes(count: number, now: () => number): Lanes {
  const held = new Set<{ since: number }>();
  const queue: Waiting[] = [];
  let free = count;
  let areClosed = false;
  let tellClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    tellClosed = resolve;
  });

  function hold<T>(work: () => Promise<T>): Promise<T> {
    const lane = { since: now() };
    held.add(lane);
    return work().finally(() => {
      held.delete(lane);
      const next = queue.shift();
      if (next === undefined) {
        free += 1;
      } else {
        // At once: nothing may be closed between a lane's being given and the work's beginning.
        next.begin();
      }
    });
  }

  return {
    count,
    closed,
    async run(work) {
      if (areClosed) {
        return undefined;
      }
      if (free > 0) {
        free -= 1;
        return await hold(work);
      }
      return await new Promise((resolve, reject) => {
        queue.push({ begin: () => void hold(work).then(resolve, reject), refuse: () => resolve(undefined) });
      });
    },
    close() {
      areClosed = true;
      for (const { refuse } of queue.splice(0)) {
        refuse();
      }
      tellClosed();
    },
    isClosed: () => areClosed,
    waiting: () => queue.length,
    heldLongerThan: (ms) => [...held].filter(({ since }) => now() - since > ms).length,
  };
}
