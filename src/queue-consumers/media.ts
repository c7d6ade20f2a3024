import type { Deps } from "../domain/deps";
import { mediaJobSchema, runMediaJob } from "../domain/media/remove-objects";

const FIRST_DELAY_SECONDS = 10;
const MAX_DELAY_SECONDS = 3600;

/** How long the next try waits after so many: 10 s, doubling to an hour. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.max(0, attempts - 1));
}

/**
 * Does the media queue's messages, each settled by itself: done, or tried again later (the queue hands what fails too
 * often to the dead letters). A message that isn't understood goes the same way: a newer deployment may know it.
 */
export async function handleMediaBatch(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  for (const message of batch.messages) {
    try {
      await runMediaJob(deps, mediaJobSchema.parse(message.body));
      message.ack();
    } catch (error) {
      console.error("media job failed", message.id, message.attempts, error);
      message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
    }
  }
}
