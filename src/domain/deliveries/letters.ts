import { deleteLetter, findLetter, keepLetters, lettersAfter, listGivenUp, type GivenUp } from "../../storage/d1/dead-letters";
import { deleteDeadDelivery, replayDeliveries } from "../../storage/d1/deliveries";
import { wakeHosts } from "../../storage/d1/hosts";
import type { DeadLetterRow } from "../../storage/d1/schema-federation";
import { TASK_LETTERS } from "../../storage/d1/tasks";
import type { Deps, InboxMessage } from "../deps";
import { mediaJobSchema } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import { askFor, nudgeKeys } from "../tasks/ask";
import { taskKeySchema } from "../tasks/run";
import { taskSchema } from "../tasks/task";
import { queueDueOf, sweepDeliveries } from "./sweep";

// What was given up: deliveries after their last try, and messages that a queue couldn't have handled.

/** What a letter's `queue` says; the queue of dead letters doesn't tell where a message was. */
const QUEUES = {
  tasks: TASK_LETTERS,
  inbox: "edgetube-inbox",
  media: "edgetube-media-jobs",
  deliveries: "edgetube-deliveries",
  unknown: "unknown",
} as const;

/** How many are replayed in one call. */
const REPLAY_LIMIT = 1000;

export type LetterId = { kind: "delivery" | "message"; id: number };

/** Keeps messages that were given up; keeping one twice does nothing more. */
export async function keepDeadLetters(deps: Deps, messages: readonly { id: string; body: unknown; timestamp: Date }[]): Promise<void> {
  await keepLetters(
    deps.database,
    messages.map(({ id, body, timestamp }) => ({
      queue: queueOf(body),
      messageId: id,
      body: JSON.stringify(body),
      createdAt: timestamp.getTime(),
    })),
  );
}

/** Which queue takes such messages. */
function queueOf(body: unknown): string {
  const fields = typeof body === "object" && body !== null ? body : {};
  if ("deliveryIds" in fields) {
    return QUEUES.deliveries;
  }
  if ("receivedAt" in fields) {
    return QUEUES.inbox;
  }
  if ("kind" in fields && "subject" in fields) {
    return QUEUES.tasks;
  }
  return mediaJobSchema.safeParse(body).success ? QUEUES.media : QUEUES.unknown;
}

/** A page of what was given up, the newest first; with `host` only deliveries to it. */
export async function listDeadLetters(
  deps: Pick<Deps, "database">,
  page: { host: string | undefined; start: number; count: number },
): Promise<{ total: number; letters: GivenUp[] }> {
  return await listGivenUp(deps.database, page);
}

/** Has one tried again as if for the first time, at once: if its host rests, that ends. */
export async function replay(
  deps: Deps,
  letter: LetterId,
): Promise<Result<undefined, { reason: "unknown-letter" } | { reason: "not-replayable" }>> {
  if (letter.kind === "delivery") {
    const rows = await replayDeliveries(deps.database, { id: letter.id }, { now: deps.now(), limit: 1 });
    await sendAgain(deps, rows);
    return rows.length > 0 ? ok(undefined) : fail({ reason: "unknown-letter" });
  }
  const row = await findLetter(deps.database, letter.id);
  if (row === undefined) {
    return fail({ reason: "unknown-letter" });
  }
  return (await replayMessage(deps, row)) ? ok(undefined) : fail({ reason: "not-replayable" });
}

/** Has all tried again, or all deliveries to one host; gives how many. */
export async function replayAll(deps: Deps, host: string | undefined): Promise<number> {
  let replayed = 0;
  for (;;) {
    const rows = await replayDeliveries(deps.database, { host }, { now: deps.now(), limit: REPLAY_LIMIT });
    await sendAgain(deps, rows);
    replayed += rows.length;
    if (rows.length < REPLAY_LIMIT) {
      break;
    }
  }
  for (let after = 0; host === undefined;) {
    const letters = await lettersAfter(deps.database, after, REPLAY_LIMIT);
    for (const letter of letters) {
      replayed += Number(await replayMessage(deps, letter));
    }
    after = letters.at(-1)?.id ?? after;
    if (letters.length < REPLAY_LIMIT) {
      break;
    }
  }
  return replayed;
}

async function sendAgain(deps: Deps, rows: { host: string | null }[]): Promise<void> {
  const hosts = [...new Set(rows.flatMap(({ host }) => host ?? []))];
  if (hosts.length > 0) {
    await wakeHosts(deps.database, hosts, deps.now());
  }
  if (rows.length > 0) {
    await sweepDeliveries(deps);
  }
}

/** Puts a message where it was; says whether that could be done. */
async function replayMessage(deps: Deps, row: DeadLetterRow): Promise<boolean> {
  const body: unknown = JSON.parse(row.body);
  if (!(await putBack(deps, row.queue, body))) {
    return false;
  }
  // Cut off in between it is done twice, which does no harm: all that takes messages bears that.
  await deleteLetter(deps.database, row.id);
  return true;
}

async function putBack(deps: Deps, queue: string, body: unknown): Promise<boolean> {
  switch (queue) {
    case QUEUES.tasks: {
      const task = taskSchema.safeParse(body);
      if (task.success) {
        await askFor(deps, task.data);
        return true;
      }
      const key = taskKeySchema.safeParse(body);
      if (key.success) {
        await nudgeKeys(deps, [key.data]);
      }
      return key.success;
    }
    case QUEUES.inbox:
      // As it was when it was given up; the consumer parses it.
      await deps.inbox.send(body as InboxMessage);
      return true;
    case QUEUES.media: {
      const job = mediaJobSchema.safeParse(body);
      if (job.success) {
        await deps.mediaJobs.send(job.data);
      }
      return job.success;
    }
    case QUEUES.deliveries:
      // Its rows are in D1, where the sweep has found them.
      return true;
    default:
      return false;
  }
}

/** Forgets one; says whether it was there. */
export async function forgetLetter(deps: Pick<Deps, "database">, { kind, id }: LetterId): Promise<boolean> {
  return kind === "delivery" ? await deleteDeadDelivery(deps.database, id) : await deleteLetter(deps.database, id);
}

/** Ends a host's rest: what waits for it is tried at once. */
export async function wakeHost(deps: Deps, host: string): Promise<void> {
  await wakeHosts(deps.database, [host], deps.now());
  await queueDueOf(deps, [host]);
}
