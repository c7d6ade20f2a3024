import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { isTooLongPassword } from "../../contract/user";
import { findSignInUser, rememberAddress, uncountFailures } from "../../storage/d1/sign-in-failures";
import { insertTokens } from "../../storage/d1/tokens";
import { addressCounter, addressKeyOf, enterAttempt, KNOWN_ADDRESS_LIFETIME_MS, nameCounter } from "./failure-limit";
import { pretendToVerify, verifyPassword } from "./passwords";
import { makeTokens, type IssuedTokens } from "./tokens";

export type SignInFailure =
  | { reason: "too-long-password" | "wrong-credentials" | "account-blocked" }
  | { reason: "too-many-failures"; retryAfterSeconds: number };

/**
 * Trades a user name or e-mail address (in any case) and the password for tokens. `address` is where the request came
 * from. While too many attempts have failed (failure-limit.ts) no password is tried, right or wrong.
 */
export async function signIn(
  deps: Deps,
  { login, password, address }: { login: string; password: string; address: string },
): Promise<Result<IssuedTokens, SignInFailure>> {
  const { database } = deps;
  if (isTooLongPassword(password)) {
    return fail({ reason: "too-long-password" });
  }
  const now = deps.now();
  const addressKey = await addressKeyOf(address);
  const found = await findSignInUser(database, login, addressKey, now - KNOWN_ADDRESS_LIFETIME_MS);
  const counters = [addressCounter(deps, addressKey)];
  if (!found?.isKnownAddress) {
    counters.push(await nameCounter(deps, found === undefined ? { login } : { userId: found.user.id }));
  }
  const refused = await enterAttempt(deps, counters);
  if (refused !== undefined) {
    return fail({ reason: "too-many-failures", ...refused });
  }
  const isRight = found === undefined ? await pretendToVerify(password) : await verifyPassword(password, found.user.passwordHash);
  if (found === undefined || !isRight) {
    return fail({ reason: "wrong-credentials" });
  }
  if (found.user.blocked) {
    await uncountFailures(database, counters);
    return fail({ reason: "account-blocked" });
  }
  const { issued, stored } = await makeTokens(now);
  await database.batch([
    insertTokens(database, found.user.id, stored),
    rememberAddress(database, found.user.id, addressKey, now),
    uncountFailures(database, counters),
  ]);
  return ok(issued);
}
