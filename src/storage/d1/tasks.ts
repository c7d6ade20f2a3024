import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { Database } from "./database";
import { deadLetters, federationTasks, type FederationTaskRow } from "./schema-federation";

/** A statement that is still to be run, alone or in a batch with others. */
export type Statement = BatchItem<"sqlite">;

export interface TaskKey {
  kind: string;
  subject: string;
}

export interface AskedTask extends TaskKey {
  /** JSON. */
  payload: string;
  dueAt: number;
  now: number;
}

/**
 * Asks for a task; where one of its kind and subject waits, that one takes the new payload, and a run in progress won't end
 * it. For a batch with the change that asks for it.
 */
export function askForTask(database: Database, { kind, subject, payload, dueAt, now }: AskedTask) {
  return database
    .insert(federationTasks)
    .values({ kind, subject, payload, dueAt, createdAt: now })
    .onConflictDoUpdate({
      target: [federationTasks.kind, federationTasks.subject],
      set: {
        payload,
        revision: sql`${federationTasks.revision} + 1`,
        attempts: 0,
        dueAt: sql`min(${federationTasks.dueAt}, ${dueAt})`,
      },
    });
}

/** Runs one or more statements, all or nothing. */
export async function runStatements(database: Database, statements: Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first !== undefined) {
    await database.batch([first, ...rest]);
  }
}

/** Takes a task for a run: it is due again at `leasedUntil`, should the run not end. Undefined: done meanwhile. */
export async function leaseTask(
  database: Database,
  { kind, subject }: TaskKey,
  leasedUntil: number,
): Promise<FederationTaskRow | undefined> {
  const [row] = await database
    .update(federationTasks)
    .set({ dueAt: leasedUntil })
    .where(and(eq(federationTasks.kind, kind), eq(federationTasks.subject, subject)))
    .returning();
  return row;
}

/** The run is done: the task goes, unless it was asked for again meanwhile; says whether it went. */
export async function endTask(
  database: Database,
  { id, revision }: Pick<FederationTaskRow, "id" | "revision">,
  now: number,
): Promise<boolean> {
  const gone = await database
    .delete(federationTasks)
    .where(and(eq(federationTasks.id, id), eq(federationTasks.revision, revision)))
    .returning({ id: federationTasks.id });
  if (gone.length > 0) {
    return true;
  }
  await database.update(federationTasks).set({ dueAt: now }).where(eq(federationTasks.id, id));
  return false;
}

/** The run failed: the task is tried again at `dueAt`. */
export async function postponeTask(
  database: Database,
  { id }: Pick<FederationTaskRow, "id">,
  { dueAt, error }: { dueAt: number; error: string },
): Promise<void> {
  await database
    .update(federationTasks)
    .set({ dueAt, attempts: sql`${federationTasks.attempts} + 1`, lastError: error })
    .where(eq(federationTasks.id, id));
}

/** The run failed for good: the task becomes a dead letter, which an administrator may replay. */
export async function giveTaskUp(database: Database, task: FederationTaskRow, now: number): Promise<void> {
  await database.batch([
    database
      .insert(deadLetters)
      .values({ queue: TASK_LETTERS, messageId: `task-${task.id}-${task.revision}`, body: task.payload, createdAt: now })
      .onConflictDoNothing(),
    database.delete(federationTasks).where(and(eq(federationTasks.id, task.id), eq(federationTasks.revision, task.revision))),
  ]);
}

/** What `dead_letters.queue` says of a task. */
export const TASK_LETTERS = "edgetube-federation-tasks";

/** Tasks that are due, the longest waiting first. */
export async function dueTasks(database: Database, now: number, limit: number): Promise<TaskKey[]> {
  return await database
    .select({ kind: federationTasks.kind, subject: federationTasks.subject })
    .from(federationTasks)
    .where(lte(federationTasks.dueAt, now))
    .orderBy(asc(federationTasks.dueAt))
    .limit(limit);
}

/** Keeps the sweep from sending these again before `until`: their messages are on the way. */
export async function deferTasks(database: Database, keys: TaskKey[], now: number, until: number): Promise<void> {
  const list = JSON.stringify(keys.map(({ kind, subject }) => `${kind} ${subject}`));
  await database
    .update(federationTasks)
    .set({ dueAt: until })
    .where(
      and(
        lte(federationTasks.dueAt, now),
        sql`${federationTasks.kind} || ' ' || ${federationTasks.subject} in (select value from json_each(${list}))`,
      ),
    );
}
