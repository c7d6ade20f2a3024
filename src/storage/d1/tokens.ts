import { and, eq, gt, lte, ne, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, oauthClients, oauthTokens, users } from "./schema";

/** The digests and times of a pair of tokens, as stored: never the tokens themselves. */
export interface StoredTokenPair {
  accessTokenHash: string;
  refreshTokenHash: string;
  accessExpiresAt: number;
  refreshExpiresAt: number;
  createdAt: number;
}

/** The user whose unexpired access token has this digest, with account and token row; undefined for a blocked user. */
export async function findUserByAccessToken(database: Database, accessTokenHash: string, now: number) {
  const [row] = await database
    .select({
      id: users.id,
      username: users.username,
      role: users.role,
      accountId: accounts.id,
      tokenId: oauthTokens.id,
    })
    .from(oauthTokens)
    .innerJoin(users, eq(users.id, oauthTokens.userId))
    .innerJoin(accounts, eq(accounts.userId, users.id))
    .where(and(eq(oauthTokens.accessTokenHash, accessTokenHash), gt(oauthTokens.accessExpiresAt, now), eq(users.blocked, false)))
    .limit(1);
  return row;
}

/** The statement that stores a new pair for a user, to be batched with what belongs to the sign-in. */
export function insertTokens(database: Database, userId: number, pair: StoredTokenPair) {
  return database.insert(oauthTokens).values({ userId, ...pair });
}

/**
 * Puts `pair` in the place of the pair with this refresh token, in one statement: of two refreshes at once only one
 * finds it. False where the token is unknown, used, expired, or its user blocked.
 */
export async function replaceTokens(database: Database, refreshTokenHash: string, pair: StoredTokenPair, now: number): Promise<boolean> {
  const replaced = await database
    .update(oauthTokens)
    .set(pair)
    .where(
      and(
        eq(oauthTokens.refreshTokenHash, refreshTokenHash),
        gt(oauthTokens.refreshExpiresAt, now),
        sql`${oauthTokens.userId} IN (SELECT id FROM users WHERE blocked = 0)`,
      ),
    )
    .returning({ id: oauthTokens.id });
  return replaced.length === 1;
}

/** Signs out: both tokens of the pair stop working. */
export async function deleteToken(database: Database, tokenId: number): Promise<void> {
  await database.delete(oauthTokens).where(eq(oauthTokens.id, tokenId));
}

/** Signs a user out everywhere but where `keptTokenId` is used. */
export async function deleteOtherTokens(database: Database, userId: number, keptTokenId: number): Promise<void> {
  await database.delete(oauthTokens).where(and(eq(oauthTokens.userId, userId), ne(oauthTokens.id, keptTokenId)));
}

/** Removes the pairs whose refresh token has expired; gives how many. */
export async function deleteExpiredTokens(database: Database, now: number): Promise<number> {
  const { meta } = await database.delete(oauthTokens).where(lte(oauthTokens.refreshExpiresAt, now));
  return meta.changes;
}

/** The one OAuth client that every program signs in with, or undefined before the instance is set up. */
export async function findOAuthClient(database: Database) {
  const [client] = await database.select().from(oauthClients).limit(1);
  return client;
}

/** Makes the OAuth client where there is none: of two at once one makes it. */
export function insertOAuthClientOnce(database: Database, clientId: string, clientSecret: string) {
  return database.run(
    sql`INSERT INTO oauth_clients (client_id, client_secret) SELECT ${clientId}, ${clientSecret} WHERE NOT EXISTS (SELECT 1 FROM oauth_clients)`,
  );
}
