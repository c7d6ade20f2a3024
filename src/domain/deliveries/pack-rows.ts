/** How many inboxes one message is for: a message costs as much as a request, whatever it names. */
export const INBOXES_PER_MESSAGE = 25;

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
