export interface ExpiringCache<V> {
  /** The value, if it was set less than a lifetime before `now`. */
  get(key: string, now: number): V | undefined;
  set(key: string, value: V, now: number): void;
  clear(): void;
}

/**
 * A small memory of looked-up facts, kept between the requests that one isolate serves. When it is full the oldest
 * entry goes. Never for what must be seen changed at once.
 */
export function createExpiringCache<V>(options: { maxEntries: number; lifetimeMs: number }): ExpiringCache<V> {
  const entries = new Map<string, { value: V; setAt: number }>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry !== undefined && now - entry.setAt < options.lifetimeMs ? entry.value : undefined;
    },
    set(key, value, now) {
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= options.maxEntries && !oldest.done) {
        entries.delete(oldest.value);
      }
      entries.set(key, { value, setAt: now });
    },
    clear() {
      entries.clear();
    },
  };
}
