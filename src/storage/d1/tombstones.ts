import { lt, sql } from "drizzle-orm";
import type { Database } from "./database";
import { tombstones } from "./schema-federation";
import type { Statement } from "./tasks";

// Ids of what was deleted or undone, each with the time at which its author said so. Activities come in any order: what was said
// before that time isn't taken for new, what was said after it is.

/** When an id was taken back, in milliseconds; undefined: never. The id is in normal form. */
export async function findTombstone(database: Database, url: string): Promise<number | undefined> {
  return (await tombstonesOf(database, [url])).get(url);
}

/** The same for several ids; those that were never taken back are left out. */
export async function tombstonesOf(database: Database, urls: string[]): Promise<Map<string, number>> {
  if (urls.length === 0) {
    return new Map();
  }
  const rows = await database
    .select()
    .from(tombstones)
    .where(sql`${tombstones.url} in (select value from json_each(${JSON.stringify(urls)}))`);
  return new Map(rows.map(({ url, deletedAt }) => [url, deletedAt]));
}

/** The statement that notes that an id was taken back; of several times the newest is kept. */
export function tombstoneStatement(database: Database, url: string, deletedAt: number): Statement {
  return database
    .insert(tombstones)
    .values({ url, deletedAt })
    .onConflictDoUpdate({
      target: tombstones.url,
      set: { deletedAt: sql`max(${tombstones.deletedAt}, excluded.deleted_at)` },
    });
}

/** Notes that an id was taken back. */
export async function layTombstone(database: Database, url: string, deletedAt: number): Promise<void> {
  await database.batch([tombstoneStatement(database, url, deletedAt)]);
}

/** Forgets what was taken back before a time. */
export async function deleteOldTombstones(database: Database, before: number): Promise<void> {
  await database.delete(tombstones).where(lt(tombstones.deletedAt, before));
}
