import { and, eq, gt, lt, or, sql } from "drizzle-orm";
import type { Database } from "./database";
import { signInAddresses, signInFailures, users, type UserRow } from "./schema";

export interface FailureCounter {
  /** A digest of whom it counts: no address and no mistyped name lies in the database as text. */
  key: string;
  windowStart: number;
  limit: number;
}

/**
 * Counts one failure in each counter that is under its limit, before the password is tried: of any number of attempts
 * at once no more than the limit get through. Gives, for each counter, whether it let the attempt in.
 */
export async function countFailures(database: Database, counters: FailureCounter[]): Promise<boolean[]> {
  const [first, ...rest] = counters.map(({ key, windowStart, limit }) =>
    database
      .insert(signInFailures)
      .values({ key, windowStart, failures: 1 })
      .onConflictDoUpdate({
        target: [signInFailures.key, signInFailures.windowStart],
        set: { failures: sql`${signInFailures.failures} + 1` },
        setWhere: lt(signInFailures.failures, limit),
      })
      .returning({ failures: signInFailures.failures }),
  );
  if (first === undefined) {
    return [];
  }
  return (await database.batch([first, ...rest])).map((rows) => rows.length === 1);
}

/** The statement that takes back what `countFailures` counted: the attempt wasn't a failure. */
export function uncountFailures(database: Database, counters: FailureCounter[]) {
  const counted = counters.map(({ key, windowStart }) => and(eq(signInFailures.key, key), eq(signInFailures.windowStart, windowStart)));
  return database
    .update(signInFailures)
    .set({ failures: sql`${signInFailures.failures} - 1` })
    .where(and(or(...counted), gt(signInFailures.failures, 0)));
}

/** The user of this name or e-mail address in any case, and whether they signed in from this address since then. */
export async function findSignInUser(database: Database, login: string, addressKey: string, since: number) {
  const [row] = await database
    .select({ user: users, lastSuccessAt: signInAddresses.lastSuccessAt })
    .from(users)
    .leftJoin(
      signInAddresses,
      and(eq(signInAddresses.userId, users.id), eq(signInAddresses.addressKey, addressKey), gt(signInAddresses.lastSuccessAt, since)),
    )
    .where(or(eq(users.username, login), eq(users.email, login)))
    .limit(1);
  return row && { user: row.user satisfies UserRow, isKnownAddress: row.lastSuccessAt !== null };
}

/** The statement that remembers from where a user signed in. */
export function rememberAddress(database: Database, userId: number, addressKey: string, now: number) {
  return database
    .insert(signInAddresses)
    .values({ userId, addressKey, lastSuccessAt: now })
    .onConflictDoUpdate({
      target: [signInAddresses.userId, signInAddresses.addressKey],
      set: { lastSuccessAt: now },
    });
}

/** Forgets failures of windows that began before `failuresBefore`, and addresses unused since `addressesBefore`. */
export async function deleteOldSignIns(database: Database, failuresBefore: number, addressesBefore: number): Promise<void> {
  await database.batch([
    database.delete(signInFailures).where(lt(signInFailures.windowStart, failuresBefore)),
    database.delete(signInAddresses).where(lt(signInAddresses.lastSuccessAt, addressesBefore)),
  ]);
}
