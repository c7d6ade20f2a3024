import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { deleteToken, findUserByAccessToken, replaceTokens, type StoredTokenPair } from "../../storage/d1/tokens";
import { randomHex, sha256Hex } from "./random";
import { UserRole, type SignedInUser } from "./signed-in-user";

/** A day less a second and four weeks less a second: what PeerTube's clients are told in `expires_in`. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 86_399;
export const REFRESH_TOKEN_LIFETIME_SECONDS = 2_419_199;
const TOKEN_BYTES = 20;

/** A fresh pair as its owner gets it, once: 40 hexadecimal digits each. Lifetimes in seconds. */
export interface IssuedTokens {
  accessToken: string;
  refreshToken: string;
  accessLifetimeSeconds: number;
  refreshLifetimeSeconds: number;
}

/** Makes a pair of random tokens, and what is stored of it: digests, so that a copy of the database signs nobody in. */
export async function makeTokens(now: number): Promise<{ issued: IssuedTokens; stored: StoredTokenPair }> {
  const accessToken = randomHex(TOKEN_BYTES);
  const refreshToken = randomHex(TOKEN_BYTES);
  return {
    issued: {
      accessToken,
      refreshToken,
      accessLifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
      refreshLifetimeSeconds: REFRESH_TOKEN_LIFETIME_SECONDS,
    },
    stored: {
      accessTokenHash: await sha256Hex(accessToken),
      refreshTokenHash: await sha256Hex(refreshToken),
      accessExpiresAt: now + ACCESS_TOKEN_LIFETIME_SECONDS * 1000,
      refreshExpiresAt: now + REFRESH_TOKEN_LIFETIME_SECONDS * 1000,
      createdAt: now,
    },
  };
}

/** Whose access token this is; undefined where it is unknown, expired, revoked, or its user blocked. */
export async function userOfAccessToken(deps: Deps, accessToken: string): Promise<SignedInUser | undefined> {
  const row = await findUserByAccessToken(deps.database, await sha256Hex(accessToken), deps.now());
  return row && { ...row, role: asUserRole(row.role) };
}

/** Trades a refresh token for a new pair; the old pair stops working at once. */
export async function refreshTokens(deps: Deps, refreshToken: string): Promise<Result<IssuedTokens, { reason: "invalid-refresh-token" }>> {
  const now = deps.now();
  const { issued, stored } = await makeTokens(now);
  const replaced = await replaceTokens(deps.database, await sha256Hex(refreshToken), stored, now);
  return replaced ? ok(issued) : fail({ reason: "invalid-refresh-token" });
}

/** Signs out: the pair of the request's own token stops working. */
export async function revokeTokens(deps: Deps, user: SignedInUser): Promise<void> {
  await deleteToken(deps.database, user.tokenId);
}

function asUserRole(role: number): UserRole {
  const known = Object.values(UserRole).find((value) => value === role);
  if (known === undefined) {
    throw new Error(`unknown role ${role} in users`);
  }
  return known;
}
