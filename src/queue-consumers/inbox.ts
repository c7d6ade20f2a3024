import type { Deps } from "../domain/deps";
import { inboxMessageSchema, processEntries, type InboxEntry } from "../domain/inbox/process";
import { waitWhileItMoves } from "../domain/patience";

/** Hosts that answer slowly don't hold up what came after: once nothing was settled for so long, the rest is tried again later. */
const PATIENCE_MS = 2000;
const MAX_BATCH_MS = 60_000;
/** What was still under way is done by then, and a second run finds the key here. */
const AFTER_PATIENCE_SECONDS = 15;
const FIRST_DELAY_SECONDS = 10;
const MAX_DELAY_SECONDS = 4 * 3600;

/** How long the next try waits after so many: 10 s, tripling to four hours. */
export function inboxRetryDelaySeconds(attempts: number): number {
  return Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 3 ** Math.max(0, attempts - 1));
}

/** Applies the activities that arrived. Each message is settled by itself: done, or tried again later; never the batch as a whole. */
export async function handleInbox(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  let isOver = false;
  let settledAt = Date.now();
  const open = new Set<Message<unknown>>();
  const entries = batch.messages.flatMap((message): InboxEntry[] => {
    const parsed = inboxMessageSchema.safeParse(message.body);
    if (!parsed.success) {
      console.error("a message of the inbox isn't understood", message.id, parsed.error);
      message.retry({ delaySeconds: inboxRetryDelaySeconds(message.attempts) });
      return [];
    }
    open.add(message);
    const settle = (how: () => void) => () => {
      settledAt = Date.now();
      if (open.delete(message)) {
        how();
      }
    };
    return [
      {
        message: parsed.data,
        attempts: message.attempts,
        done: settle(() => message.ack()),
        tryAgain: settle(() => message.retry({ delaySeconds: inboxRetryDelaySeconds(message.attempts) })),
      },
    ];
  });
  const work = processEntries(deps, entries, () => isOver);
  await waitWhileItMoves(deps, work, () => settledAt, { patienceMs: PATIENCE_MS, maxMs: MAX_BATCH_MS });
  isOver = true;
  for (const message of open) {
    open.delete(message);
    message.retry({ delaySeconds: AFTER_PATIENCE_SECONDS });
  }
}
