import { and, count, desc, asc, eq, gt, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { blockedHosts, deliveries, federationTasks, hosts, deadLetters, type HostRow } from "./schema-federation";
import type { Statement } from "./tasks";

// What is known of other instances' health.

export interface KnownHosts {
  /** Those that failed once; the rest never did. `waiting`: how many deliveries to it are due. */
  rows: Map<string, HostRow & { waiting: number }>;
  blocked: Set<string>;
}

function among(names: string[]): SQL {
  // One bound parameter: D1 takes 100 at most.
  return sql`(select value from json_each(${JSON.stringify(names)}))`;
}

/** What is known of these hosts. */
export async function findHosts(database: Database, names: string[], now: number): Promise<KnownHosts> {
  if (names.length === 0) {
    return { rows: new Map(), blocked: new Set() };
  }
  // Written out: of a table that stands alone drizzle writes columns without its name, and `deliveries` has a host too.
  const waiting = sql<number>`(select count(*) from deliveries where deliveries.host = hosts.host and deliveries.due_at <= ${now})`;
  const [rows, blocked] = await database.batch([
    database
      .select({ host: hosts, waiting })
      .from(hosts)
      .where(sql`${hosts.host} in ${among(names)}`),
    database
      .select()
      .from(blockedHosts)
      .where(sql`${blockedHosts.host} in ${among(names)}`),
  ]);
  return {
    rows: new Map(rows.map(({ host, waiting: due }) => [host.host, { ...host, waiting: due }])),
    blocked: new Set(blocked.map(({ host }) => host)),
  };
}

/** What is known of one host; undefined: it never failed. */
export async function findHost(database: Database, host: string): Promise<HostRow | undefined> {
  return await database.select().from(hosts).where(eq(hosts.host, host)).get();
}

/** A host's health after a try that failed. */
export interface HostFailure {
  host: string;
  score: number;
  failures: number;
  failingSince: number;
  restingUntil: number | null;
  error: string;
}

/**
 * Writes what failed tries say of their hosts, and gives the rows that were written. Tries that ran side by side count
 * once: what was written since `startedAt` stays.
 */
export function hostFailureStatement(database: Database, failures: HostFailure[], { startedAt, now }: { startedAt: number; now: number }) {
  return database
    .insert(hosts)
    .select(
      sql`select value ->> 'host', value ->> 'score', value ->> 'failures', value ->> 'failingSince', null, ${now}, value ->> 'error',
        value ->> 'restingUntil', 'cavage' from json_each(${JSON.stringify(failures)}) where true`,
    )
    .onConflictDoUpdate({
      target: hosts.host,
      set: {
        score: sql`excluded.score`,
        failures: sql`excluded.failures`,
        failingSince: sql`excluded.failing_since`,
        lastFailureAt: sql`excluded.last_failure_at`,
        lastError: sql`excluded.last_error`,
        restingUntil: sql`excluded.resting_until`,
      },
      setWhere: sql`ifnull(${hosts.lastFailureAt}, 0) <= ${startedAt} and ifnull(${hosts.lastSuccessAt}, 0) <= ${startedAt}`,
    })
    .returning();
}

/** Writes that these hosts took something; those that never failed have no row, and one in best health isn't written. */
export function hostSuccessStatement(
  database: Database,
  names: string[],
  { bonus, maxScore, startedAt, now }: { bonus: number; maxScore: number; startedAt: number; now: number },
): Statement {
  return database
    .update(hosts)
    .set({
      score: sql`min(${maxScore}, ${hosts.score} + ${bonus})`,
      failures: 0,
      failingSince: null,
      restingUntil: null,
      lastSuccessAt: now,
    })
    .where(
      and(
        sql`${hosts.host} in ${among(names)}`,
        sql`(${hosts.score} < ${maxScore} or ${hosts.failures} > 0 or ${hosts.failingSince} is not null or ${hosts.restingUntil} is not null)`,
        sql`ifnull(${hosts.lastFailureAt}, 0) <= ${startedAt}`,
      ),
    );
}

/** Remembers by which scheme a host wants its requests signed. */
export function signatureSchemeStatement(database: Database, host: string, scheme: HostRow["httpSignature"]): Statement {
  return database
    .insert(hosts)
    .values({ host, httpSignature: scheme })
    .onConflictDoUpdate({ target: hosts.host, set: { httpSignature: scheme } });
}

/** Ends the rest of hosts; what waits for them is due. */
export async function wakeHosts(database: Database, names: string[], now: number): Promise<void> {
  await database.batch([
    database
      .update(hosts)
      .set({ restingUntil: null })
      .where(sql`${hosts.host} in ${among(names)}`),
    database
      .update(deliveries)
      .set({ dueAt: now, queuedUntil: null })
      .where(and(sql`${deliveries.host} in ${among(names)}`, gt(deliveries.dueAt, now))),
  ]);
}

/** Whether anything is known of a host or waits for it. */
export async function isKnownHost(database: Database, host: string): Promise<boolean> {
  const [row] = await database
    .select({
      known: sql<number>`exists (select 1 from hosts where host = ${host}) or exists (select 1 from deliveries where host = ${host})`,
    })
    .from(sql`(select 1)`);
  return row?.known === 1;
}

export interface ListedHost {
  host: string;
  waiting: number;
  score: number | null;
  failures: number | null;
  failingSince: number | null;
  restingUntil: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
}

export type HostSort = "waiting" | "score" | "failingSince" | "host";

/** A page of the hosts that failed once or that a delivery of its own waits for, and how many there are. */
export async function listHosts(
  database: Database,
  query: { search: string | undefined; start: number; count: number; sort: { field: HostSort; descending: boolean } },
): Promise<{ total: number; rows: ListedHost[] }> {
  const names = database
    .select({ name: sql<string>`${hosts.host}`.as("name") })
    .from(hosts)
    .union(
      database
        .select({ name: sql<string>`${deliveries.host}`.as("name") })
        .from(deliveries)
        .where(sql`${deliveries.host} is not null and ${deliveries.dueAt} is not null`),
    )
    .as("names");
  const waiting = sql<number>`(select count(*) from ${deliveries} where ${deliveries.host} = ${names.name} and ${deliveries.dueAt} is not null)`;
  const where =
    query.search === undefined || query.search === "" ? undefined : sql`instr(lower(${names.name}), lower(${query.search})) > 0`;
  const columns = { waiting, score: sql`ifnull(${hosts.score}, 1000)`, failingSince: hosts.failingSince, host: names.name };
  const direction = query.sort.descending ? desc : asc;
  const [rows, totals] = await database.batch([
    database
      .select({
        host: names.name,
        waiting: waiting.as("waiting"),
        score: hosts.score,
        failures: hosts.failures,
        failingSince: hosts.failingSince,
        restingUntil: hosts.restingUntil,
        lastSuccessAt: hosts.lastSuccessAt,
        lastFailureAt: hosts.lastFailureAt,
        lastError: hosts.lastError,
      })
      .from(names)
      .leftJoin(hosts, eq(hosts.host, names.name))
      .where(where)
      .orderBy(direction(columns[query.sort.field]), asc(names.name))
      .limit(query.count)
      .offset(query.start),
    database.select({ total: count() }).from(names).where(where),
  ]);
  return { total: totals[0]?.total ?? 0, rows };
}

export interface FederationCounts {
  waiting: number;
  oldestDueAt: number | null;
  failing: number;
  resting: number;
  deadLetters: number;
  tasksWaiting: number;
  tasksFailing: number;
}

/** The state of federation in numbers. */
export async function countFederation(database: Database, now: number): Promise<FederationCounts> {
  const [row] = await database
    .select({
      waiting: sql<number>`(select ifnull(sum(json_array_length(inboxes)), 0) from ${deliveries} where due_at is not null)`,
      oldestDueAt: sql<number | null>`(select min(due_at) from ${deliveries} where due_at is not null)`,
      failing: sql<number>`(select count(*) from ${hosts} where failures > 0)`,
      resting: sql<number>`(select count(*) from ${hosts} where resting_until > ${now})`,
      deadLetters: sql<number>`(select count(*) from ${deliveries} where dead_at is not null) + (select count(*) from ${deadLetters})`,
      tasksWaiting: sql<number>`(select count(*) from ${federationTasks})`,
      tasksFailing: sql<number>`(select count(*) from ${federationTasks} where attempts > 0)`,
    })
    .from(sql`(select 1)`);
  if (row === undefined) {
    throw new Error("a select without a table gave no row");
  }
  return row;
}
