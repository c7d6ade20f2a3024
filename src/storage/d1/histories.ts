import { and, asc, eq, isNotNull, lte, sql } from "drizzle-orm";
import type { Database } from "./database";
import { actorHistories, actors, follows, type ActorHistoryRow } from "./schema-federation";

// Where the reading of followed actors' outboxes stands.

/** How far the reading of an actor's outbox has come; undefined: it wasn't begun. */
export async function findHistory(database: Database, actorId: number): Promise<ActorHistoryRow | undefined> {
  return await database.select().from(actorHistories).where(eq(actorHistories.actorId, actorId)).get();
}

/** Begins the reading anew. */
export async function beginHistory(
  database: Database,
  actorId: number,
  { nextPageUrl, totalItems, now }: { nextPageUrl: string | null; totalItems: number | null; now: number },
): Promise<void> {
  const values = {
    state: "running" as const,
    nextPageUrl,
    pagesRead: 0,
    itemsRead: 0,
    totalItems,
    lastError: null,
    startedAt: now,
    finishedAt: null,
    reconcileAt: null,
  };
  await database
    .insert(actorHistories)
    .values({ actorId, ...values })
    .onConflictDoUpdate({ target: actorHistories.actorId, set: values });
}

/** A page was read: where to go on. */
export async function advanceHistory(
  database: Database,
  actorId: number,
  { nextPageUrl, items }: { nextPageUrl: string; items: number },
): Promise<void> {
  await database
    .update(actorHistories)
    .set({ nextPageUrl, pagesRead: sql`${actorHistories.pagesRead} + 1`, itemsRead: sql`${actorHistories.itemsRead} + ${items}` })
    .where(eq(actorHistories.actorId, actorId));
}

/** The reading came to its end, or can't go on. */
export async function endHistory(
  database: Database,
  actorId: number,
  end: { items: number; error: string | null; now: number; reconcileAt: number },
): Promise<void> {
  const { items, error, now, reconcileAt } = end;
  await database
    .update(actorHistories)
    .set({
      state: error === null ? "done" : "failed",
      nextPageUrl: null,
      pagesRead: sql`${actorHistories.pagesRead} + ${error === null ? 1 : 0}`,
      itemsRead: sql`${actorHistories.itemsRead} + ${items}`,
      lastError: error,
      finishedAt: now,
      reconcileAt,
    })
    .where(eq(actorHistories.actorId, actorId));
}

/** Ids of actors whose outbox is due to be compared, and that are followed from here still. */
export async function dueHistories(database: Database, now: number, limit: number): Promise<{ actorId: number; url: string }[]> {
  return await database
    .select({ actorId: actors.id, url: actors.url })
    .from(actorHistories)
    .innerJoin(actors, eq(actors.id, actorHistories.actorId))
    .where(
      and(
        isNotNull(actorHistories.reconcileAt),
        lte(actorHistories.reconcileAt, now),
        sql`exists (select 1 from ${follows} where ${follows.targetId} = ${actors.id} and ${follows.state} = 'accepted')`,
      ),
    )
    .orderBy(asc(actorHistories.reconcileAt))
    .limit(limit);
}

/** When an actor's outbox is next compared. */
export async function scheduleReconciliation(
  database: Database,
  actorId: number,
  reconcileAt: number,
  error: string | null,
): Promise<void> {
  await database.update(actorHistories).set({ reconcileAt, lastError: error }).where(eq(actorHistories.actorId, actorId));
}
