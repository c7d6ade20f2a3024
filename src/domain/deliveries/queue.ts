import type { Deps, DeliveryMessage } from "../deps";

/** How many inboxes one message is for: a message costs as much as a request, whatever it names. */
export const INBOXES_PER_MESSAGE = 25;
/** The queue's limit on one call. */
const MESSAGES_PER_CALL = 100;

/** Until then a message of a new row may be on the way; after that, it is taken for lost. */
export const FIRST_QUEUED_MS = 60_000;
/** The same for what the sweep sends, behind whatever waits in the queue. */
export const SWEPT_QUEUED_MS = 10 * 60_000;

/**
 * Puts rows into messages: full ones by themselves, small ones together, but no more than can be sent side by side, so
 * that a slow host holds up nobody.
 */
export function packRows(rows: { id: number; size: number }[], maxConnections: number): number[][] {
  const largest = Math.max(1, Math.min(INBOXES_PER_MESSAGE, maxConnections));
  const messages: number[][] = [];
  let open: number[] = [];
  let size = 0;
  for (const row of rows) {
    if (row.size >= largest) {
      messages.push([row.id]);
      continue;
    }
    if (size + row.size > largest) {
      messages.push(open);
      open = [];
      size = 0;
    }
    open.push(row.id);
    size += row.size;
  }
  return open.length === 0 ? messages : [...messages, open];
}

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
