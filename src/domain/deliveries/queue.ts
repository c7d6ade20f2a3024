import type { Deps, DeliveryMessage } from "../deps";
import { packRows } from "./pack-rows";

/** The queue's limit on one call. */
const MESSAGES_PER_CALL = 100;

/** Until then a message of a new row may be on the way; after that, it is taken for lost. */
export const FIRST_QUEUED_MS = 60_000;
/** The same for what the sweep sends, behind whatever waits in the queue. */
export const SWEPT_QUEUED_MS = 10 * 60_000;

/** Has rows sent soon. Never throws; says whether it could. What can't be queued now, the sweep finds. */
export async function queueRows(
  deps: Pick<Deps, "deliveries" | "maxConnections">,
  rows: { id: number; size: number }[],
  dueBy: number,
): Promise<boolean> {
  const messages = packRows(rows, deps.maxConnections).map((deliveryIds): { body: DeliveryMessage } => ({ body: { deliveryIds, dueBy } }));
  try {
    for (let at = 0; at < messages.length; at += MESSAGES_PER_CALL) {
      await deps.deliveries.sendBatch(messages.slice(at, at + MESSAGES_PER_CALL));
    }
    return true;
  } catch (error) {
    console.warn("deliveries couldn't be queued; the sweep will find them", rows.length, error);
    return false;
  }
}
