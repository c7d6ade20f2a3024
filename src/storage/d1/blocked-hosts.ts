import { and, asc, count, desc, eq, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { blockedHosts, deliveries, type BlockedHostRow } from "./schema-federation";
import type { Statement } from "./tasks";

// The blacklist of instances.

/** Whether a host (with its port) is blocked. */
export async function isBlocked(database: Database, host: string): Promise<boolean> {
  const [row] = await database.select().from(blockedHosts).where(eq(blockedHosts.host, host)).limit(1);
  return row !== undefined;
}

/** A page of the blocked hosts, and how many there are. `search`: part of the name, in any case. */
export async function listBlockedHosts(
  database: Database,
  page: { search: string | undefined; start: number; count: number; descending: boolean },
): Promise<{ total: number; rows: BlockedHostRow[] }> {
  const where = page.search ? sql`instr(${blockedHosts.host}, lower(${page.search})) > 0` : undefined;
  const direction = page.descending ? desc : asc;
  const [rows, totals] = await database.batch([
    database
      .select()
      .from(blockedHosts)
      .where(where)
      .orderBy(direction(blockedHosts.createdAt), direction(blockedHosts.host))
      .limit(page.count)
      .offset(page.start),
    database.select({ total: count() }).from(blockedHosts).where(where),
  ]);
  return { total: totals[0]?.total ?? 0, rows };
}

/** The statement that blocks a host; one that is blocked stays as it is. */
export function blockHostStatement(database: Database, host: string, now: number): Statement {
  return database.insert(blockedHosts).values({ host, createdAt: now }).onConflictDoNothing();
}

/** Ends a host's block; says whether there was one. */
export async function unblockHost(database: Database, host: string): Promise<boolean> {
  const gone = await database.delete(blockedHosts).where(eq(blockedHosts.host, host)).returning();
  return gone.length > 0;
}

/** What is listed: of no blocked host. `host`: a column, NULL where the row is of here. */
export function ofNoBlockedHost(host: SQL): SQL {
  return sql`not exists (select 1 from blocked_hosts where blocked_hosts.host = ${host})`;
}

/** The statements that drop all that waits to be delivered to a host, or was given up. */
export function cancelDeliveriesStatements(database: Database, host: string): Statement[] {
  // Rows of several inboxes have no host; each inbox begins with its own.
  const others = sql`(
    select json_group_array(value) from json_each(${deliveries.inboxes})
    where value not like ${`http://${escapeLike(host)}/%`} escape '\\' and value not like ${`https://${escapeLike(host)}/%`} escape '\\'
  )`;
  const isShared = and(sql`${deliveries.host} is null`, sql`instr(${deliveries.inboxes}, ${`://${host}/`}) > 0`);
  return [
    database.delete(deliveries).where(eq(deliveries.host, host)),
    database.update(deliveries).set({ inboxes: others }).where(isShared),
    database.delete(deliveries).where(and(sql`${deliveries.host} is null`, eq(deliveries.inboxes, "[]"))),
  ];
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/**
 * The statement that drops what an actor's Follow or Undo of one target still waits to be delivered with: only the last word
 * counts, and others take what arrives last for it. `actor`: as `deliveries.actor` has it.
 */
export function cancelFollowDeliveriesStatement(database: Database, actor: string, targetUrl: string): Statement {
  return database
    .delete(deliveries)
    .where(and(eq(deliveries.actor, actor), eq(deliveries.objectId, targetUrl), sql`${deliveries.activityType} in ('Follow', 'Undo')`));
}
