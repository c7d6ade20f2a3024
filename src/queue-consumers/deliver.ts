import { z } from "zod";
import { deliver } from "../domain/deliveries/deliver";
import type { DeliveryMessage, Deps } from "../domain/deps";
import { waitAWhile } from "../domain/patience";

/** Slow hosts don't hold up the messages behind: what isn't done by then goes on by itself. */
const PATIENCE_MS = 1000;

export const deliveryMessageSchema: z.ZodType<DeliveryMessage> = z.object({ deliveryIds: z.array(z.int()), dueBy: z.int() });

/**
 * Delivers what the messages name. A message is taken whatever comes of it, since what is still to be sent is in D1; one that
 * isn't understood is tried again, as a newer deployment may know it, and ends with the dead letters.
 */
export async function handleDeliveries(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  const messages: DeliveryMessage[] = [];
  for (const message of batch.messages) {
    const parsed = deliveryMessageSchema.safeParse(message.body);
    if (parsed.success) {
      messages.push(parsed.data);
      message.ack();
    } else {
      message.retry();
    }
  }
  if (messages.length === 0) {
    return;
  }
  const work = deliver(deps, messages).catch((error: unknown) => {
    console.error("deliveries couldn't be made; the sweep will find them", messages.length, error);
  });
  await waitAWhile(deps, work, PATIENCE_MS);
}
