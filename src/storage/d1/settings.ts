import { eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { settings } from "./schema";

/** Every stored setting: its key, and its value as JSON. */
export async function loadSettings(database: Database): Promise<{ key: string; value: string }[]> {
  return await database.select().from(settings);
}

/** Writes settings, each whole. */
export async function saveSettings(database: Database, rows: { key: string; value: string }[]): Promise<void> {
  if (rows.length > 0) {
    await database
      .insert(settings)
      .values(rows)
      .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value` } });
  }
}

/** The stored value, or `initial`, which is stored where there is none: of many at once, all get the same. */
export async function readOrSetSetting(database: Database, key: string, initial: string): Promise<string> {
  const stored = await database.select({ value: settings.value }).from(settings).where(eq(settings.key, key)).get();
  if (stored !== undefined) {
    return stored.value;
  }
  const kept = await database
    .insert(settings)
    .values({ key, value: initial })
    .onConflictDoUpdate({ target: settings.key, set: { value: sql`${settings.value}` } })
    .returning({ value: settings.value })
    .get();
  return kept.value;
}
