import { sql } from "drizzle-orm";
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
