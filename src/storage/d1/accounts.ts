import { and, asc, count, desc, eq, sql } from "drizzle-orm";
import type { AccountSort } from "../../contract/channel";
import type { ActorHandle } from "../../protocol/handles";
import type { Database } from "./database";
import { accounts, type AccountRow } from "./schema";
import type { Statement } from "./tasks";

export type Handle = ActorHandle;

/** An account by its name (in any case) and host. */
export async function findAccount(database: Database, { name, host }: ActorHandle): Promise<AccountRow | undefined> {
  // Written as the index is, so that it is used: two NULLs aren't equal.
  const [row] = await database
    .select()
    .from(accounts)
    .where(and(eq(accounts.name, name), sql`ifnull(${accounts.host}, '') = ${host ?? ""}`))
    .limit(1);
  return row;
}

/** An account by its id. */
export async function findAccountById(database: Database, accountId: number): Promise<AccountRow | undefined> {
  const [row] = await database.select().from(accounts).where(eq(accounts.id, accountId)).limit(1);
  return row;
}

const SORT_COLUMNS = { id: accounts.id, createdAt: accounts.createdAt, name: accounts.name } as const;

/** A page of all accounts, and how many there are. */
export async function listAccounts(
  database: Database,
  page: { start: number; count: number; sort: { field: AccountSort; descending: boolean } },
): Promise<{ total: number; rows: AccountRow[] }> {
  const direction = page.sort.descending ? desc : asc;
  const [rows, totals] = await database.batch([
    database
      .select()
      .from(accounts)
      .orderBy(direction(SORT_COLUMNS[page.sort.field]), direction(accounts.id))
      .limit(page.count)
      .offset(page.start),
    database.select({ total: count() }).from(accounts),
  ]);
  return { rows, total: totals[0]?.total ?? 0 };
}

/** Writes what changed of an account's profile, with `also`. */
export async function updateAccount(
  database: Database,
  accountId: number,
  change: Partial<Pick<AccountRow, "displayName" | "description">>,
  now: number,
  also: Statement[] = [],
): Promise<void> {
  const update = database
    .update(accounts)
    .set({ ...change, updatedAt: now })
    .where(eq(accounts.id, accountId));
  await database.batch([update, ...also]);
}
