import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
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

/** How long `nudgeSoon` gathers what is asked for. */
export const SOON_MS = 5000;
/** Shorter than that, so that whoever is told that a message is on the way is right. */
const nudgedSoon = createExpiringCache<true>({ maxEntries: 1000, lifetimeMs: SOON_MS - 1000 });

/**
 * Has tasks done in some seconds that are asked for already, with `SOON_MS` as their delay: what many ask for meanwhile, such as
 * that others be told how many like a video, is done once, and costs one message.
 */
export async function nudgeSoon(deps: Pick<Deps, "federationTasks" | "now">, tasks: Task[]): Promise<void> {
  const now = deps.now();
  const keys = tasks
    .map((task) => ({ kind: task.kind, subject: subjectOf(task) }))
    .filter(({ kind, subject }) => nudgedSoon.get(`${kind} ${subject}`, now) === undefined);
  keys.forEach(({ kind, subject }) => nudgedSoon.set(`${kind} ${subject}`, true, now));
  await nudgeKeys(deps, keys, SOON_MS / 1000);
}

/** `nudge` by keys. */
export async function nudgeKeys(deps: Pick<Deps, "federationTasks">, keys: TaskKey[], delaySeconds = 0): Promise<void> {
  try {
    for (let at = 0; at < keys.length; at += TASKS_PER_MESSAGE) {
      const messages = keys.slice(at, at + TASKS_PER_MESSAGE).map(({ kind, subject }) => ({ body: { kind, subject }, delaySeconds }));
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
