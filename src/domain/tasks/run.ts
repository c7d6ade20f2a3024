import { z } from "zod";
import type { Deps } from "../deps";
import { deferTasks, dueTasks, endTask, giveTaskUp, leaseTask, postponeTask, type TaskKey } from "../../storage/d1/tasks";
import { nudgeKeys } from "./ask";
import { runHandler } from "./handlers";
import { taskSchema } from "./task";

/** Longer than any one task takes. */
const LEASE_MS = 5 * 60_000;
const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 6 * 60 * 60_000;
const MAX_ATTEMPTS = 12;
/** How many the sweep sends at a time: what is more is sent a minute later. */
const SWEEP_LIMIT = 500;

/** A message of the task queue, as it must be to be done. */
export const taskKeySchema: z.ZodType<TaskKey> = z.object({ kind: z.string(), subject: z.string() });

/** How long after so many failed runs the next begins: 30 s, doubling to 6 h, spread by a quarter. */
export function taskRetryDelayMs(attempts: number, random: number): number {
  return Math.round(Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts) * (0.875 + random / 4));
}

/** Runs a task that is asked for; one that isn't any more is done. A run that fails is postponed, and given up after 12. Never throws. */
export async function runTask(deps: Deps, key: TaskKey): Promise<void> {
  const row = await leaseTask(deps.database, key, deps.now() + LEASE_MS);
  if (row === undefined) {
    return;
  }
  try {
    await runHandler(deps, taskSchema.parse(JSON.parse(row.payload)));
  } catch (error) {
    const attempts = row.attempts + 1;
    console.error("federation task failed", key.kind, key.subject, attempts, error);
    if (attempts >= MAX_ATTEMPTS) {
      await giveTaskUp(deps.database, row, deps.now());
    } else {
      const dueAt = deps.now() + taskRetryDelayMs(row.attempts, Math.random());
      await postponeTask(deps.database, row, { dueAt, error: messageOf(error) });
    }
    return;
  }
  if (!(await endTask(deps.database, row, deps.now()))) {
    // It was asked for again during the run.
    await nudgeKeys(deps, [key]);
  }
}

/** Sends the messages of tasks that are due: those whose time has come, and those whose message or run was lost. */
export async function sweepTasks(deps: Deps): Promise<void> {
  const now = deps.now();
  const due = await dueTasks(deps.database, now, SWEEP_LIMIT);
  if (due.length > 0) {
    await deferTasks(deps.database, due, now, now + LEASE_MS);
    await nudgeKeys(deps, due);
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
