import { STALLED_WRITER_MS } from "./upload-session";

/** The request that is bringing bytes at the moment. */
export interface Writer {
  lastByteAt: number;
  stop: AbortController;
  finished: Promise<void>;
}

/** Lets one request at a time write to an upload. */
export interface WriterLock {
  isTaken: () => boolean;
  /**
   * Runs `action` as the only writer. Undefined where another is bringing bytes; one whose connection is silent is
   * stopped first (what it brought is kept), and `force` stops any.
   */
  take: <T>(action: (writer: Writer) => Promise<T>, force?: boolean) => Promise<T | undefined>;
}

export function createWriterLock(): WriterLock {
  let current: Writer | undefined;
  return {
    isTaken: () => current !== undefined,
    async take(action, force = false) {
      while (current) {
        if (!force && Date.now() - current.lastByteAt < STALLED_WRITER_MS) {
          return undefined;
        }
        current.stop.abort();
        await current.finished;
      }
      const finished = Promise.withResolvers<void>();
      const writer = { lastByteAt: Date.now(), stop: new AbortController(), finished: finished.promise };
      current = writer;
      try {
        return await action(writer);
      } finally {
        current = undefined;
        finished.resolve();
      }
    },
  };
}
