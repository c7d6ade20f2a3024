import { nextCount } from "./tables";

/** Bytes of a kept activity; a row of an object's SQLite holds at most 2 MB. */
export const MAX_ACTIVITY_BYTES = 1_900_000;

export interface KeptActivity {
  /** As it is sent, byte for byte. */
  json: string;
  /** The older keys that sign it; undefined: the newest. */
  keysId: number | undefined;
}

export interface ActivityStore {
  find(id: string): KeptActivity | undefined;
  /** Keeps an activity unless its id is kept already. */
  add(activity: { id: string; json: string; listed: boolean; keysId: number | undefined; now: number }): void;
  /** A time of signing, in milliseconds: now, or later where that was given before. */
  nextSigningTime(now: number): number;
  /** A page of the listed ones, the newest first. */
  page(page: { start: number; count: number }): { total: number; jsons: string[] };
  unlist(ids: string[]): void;
  /** Forgets what is older and not listed, except those named. */
  forget(before: number, except: string[]): void;
}

export function openActivityStore(storage: DurableObjectStorage): ActivityStore {
  const { sql } = storage;
  return {
    find(id) {
      const row = sql.exec<{ json: string; keys_id: number | null }>("SELECT json, keys_id FROM activities WHERE id = ?", id).toArray()[0];
      return row && { json: row.json, keysId: row.keys_id ?? undefined };
    },
    add({ id, json, listed, keysId, now }) {
      const bytes = new TextEncoder().encode(json).byteLength;
      if (bytes > MAX_ACTIVITY_BYTES) {
        throw new RangeError(`The activity ${id} has ${bytes} bytes, more than the ${MAX_ACTIVITY_BYTES} that are kept.`);
      }
      sql.exec(
        "INSERT INTO activities (id, json, listed, keys_id, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        id,
        json,
        listed ? 1 : 0,
        keysId ?? null,
        now,
      );
    },
    nextSigningTime(now) {
      return nextCount(storage, "signing-time", now);
    },
    page({ start, count }) {
      return {
        total: sql.exec<{ total: number }>("SELECT count(*) AS total FROM activities WHERE listed = 1").one().total,
        jsons: sql
          .exec<{ json: string }>("SELECT json FROM activities WHERE listed = 1 ORDER BY seq DESC LIMIT ? OFFSET ?", count, start)
          .toArray()
          .map(({ json }) => json),
      };
    },
    unlist(ids) {
      sql.exec("UPDATE activities SET listed = 0 WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
    },
    forget(before, except) {
      sql.exec(
        "DELETE FROM activities WHERE listed = 0 AND created_at < ? AND id NOT IN (SELECT value FROM json_each(?))",
        before,
        JSON.stringify(except),
      );
    },
  };
}
