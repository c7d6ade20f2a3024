import { and, asc, eq, gt, isNotNull, lt, lte, ne, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { deliveries, hosts, sentActivities, type DeliveryRow } from "./schema-federation";
import type { Statement } from "./tasks";

// The ledger of what is still to be sent.

export interface NewDelivery {
  inboxes: string[];
  /** Where there is one inbox. */
  host: string | null;
  dueAt: number;
  /** Where a message will name it. */
  queuedUntil: number | null;
}

export interface DeliveredActivity {
  actor: string;
  activityId: string;
  activityType: string;
  objectId: string | null;
  createdAt: number;
}

/** A row that is in a queue, or about to be. */
export interface QueuedDelivery {
  id: number;
  /** How many inboxes. */
  size: number;
  dueAt: number;
  queuedUntil: number | null;
}

const queued = {
  id: deliveries.id,
  size: sql<number>`json_array_length(${deliveries.inboxes})`,
  dueAt: sql<number>`${deliveries.dueAt}`,
  queuedUntil: deliveries.queuedUntil,
};

function listed(values: (number | string)[]): SQL {
  // One bound parameter: D1 takes 100 at most.
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

/** Remembers that an activity's deliveries are written; fails where they were before. */
export function markSentStatement(database: Database, activityId: string, now: number): Statement {
  return database.insert(sentActivities).values({ activityId, sentAt: now });
}

/** Whether a batch failed because the activity was sent before. */
export function isSentBefore(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (/constraint failed: sent_activities\./.test(cause.message)) {
      return true;
    }
  }
  return false;
}

/** Drops Updates of an object that wait, or were given up: a newer one tells it all. */
export function supersedeUpdatesStatement(database: Database, objectId: string, exceptActivityId: string): Statement {
  return database
    .delete(deliveries)
    .where(and(eq(deliveries.objectId, objectId), eq(deliveries.activityType, "Update"), ne(deliveries.activityId, exceptActivityId)));
}

/** Drops all that waits to tell of an object, or was given up: it is deleted. */
export function supersedeAllStatement(database: Database, objectId: string): Statement {
  return database
    .delete(deliveries)
    .where(and(eq(deliveries.objectId, objectId), sql`${deliveries.activityType} in ('Create', 'Update', 'Announce')`));
}

/** Drops an activity that is being undone. */
export function supersedeActivityStatement(database: Database, activityId: string): Statement {
  return database.delete(deliveries).where(eq(deliveries.activityId, activityId));
}

/** Writes what is to be delivered, and gives the rows. */
export function insertDeliveriesStatement(database: Database, activity: DeliveredActivity, rows: NewDelivery[]) {
  const { actor, activityId, activityType, objectId, createdAt } = activity;
  // Every column in the schema's order; NULL lets the database give the id. Drizzle batches no raw statement with parameters.
  return database
    .insert(deliveries)
    .select(
      sql`select null, ${actor}, ${activityId}, ${activityType}, ${objectId}, value ->> 'host', value ->> 'inboxes', 0, value ->> 'dueAt',
        value ->> 'queuedUntil', null, null, ${createdAt}, null
      from json_each(${JSON.stringify(rows)}) where true`,
    )
    .returning(queued);
}

/** Takes rows that are due for sending, unless somebody has them, their host rests, or they are settled. */
export async function takeDeliveries(
  database: Database,
  ids: number[],
  { at, sendingUntil }: { at: number; sendingUntil: number },
): Promise<DeliveryRow[]> {
  return await database
    .update(deliveries)
    .set({ sendingUntil })
    .where(
      and(
        sql`${deliveries.id} in ${listed(ids)}`,
        sql`${deliveries.dueAt} <= ${at}`,
        sql`ifnull(${deliveries.sendingUntil}, 0) <= ${at}`,
        sql`not exists (select 1 from hosts where hosts.host = ${deliveries.host} and hosts.resting_until > ${at})`,
      ),
    )
    .returning();
}

/** What becomes of some inboxes of a row that was taken. */
export interface Remainder {
  rowId: number;
  inboxes: string[];
  host: string | null;
  attempts: number;
  /** Null: given up. */
  dueAt: number | null;
  queuedUntil: number | null;
  deadAt: number | null;
  lastError: string | null;
}

/**
 * Writes rows for what remains of taken ones, and gives them. A row that was dropped meanwhile, as something newer said
 * it all, or settled by another, leaves nothing.
 */
export function remaindersStatement(database: Database, remainders: Remainder[]) {
  return database
    .insert(deliveries)
    .select(
      sql`select null, source.actor, source.activity_id, source.activity_type, source.object_id, value ->> 'host', value ->> 'inboxes',
        value ->> 'attempts', value ->> 'dueAt', value ->> 'queuedUntil', null, value ->> 'lastError', source.created_at, value ->> 'deadAt'
      from json_each(${JSON.stringify(remainders)}) join deliveries as source on source.id = value ->> 'rowId' where true`,
    )
    .returning({ id: deliveries.id, size: queued.size });
}

/** Leaves a taken row only these inboxes. */
export function shrinkStatement(database: Database, rows: { id: number; inboxes: string[] }[]): Statement {
  const list = JSON.stringify(rows);
  return database
    .update(deliveries)
    .set({ inboxes: sql`(select value ->> 'inboxes' from json_each(${list}) where value ->> 'id' = ${deliveries.id})` })
    .where(sql`${deliveries.id} in (select value ->> 'id' from json_each(${list}))`);
}

/** Gives taken rows back as they are; a message that names them is on the way. */
export function releaseStatement(database: Database, ids: number[], queuedUntil: number): Statement {
  return database
    .update(deliveries)
    .set({ sendingUntil: null, queuedUntil })
    .where(sql`${deliveries.id} in ${listed(ids)}`);
}

/** Removes rows that are settled. */
export function deleteDeliveriesStatement(database: Database, ids: number[]): Statement {
  return database.delete(deliveries).where(sql`${deliveries.id} in ${listed(ids)}`);
}

export interface PostponedRow {
  host: string | null;
  deadAt: number | null;
}

/**
 * A host failed and rests: the try was one for all that was due there. Gives the rows, those that had their last try
 * with `deadAt`.
 */
export function postponeHostsStatement(
  database: Database,
  rests: { host: string; until: number; error: string }[],
  { maxTries, now }: { maxTries: number; now: number },
) {
  return database
    .update(deliveries)
    .set({
      attempts: sql`${deliveries.attempts} + 1`,
      lastError: sql`rest.value ->> 'error'`,
      dueAt: sql`case when ${deliveries.attempts} + 1 < ${maxTries} then rest.value ->> 'until' end`,
      deadAt: sql`case when ${deliveries.attempts} + 1 >= ${maxTries} then ${now} end`,
      queuedUntil: null,
    })
    .from(sql`json_each(${JSON.stringify(rests)}) as rest`)
    .where(
      and(
        sql`${deliveries.host} = rest.value ->> 'host'`,
        lte(deliveries.dueAt, now),
        sql`ifnull(${deliveries.sendingUntil}, 0) <= ${now}`,
      ),
    )
    .returning({ host: deliveries.host, deadAt: deliveries.deadAt });
}

/** A host is there again: what waits for it is due. */
export function dueNowStatement(database: Database, names: string[], now: number): Statement {
  return database
    .update(deliveries)
    .set({ dueAt: now, queuedUntil: null })
    .where(and(sql`${deliveries.host} in ${listed(names)}`, gt(deliveries.dueAt, now)));
}

/**
 * Rows that are due and that nobody has, the longest waiting first. Of a host that failed `failuresBeforeRest` times in
 * a row only one at a time: it finds out whether the others need to be tried.
 */
export async function dueDeliveries(
  database: Database,
  { now, limit, failuresBeforeRest, onlyHosts }: { now: number; limit: number; failuresBeforeRest: number; onlyHosts?: string[] },
): Promise<QueuedDelivery[]> {
  const due = database
    .select({
      ...queued,
      size: queued.size.as("size"),
      dueAt: queued.dueAt.as("due"),
      sendingUntil: deliveries.sendingUntil,
      failures: sql<number>`ifnull(${hosts.failures}, 0)`.as("host_failures"),
      place: sql<number>`row_number() over (partition by ${deliveries.host} order by ${deliveries.dueAt}, ${deliveries.id})`.as("place"),
    })
    .from(deliveries)
    .leftJoin(hosts, eq(hosts.host, deliveries.host))
    .where(
      and(
        sql`${deliveries.dueAt} <= ${now}`,
        sql`ifnull(${hosts.restingUntil}, 0) <= ${now}`,
        onlyHosts && sql`${deliveries.host} in ${listed(onlyHosts)}`,
      ),
    )
    .as("due_rows");
  return await database
    .select({ id: due.id, size: due.size, dueAt: due.dueAt, queuedUntil: due.queuedUntil })
    .from(due)
    .where(
      and(
        sql`ifnull(${due.queuedUntil}, 0) <= ${now}`,
        sql`ifnull(${due.sendingUntil}, 0) <= ${now}`,
        sql`(${due.failures} < ${failuresBeforeRest} or ${due.place} = 1)`,
      ),
    )
    .orderBy(asc(due.dueAt), asc(due.id))
    .limit(limit);
}

/** Keeps the sweep from sending messages of these before `until`. */
export async function markQueued(database: Database, ids: number[], until: number): Promise<void> {
  await database
    .update(deliveries)
    .set({ queuedUntil: until })
    .where(sql`${deliveries.id} in ${listed(ids)}`);
}

/** Gives up what waits for a host; gives how many rows. */
export async function giveUpHost(database: Database, host: string, { error, now }: { error: string; now: number }): Promise<number> {
  const rows = await database
    .update(deliveries)
    .set({ dueAt: null, deadAt: now, lastError: error })
    .where(and(eq(deliveries.host, host), isNotNull(deliveries.dueAt)))
    .returning({ id: deliveries.id });
  return rows.length;
}

/** Has deliveries that were given up tried again, as if for the first time: one of them, or all (to one host). Gives the rows. */
export async function replayDeliveries(
  database: Database,
  which: { id: number } | { host: string | undefined },
  { now, limit }: { now: number; limit: number },
): Promise<{ id: number; host: string | null }[]> {
  const wanted = and(
    isNotNull(deliveries.deadAt),
    "id" in which ? eq(deliveries.id, which.id) : which.host === undefined ? undefined : eq(deliveries.host, which.host),
  );
  return await database
    .update(deliveries)
    .set({ dueAt: now, deadAt: null, attempts: 0, queuedUntil: null, sendingUntil: null })
    .where(sql`${deliveries.id} in ${database.select({ id: deliveries.id }).from(deliveries).where(wanted).limit(limit)}`)
    .returning({ id: deliveries.id, host: deliveries.host });
}

/** Forgets a delivery that was given up; says whether it was there. */
export async function deleteDeadDelivery(database: Database, id: number): Promise<boolean> {
  const gone = await database
    .delete(deliveries)
    .where(and(eq(deliveries.id, id), isNotNull(deliveries.deadAt)))
    .returning({ id: deliveries.id });
  return gone.length > 0;
}

/** Forgets what was given up, and which activities were sent, before a time. */
export async function deleteOldDeliveries(database: Database, before: number): Promise<void> {
  await database.batch([
    database.delete(deliveries).where(lt(deliveries.deadAt, before)),
    database.delete(sentActivities).where(lt(sentActivities.sentAt, before)),
  ]);
}

/** Ids of the activities that deliveries of an actor still need, waiting or given up. */
export async function neededActivities(database: Database, actor: string): Promise<string[]> {
  const rows = await database
    .selectDistinct({ id: deliveries.activityId })
    .from(deliveries)
    .where(sql`lower(${deliveries.actor}) = ${actor}`);
  return rows.map(({ id }) => id);
}
