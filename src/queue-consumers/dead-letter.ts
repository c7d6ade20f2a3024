import { keepDeadLetters } from "../domain/deliveries/letters";
import type { Deps } from "../domain/deps";

const RETRY_DELAY_SECONDS = 60;

/** Keeps messages that a queue gave up, so that the administrator sees and replays them. */
export async function handleDeadLetters(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  try {
    await keepDeadLetters(deps, batch.messages);
    batch.ackAll();
  } catch (error) {
    console.error("dead letters couldn't be kept", batch.messages.length, error);
    batch.retryAll({ delaySeconds: RETRY_DELAY_SECONDS });
  }
}
