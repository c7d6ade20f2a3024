import { and, asc, count, eq, gt, isNotNull, lt, sql } from "drizzle-orm";
import type { Database } from "./database";
import { deadLetters, deliveries, type DeadLetterRow, type DeliveryRow } from "./schema-federation";

/** Keeps messages that a queue gave up; one that is kept already stays as it is. */
export async function keepLetters(database: Database, letters: Omit<DeadLetterRow, "id">[]): Promise<void> {
  await database.run(sql`
    insert into dead_letters (queue, message_id, body, created_at)
    select value ->> 'queue', value ->> 'messageId', value ->> 'body', value ->> 'createdAt' from json_each(${JSON.stringify(letters)}) where true
    on conflict (message_id) do nothing
  `);
}

/** The kept message of that number. */
export async function findLetter(database: Database, id: number): Promise<DeadLetterRow | undefined> {
  return (await database.select().from(deadLetters).where(eq(deadLetters.id, id)).limit(1))[0];
}

/** Kept messages with larger numbers, in their order. */
export async function lettersAfter(database: Database, id: number, limit: number): Promise<DeadLetterRow[]> {
  return await database.select().from(deadLetters).where(gt(deadLetters.id, id)).orderBy(asc(deadLetters.id)).limit(limit);
}

/** Says whether it was there. */
export async function deleteLetter(database: Database, id: number): Promise<boolean> {
  return (await database.delete(deadLetters).where(eq(deadLetters.id, id)).returning({ id: deadLetters.id })).length > 0;
}

/** Forgets kept messages that are older. */
export async function deleteOldLetters(database: Database, before: number): Promise<void> {
  await database.delete(deadLetters).where(lt(deadLetters.createdAt, before));
}

export type GivenUp = { kind: "delivery"; row: DeliveryRow } | { kind: "message"; row: DeadLetterRow };

/** A page of what was given up, deliveries and messages together, the newest first; with `host` only deliveries to it. */
export async function listGivenUp(
  database: Database,
  { host, start, count: limit }: { host: string | undefined; start: number; count: number },
): Promise<{ total: number; letters: GivenUp[] }> {
  const deadDeliveries = and(isNotNull(deliveries.deadAt), host === undefined ? undefined : eq(deliveries.host, host));
  const deadMessages = host === undefined ? undefined : sql`false`;
  // Each kind's newest suffice for the page, since it begins no later in either of them.
  const upTo = start + limit;
  const [rows, messages, deliveryTotals, messageTotals] = await database.batch([
    database
      .select()
      .from(deliveries)
      .where(deadDeliveries)
      .orderBy(sql`${deliveries.deadAt} desc, ${deliveries.id} desc`)
      .limit(upTo),
    database
      .select()
      .from(deadLetters)
      .where(deadMessages)
      .orderBy(sql`${deadLetters.createdAt} desc, ${deadLetters.id} desc`)
      .limit(upTo),
    database.select({ total: count() }).from(deliveries).where(deadDeliveries),
    database.select({ total: count() }).from(deadLetters).where(deadMessages),
  ]);
  const letters = [
    ...rows.map((row) => ({ at: row.deadAt ?? 0, letter: { kind: "delivery", row } as const })),
    ...messages.map((row) => ({ at: row.createdAt, letter: { kind: "message", row } as const })),
  ];
  return {
    total: (deliveryTotals[0]?.total ?? 0) + (messageTotals[0]?.total ?? 0),
    letters: letters
      .toSorted((a, b) => b.at - a.at)
      .slice(start, upTo)
      .map(({ letter }) => letter),
  };
}
