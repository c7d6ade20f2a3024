import { openLanes } from "../domain/deliveries/lanes";
import type { Deps } from "../domain/deps";
import { waitAWhile } from "../domain/patience";
import { runTask, taskKeySchema } from "../domain/tasks/run";

/** A task that asks slow hosts doesn't hold up the ones behind it. */
const PATIENCE_MS = 1000;
/** More would only have requests wait for the database behind them. */
const SIDE_BY_SIDE = 16;

/**
 * Runs the tasks that the messages name, some at a time. Each message is settled by itself: taken, since what becomes of
 * its task is kept in D1, or tried again where even that can't be asked.
 */
export async function handleFederationTasks(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  const lanes = openLanes(SIDE_BY_SIDE, deps.now);
  const runs = batch.messages.map(async (message) => {
    try {
      await lanes.run(async () => await runTask(deps, taskKeySchema.parse(message.body)));
    } catch (error) {
      console.error("the task couldn't be taken", message.id, error);
    }
  });
  await waitAWhile(deps, Promise.all(runs), PATIENCE_MS);
  batch.ackAll();
}
