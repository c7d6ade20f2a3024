import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import type { ActorHandle } from "../../protocol/handles";
import type { Database } from "./database";
import { actors, type ActorRow } from "./schema-federation";

// Actors as they are looked up. Local rows are written here, those of elsewhere by remote-actors.ts.

/** The actor of that id, which is in normal form. */
export async function findActorByUrl(database: Database, url: string): Promise<ActorRow | undefined> {
  return await findOne(database, eq(actors.url, url));
}

/** The actors of those ids, in any order; those that aren't known are left out. */
export async function findActorsByUrls(database: Database, urls: string[]): Promise<ActorRow[]> {
  if (urls.length === 0) {
    return [];
  }
  // One bound parameter: D1 takes 100 at most.
  return await database
    .select()
    .from(actors)
    .where(sql`${actors.url} in (select value from json_each(${JSON.stringify(urls)}))`);
}

/** The actor of that name (in any case) and host; host null: a local one. */
export async function findActorByHandle(database: Database, { name, host }: ActorHandle): Promise<ActorRow | undefined> {
  // Written as the index is, so that it is used: two NULLs aren't equal.
  return await findOne(database, and(eq(actors.name, name), sql`ifnull(${actors.host}, '') = ${host ?? ""}`));
}

/** The actor that an account is. */
export async function actorOfAccount(database: Database, accountId: number): Promise<ActorRow | undefined> {
  return await findOne(database, eq(actors.accountId, accountId));
}

/** The actor that a channel is. */
export async function actorOfChannel(database: Database, channelId: number): Promise<ActorRow | undefined> {
  return await findOne(database, eq(actors.channelId, channelId));
}

/** An actor by its row's number. */
export async function findActorById(database: Database, id: number): Promise<ActorRow | undefined> {
  return await findOne(database, eq(actors.id, id));
}

async function findOne(database: Database, where: SQL | undefined): Promise<ActorRow | undefined> {
  return (await database.select().from(actors).where(where).limit(1))[0];
}

export type LocalActorRow = Omit<ActorRow, "id" | "host" | "fetchedAt" | "createdAt">;

/**
 * Writes the row of a local actor, new or again, and gives it. Its name is what it is known by: where the instance got
 * another address, the ids change and the row, with who follows it, stays.
 */
export async function storeLocalActor(database: Database, row: LocalActorRow, now: number): Promise<ActorRow> {
  const values = { ...row, host: null, fetchedAt: now };
  const update = () =>
    database
      .update(actors)
      .set(values)
      .where(and(eq(actors.name, row.name), isNull(actors.host)))
      .returning();
  const [updated] = await update();
  if (updated !== undefined) {
    return updated;
  }
  const [inserted] = await database
    .insert(actors)
    .values({ ...values, createdAt: now })
    .onConflictDoNothing()
    .returning();
  // Somebody else's insert may have come between.
  const stored = inserted ?? (await update())[0];
  if (stored === undefined) {
    throw new Error(`The actor ${row.name} can't be stored: its account, channel or address is another actor's.`);
  }
  return stored;
}

/** The local actors whose turn it is, of `turns` that take turns. */
export async function localActorsByTurn(database: Database, { turn, turns }: { turn: number; turns: number }): Promise<ActorRow[]> {
  return await database
    .select()
    .from(actors)
    .where(and(isNull(actors.host), sql`${actors.id} % ${turns} = ${turn}`));
}
