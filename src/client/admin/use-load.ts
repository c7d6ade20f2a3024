import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { messageOf } from "../session/call";

export interface Loaded<T> {
  /** The last that came; undefined: nothing yet. */
  value: T | undefined;
  /** For the user; undefined: the last look went well. */
  error: string | undefined;
  reload: () => Promise<void>;
}

/** Loads something when `key` changes, and again on `reload`; only the newest question's answer counts. */
export function useLoad<T>(load: () => Promise<T>, key: string): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();
  const asked = useRef(0);
  const current = useRef(load);
  current.current = load;
  const reload = useCallback(async () => {
    const number = ++asked.current;
    try {
      const loaded = await current.current();
      if (number === asked.current) {
        setValue(loaded);
        setError(undefined);
      }
    } catch (caught) {
      if (number === asked.current) {
        setError(messageOf(caught));
      }
    }
  }, []);
  useEffect(() => void reload(), [key]);
  return { value, error, reload };
}

/** Does something every `everyMs` while `isWanted` and the page is in front. */
export function useRepeat(work: () => Promise<void>, isWanted: boolean, everyMs: number): void {
  const current = useRef(work);
  current.current = work;
  useEffect(() => {
    if (!isWanted) {
      return undefined;
    }
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") {
        void current.current();
      }
    }, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs]);
}

export interface Action {
  /** What is being done; its button waits. */
  busy: string | undefined;
  error: string | undefined;
  /** What was done last, for a screen reader and the eye. */
  done: string | undefined;
  /** Does something by a name, and says so; says whether it went well. */
  run: (name: string, work: () => Promise<void>, done: string) => Promise<boolean>;
}

/** One thing at a time that the administrator does, with its outcome in words. */
export function useAction(): Action {
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<string>();
  const [done, setDone] = useState<string>();
  async function run(name: string, work: () => Promise<void>, said: string): Promise<boolean> {
    setBusy(name);
    setError(undefined);
    setDone(undefined);
    try {
      await work();
      setDone(said);
      return true;
    } catch (caught) {
      setError(messageOf(caught));
      return false;
    } finally {
      setBusy(undefined);
    }
  }
  return { busy, error, done, run };
}
