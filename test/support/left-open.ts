import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { json } from "./client.ts";
import type { Instance } from "./instance.ts";

// What no binding can list: read from the files in which Miniflare keeps R2 and the objects.

export interface LeftOpen {
  /** Names of the files whose upload is still receiving or being published. */
  uploads: string[];
  /** Keys of R2's multipart uploads that were neither completed nor aborted. */
  multiparts: string[];
}

/** Uploads that a data folder holds unfinished; the instance may be running. */
export function leftOpen(dataDir: string): LeftOpen {
  const sessions = globSync(join(dataDir, "v3/do/edgetube-Upload/*.sqlite")).flatMap((file) => rowsOf(file, "session", "json"));
  const open = sessions
    .map((json) => JSON.parse(json) as { state: string; originalFilename: string })
    .filter(({ state }) => state !== "settled");
  const buckets = globSync(join(dataDir, "v3/r2/miniflare-R2BucketObject/*.sqlite"));
  return {
    uploads: open.map(({ originalFilename }) => originalFilename),
    multiparts: buckets.flatMap((file) => rowsOf(file, "_mf_multipart_uploads", "key", "state = 0")),
  };
}

/** Fails where R2 or D1 hold something that belongs to nothing, or an upload waits for more. */
export async function expectNothingLeft({ url, dataDir }: Instance): Promise<void> {
  // The bytes of what was deleted go a moment later.
  const sweep = async () => await json(await fetch(`${url}/__test__/sweep`, { method: "POST" }));
  await expect.poll(sweep, { timeout: 10_000 }).toEqual({ orphans: [], missing: [], broken: [] });
  await expect.poll(() => leftOpen(dataDir), { timeout: 10_000 }).toEqual({ uploads: [], multiparts: [] });
}

/** One column of a table; nothing where the file has no such table. */
function rowsOf(file: string, table: string, column: string, where = "1"): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined;
    return exists
      ? database
          .prepare(`SELECT ${column} FROM ${table} WHERE ${where}`)
          .all()
          .map((row) => String(row[column]))
      : [];
  } finally {
    database.close();
  }
}
