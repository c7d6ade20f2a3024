import type { Deps } from "./deps";
import type { AccountSort } from "../contract/channel";
import type { ListQuery } from "../contract/list";
import { parseHandle } from "../protocol/handles";
import { findAccount, listAccounts } from "../storage/d1/accounts";
import type { AccountRow } from "../storage/d1/schema";

/** The account of a handle (`name` or `name@host`); undefined where there is none. */
export async function getAccount(deps: Deps, handle: string): Promise<AccountRow | undefined> {
  const parsed = parseHandle(handle, new URL(deps.publicUrl).host);
  return parsed && (await findAccount(deps.database, parsed));
}

/** A page of all the accounts that this instance knows. */
export async function getAccounts(deps: Deps, query: ListQuery<AccountSort>): Promise<{ total: number; rows: AccountRow[] }> {
  return await listAccounts(deps.database, query);
}
