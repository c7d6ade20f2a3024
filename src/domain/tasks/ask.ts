import type { Deps } from "../deps";
import { askForTask, runStatements, type Statement, type TaskKey } from "../../storage/d1/tasks";
import { subjectOf, type Task } from "./task";

/** The queue's limit on one call. */
const TASKS_PER_MESSAGE = 100;

/** The statement that asks for a task, for the batch of the change that needs it; `nudge` when the batch has run. */
export function taskStatement(deps: Pick<Deps, "database" | "now">, task: Task, delayMs = 0): Statement {
  const now = deps.now();
  return askForTask(deps.database, { kind: task.kind, subject: subjectOf(task), payload: JSON.stringify(task), dueAt: now + delayMs, now });
}

/** Has tasks done soon that are asked for already. Never throws: what can't be queued now, the sweep finds. */
export async function nudge(deps: Pick<Deps, "federationTasks">, tasks: Task[]): Promise<void> {
  await nudgeKeys(
    deps,
    tasks.map((task) => ({ kind: task.kind, subject: subjectOf(task) })),
  );
}

/** `nudge` by keys. */
export async function nudgeKeys(deps: Pick<Deps, "federationTasks">, keys: TaskKey[]): Promise<void> {
  try {
    for (let at = 0; at < keys.length; at += TASKS_PER_MESSAGE) {
      const messages = keys.slice(at, at + TASKS_PER_MESSAGE).map(({ kind, subject }) => ({ body: { kind, subject } }));
      await deps.federationTasks.sendBatch(messages);
    }
  } catch (error) {
    console.warn("tasks couldn't be queued; the sweep will find them", keys.length, error);
  }
}

/** Asks for tasks that no other change goes with. */
export async function askFor(deps: Pick<Deps, "database" | "now" | "federationTasks">, ...tasks: Task[]): Promise<void> {
  await runStatements(
    deps.database,
    tasks.map((task) => taskStatement(deps, task)),
  );
  await nudge(deps, tasks);
}
