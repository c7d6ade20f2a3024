import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { federatedObjects } from "./schema-federation";
import type { Statement } from "./tasks";

export interface StoredSnapshot {
  /** JSON. */
  snapshot: string;
  /** Grows with each change, so that of two writers who saw the same one fails. */
  updatedAt: number;
}

/** What others were last told of an object of here; undefined: nothing. */
export async function findSnapshot(database: Database, kind: string, subject: string): Promise<StoredSnapshot | undefined> {
  const [row] = await database
    .select({ snapshot: federatedObjects.snapshot, updatedAt: federatedObjects.updatedAt })
    .from(federatedObjects)
    .where(and(eq(federatedObjects.kind, kind), eq(federatedObjects.subject, subject)))
    .limit(1);
  return row;
}

/**
 * Writes what others are told now. For a batch with the deliveries that tell them: where somebody else wrote after
 * `seen` was read, it fails, and with it the batch.
 */
export function snapshotStatement(
  database: Database,
  {
    kind,
    subject,
    snapshot,
    seen,
    now,
  }: { kind: string; subject: string; snapshot: string; seen: StoredSnapshot | undefined; now: number },
): Statement {
  if (seen === undefined) {
    // Fails by the primary key where there is one meanwhile.
    return database.insert(federatedObjects).values({ kind, subject, snapshot, updatedAt: now });
  }
  return database
    .update(federatedObjects)
    .set({
      // NULL isn't allowed there: a batch stops at nothing less than an error.
      snapshot: sql`CASE WHEN ${federatedObjects.updatedAt} = ${seen.updatedAt} THEN ${snapshot} END`,
      updatedAt: Math.max(now, seen.updatedAt + 1),
    })
    .where(and(eq(federatedObjects.kind, kind), eq(federatedObjects.subject, subject)));
}

/** Whether a batch failed because somebody else wrote the same snapshot first. */
export function isSnapshotConflict(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (/constraint failed: federated_objects\./.test(cause.message)) {
      return true;
    }
  }
  return false;
}

/** How many videos of a channel others still know of, by what they were told. */
export async function countToldVideosOfChannel(database: Database, channelName: string): Promise<number> {
  const [row] = await database
    .select({ total: sql<number>`count(*)` })
    .from(federatedObjects)
    .where(
      and(
        eq(federatedObjects.kind, "video"),
        sql`${federatedObjects.snapshot} ->> '$.channel' = ${channelName}`,
        sql`${federatedObjects.snapshot} ->> '$.told' = 1`,
      ),
    );
  return row?.total ?? 0;
}
