import { count, desc, eq, lt } from "drizzle-orm";
import type { Database } from "./database";
import { federationEvents, type FederationEventRow } from "./schema-federation";
import type { Statement } from "./tasks";

export type NewFederationEvent = Pick<FederationEventRow, "kind" | "host" | "note" | "createdAt">;

/** Notes something that the administrator should know of. */
export function insertEvent(database: Database, event: NewFederationEvent): Statement {
  return database.insert(federationEvents).values(event);
}

/** A page of events, the newest first, and how many there are. */
export async function listEvents(
  database: Database,
  { host, start, count: limit }: { host: string | undefined; start: number; count: number },
): Promise<{ total: number; events: FederationEventRow[] }> {
  const where = host === undefined ? undefined : eq(federationEvents.host, host);
  const [events, totals] = await database.batch([
    database
      .select()
      .from(federationEvents)
      .where(where)
      .orderBy(desc(federationEvents.createdAt), desc(federationEvents.id))
      .limit(limit)
      .offset(start),
    database.select({ total: count() }).from(federationEvents).where(where),
  ]);
  return { total: totals[0]?.total ?? 0, events };
}

/** Forgets events that are older. */
export async function deleteOldEvents(database: Database, before: number): Promise<void> {
  await database.delete(federationEvents).where(lt(federationEvents.createdAt, before));
}
