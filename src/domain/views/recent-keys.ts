/** How long what was counted isn't counted again: PeerTube's hour. */
export const RECENT_KEY_LIFETIME_MS = 60 * 60_000;
/** So many take some 150 kB; when there are more, the oldest go first. */
export const MAX_RECENT_KEYS = 5000;

const DIGEST_BYTES = 9;

export interface RecentKeys {
  /** Notes a digest; false where it was noted within the lifetime. */
  note(digest: string, now: number): boolean;
  /** JSON of them, for `recentKeysFrom`. */
  toJson(now: number): string;
}

/** The keys that were counted lately, as they were when the JSON was made; undefined: none. */
export function recentKeysFrom(json: string | undefined): RecentKeys {
  const notedAt = new Map<string, number>(json === undefined ? [] : (JSON.parse(json) as [string, number][]));

  function dropOld(now: number): void {
    for (const [digest, at] of notedAt) {
      if (now - at < RECENT_KEY_LIFETIME_MS && notedAt.size <= MAX_RECENT_KEYS) {
        break;
      }
      notedAt.delete(digest);
    }
  }

  return {
    note(digest, now) {
      const at = notedAt.get(digest);
      if (at !== undefined && now - at < RECENT_KEY_LIFETIME_MS) {
        return false;
      }
      notedAt.delete(digest);
      notedAt.set(digest, now);
      dropOld(now);
      return true;
    },
    toJson(now) {
      dropOld(now);
      return JSON.stringify([...notedAt]);
    },
  };
}

/** What a key is noted by: short, whatever its length, and it doesn't tell who watched. */
export async function digestOfKey(key: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  return btoa(String.fromCharCode(...hash.subarray(0, DIGEST_BYTES)));
}
