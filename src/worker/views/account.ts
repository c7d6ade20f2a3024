import type { Account, AccountSummary } from "../../contract/video";
import { paths } from "../../protocol/paths";
import type { AccountRow } from "../../storage/d1/schema";

/** An account as lists and videos name it. */
export function presentAccountSummary(account: AccountRow, publicUrl: string): AccountSummary {
  return {
    id: account.id,
    name: account.name,
    displayName: account.displayName,
    ...presentOrigin(account.host, paths.accountActor(account.name), publicUrl),
    avatars: [],
  };
}

/** An account with its profile. */
export function presentAccount(account: AccountRow, publicUrl: string): Account {
  return {
    ...presentAccountSummary(account, publicUrl),
    hostRedundancyAllowed: false,
    followingCount: 0,
    followersCount: 0,
    createdAt: new Date(account.createdAt).toISOString(),
    updatedAt: new Date(account.updatedAt).toISOString(),
    description: account.description,
    ...(account.userId !== null && { userId: account.userId }),
  };
}

/** Where an actor lives: its host (with port), and its address there. `host` null: here. */
export function presentOrigin(host: string | null, path: string, publicUrl: string): { url: string; host: string } {
  return host === null ? { url: publicUrl + path, host: new URL(publicUrl).host } : { url: `https://${host}${path}`, host };
}
