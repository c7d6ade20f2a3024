import type { Account, AccountSummary } from "../../contract/video";
import { paths } from "../../protocol/paths";
import type { AccountRow } from "../../storage/d1/schema";

/** An account as lists and videos name it. */
export function presentAccountSummary(account: AccountRow, publicUrl: string): AccountSummary {
  return {
    id: account.id,
    name: account.name,
    displayName: account.displayName,
    ...presentOrigin(account, paths.accountActor(account.name), publicUrl),
    avatars: [],
  };
}

/** How many follow an actor, and how many it follows. */
export interface PresentedCounts {
  followers: number;
  following: number;
}

/** An account with its profile. */
export function presentAccount(account: AccountRow, publicUrl: string, counts?: PresentedCounts): Account {
  return {
    ...presentAccountSummary(account, publicUrl),
    hostRedundancyAllowed: false,
    followingCount: counts?.following ?? 0,
    followersCount: counts?.followers ?? 0,
    createdAt: new Date(account.createdAt).toISOString(),
    updatedAt: new Date(account.updatedAt).toISOString(),
    description: account.description,
    ...(account.userId !== null && { userId: account.userId }),
  };
}

/** Where an actor lives: its host (with port), and its id. */
export function presentOrigin(
  { host, url }: { host: string | null; url: string | null },
  path: string,
  publicUrl: string,
): { url: string; host: string } {
  return host === null ? { url: publicUrl + path, host: new URL(publicUrl).host } : { url: url ?? `https://${host}${path}`, host };
}
