import type { Deps } from "./deps";
import { findOAuthClient, insertOAuthClientOnce } from "../storage/d1/tokens";
import { hasUsers, insertFirstUser } from "../storage/d1/users";
import { hashPassword } from "./users/passwords";
import { randomHex } from "./users/random";
import { UserRole } from "./users/signed-in-user";

const OAUTH_CLIENT_BYTES = 16;

/**
 * Makes what every instance has and is missing: the OAuth client and, where nobody can sign in and a password is
 * given, the administrator `root` with its account and its channel `root_channel`. Safe to run again and at the same
 * time elsewhere: what exists stays as it is, the password too.
 */
export async function ensureInstance(deps: Deps, { adminPassword }: { adminPassword: string | undefined }): Promise<void> {
  const { database } = deps;
  if ((await findOAuthClient(database)) === undefined) {
    await insertOAuthClientOnce(database, randomHex(OAUTH_CLIENT_BYTES), randomHex(OAUTH_CLIENT_BYTES));
  }
  if (await hasUsers(database)) {
    return;
  }
  if (adminPassword === undefined || adminPassword === "") {
    console.warn("Nobody can sign in yet: set the secret ADMIN_PASSWORD to make the administrator root.");
    return;
  }
  const statements = insertFirstUser(database, {
    username: "root",
    email: `root@${new URL(deps.publicUrl).hostname}`,
    passwordHash: await hashPassword(adminPassword),
    role: UserRole.administrator,
    channelName: "root_channel",
    channelDisplayName: "Main root channel",
    now: deps.now(),
  });
  await database.batch(statements);
}
