import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import type { UpdateMe } from "../../contract/user";
import { findAccountById, updateAccount } from "../../storage/d1/accounts";
import { listChannelsOfAccount } from "../../storage/d1/channels";
import type { AccountRow, ChannelRow, UserRow } from "../../storage/d1/schema";
import { uncountFailures } from "../../storage/d1/sign-in-failures";
import { deleteOtherTokens } from "../../storage/d1/tokens";
import { findUser, sumVideoBytes, updateUser } from "../../storage/d1/users";
import { nudge, taskStatement } from "../tasks/ask";
import { currentPasswordCounter, enterAttempt } from "./failure-limit";
import { hashPassword, verifyPassword } from "./passwords";
import type { SignedInUser } from "./signed-in-user";

const DAY_MS = 24 * 60 * 60_000;

/** All that a user is shown of themselves. */
export async function getMe(deps: Deps, me: SignedInUser): Promise<{ user: UserRow; account: AccountRow; channels: ChannelRow[] }> {
  const [user, account, channels] = await Promise.all([
    findUser(deps.database, me.id),
    findAccountById(deps.database, me.accountId),
    listChannelsOfAccount(deps.database, me.accountId),
  ]);
  if (user === undefined || account === undefined) {
    throw new Error(`user ${me.id} was deleted while it made a request`);
  }
  return { user, account, channels };
}

/** Bytes that the user's videos take, in all and of the last 24 hours. */
export async function getVideoQuotaUsed(deps: Deps, me: SignedInUser): Promise<{ total: number; lastDay: number }> {
  const { total, sinceThen } = await sumVideoBytes(deps.database, me.id, deps.now() - DAY_MS);
  return { total, lastDay: sinceThen };
}

export type UpdateMeFailure =
  | { reason: "current-password-missing" | "current-password-wrong" | "email-taken" }
  | { reason: "too-many-failures"; retryAfterSeconds: number };

/**
 * Changes the user's profile, e-mail address or password. The latter two need the current password, so that a borrowed
 * token doesn't become an account; a new password signs out everywhere else.
 */
export async function updateMe(deps: Deps, me: SignedInUser, change: UpdateMe): Promise<Result<undefined, UpdateMeFailure>> {
  const { database } = deps;
  if (change.password !== undefined || change.email !== undefined) {
    const checked = await checkCurrentPassword(deps, me, change.currentPassword);
    if (!checked.ok) {
      return checked;
    }
    const updated = await updateUser(database, me.id, {
      ...(change.email !== undefined && { email: change.email }),
      ...(change.password !== undefined && { passwordHash: await hashPassword(change.password) }),
    });
    if (!updated) {
      return fail({ reason: "email-taken" });
    }
    if (change.password !== undefined) {
      await deleteOtherTokens(database, me.id, me.tokenId);
    }
  }
  const { displayName, description } = change;
  if (displayName !== undefined || description !== undefined) {
    const task = { kind: "actor", actor: { kind: "account", name: me.username } } as const;
    await updateAccount(database, me.accountId, { displayName, description }, deps.now(), [taskStatement(deps, task)]);
    await nudge(deps, [task]);
  }
  return ok(undefined);
}

async function checkCurrentPassword(
  deps: Deps,
  me: SignedInUser,
  password: string | undefined,
): Promise<Result<undefined, UpdateMeFailure>> {
  if (password === undefined) {
    return fail({ reason: "current-password-missing" });
  }
  const user = await findUser(deps.database, me.id);
  const counters = [await currentPasswordCounter(deps, me.id)];
  const refused = await enterAttempt(deps, counters);
  if (refused !== undefined) {
    return fail({ reason: "too-many-failures", ...refused });
  }
  if (user === undefined || !(await verifyPassword(password, user.passwordHash))) {
    return fail({ reason: "current-password-wrong" });
  }
  await uncountFailures(deps.database, counters);
  return ok(undefined);
}
