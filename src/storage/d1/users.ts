import { and, eq, gte, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, channels, users, videoFiles, videos, type UserRow } from "./schema";

/** A user row by its id. */
export async function findUser(database: Database, userId: number): Promise<UserRow | undefined> {
  const [row] = await database.select().from(users).where(eq(users.id, userId)).limit(1);
  return row;
}

/** Whether anybody can sign in here. */
export async function hasUsers(database: Database): Promise<boolean> {
  return (await database.select({ id: users.id }).from(users).limit(1)).length > 0;
}

export interface FirstUser {
  username: string;
  email: string;
  passwordHash: string;
  role: number;
  channelName: string;
  channelDisplayName: string;
  now: number;
}

/**
 * The statements, for one batch, that make the first user with account and channel; each does nothing where its row
 * exists, so two at once, or one that was cut off, end the same.
 */
export function insertFirstUser(database: Database, user: FirstUser) {
  const { username, now } = user;
  // Every column in the schema's order; NULL lets the database give the id.
  return [
    database
      .insert(users)
      .select(
        sql`SELECT NULL, ${username}, ${user.email}, ${user.passwordHash}, ${user.role}, 0, -1, ${now} WHERE NOT EXISTS (SELECT 1 FROM users)`,
      ),
    database.insert(accounts).select(
      sql`SELECT NULL, users.id, ${username}, NULL, ${username}, NULL, ${now}, ${now}, NULL FROM users
        WHERE username = ${username} AND NOT EXISTS (SELECT 1 FROM accounts WHERE user_id = users.id)`,
    ),
    database.insert(channels).select(
      sql`SELECT NULL, accounts.id, ${user.channelName}, NULL, ${user.channelDisplayName}, NULL, NULL, ${now}, ${now}, NULL
        FROM accounts JOIN users ON users.id = accounts.user_id
        WHERE users.username = ${username} AND NOT EXISTS (SELECT 1 FROM channels WHERE account_id = accounts.id)`,
    ),
  ] as const;
}

/** Writes what changed of a user; false, and nothing written, where the e-mail address is another user's. */
export async function updateUser(
  database: Database,
  userId: number,
  change: Partial<Pick<UserRow, "email" | "passwordHash">>,
): Promise<boolean> {
  const isFree =
    change.email === undefined
      ? undefined
      : sql`NOT EXISTS (SELECT 1 FROM users AS others WHERE others.email = ${change.email} AND others.id <> ${userId})`;
  const updated = await database
    .update(users)
    .set(change)
    .where(and(eq(users.id, userId), isFree))
    .returning({ id: users.id });
  return updated.length === 1;
}

/** Bytes of all the files of a user's videos, and of those that came since `since`. */
export async function sumVideoBytes(database: Database, userId: number, since: number): Promise<{ total: number; sinceThen: number }> {
  const [row] = await database
    .select({
      total: sql<number>`coalesce(sum(${videoFiles.size}), 0)`,
      sinceThen: sql<number>`coalesce(sum(CASE WHEN ${gte(videoFiles.createdAt, since)} THEN ${videoFiles.size} END), 0)`,
    })
    .from(videoFiles)
    .innerJoin(videos, eq(videos.id, videoFiles.videoId))
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(eq(accounts.userId, userId));
  return row ?? { total: 0, sinceThen: 0 };
}
