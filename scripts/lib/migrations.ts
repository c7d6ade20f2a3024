import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Miniflare } from "miniflare";
import { inProject } from "./project.ts";
import { StartError, messageOf } from "./start-error.ts";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** The table that wrangler keeps too, so that either may apply the next migration. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Applies what the database hasn't had of migrations/, each file whole or not at all. */
export async function applyMigrations(database: Database): Promise<void> {
  await database.prepare(BOOKKEEPING).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const files = (await readdir(inProject("migrations"))).filter((file) => file.endsWith(".sql")).toSorted();
  const unknown = [...applied].filter((name) => !files.includes(name));
  if (unknown.length > 0) {
    throw new StartError(
      `The data are of a newer Edgetube (${unknown.join(", ")}): start that version, or choose another folder by DATA_DIR.`,
    );
  }
  const pending = files.filter((file) => !applied.has(file));
  if (pending.length === 0) {
    return;
  }
  const { unstable_splitSqlQuery: splitSqlQuery } = await import("wrangler");
  for (const file of pending) {
    const statements = splitSqlQuery(await readFile(resolve(inProject("migrations"), file), "utf8"));
    try {
      await database.batch([
        ...statements.map((statement) => database.prepare(statement)),
        database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(file),
      ]);
    } catch (error) {
      throw new Error(`migrations/${file} failed, the data are as before: ${messageOf(error)}`, { cause: error });
    }
  }
}
