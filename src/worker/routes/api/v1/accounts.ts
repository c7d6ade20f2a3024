import { accountListQuerySchema, channelListQuerySchema } from "../../../../contract/channel";
import type { Account, Channel, ListResponse } from "../../../../contract/video";
import { getAccount, getAccounts } from "../../../../domain/accounts";
import { getChannels } from "../../../../domain/channels";
import { countsOf } from "../../../../domain/follows/counts";
import type { AccountRow } from "../../../../storage/d1/schema";
import { parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, type Context, type Route } from "../../../route";
import { presentAccount } from "../../../views/account";
import { presentChannel } from "../../../views/channel";

async function listAccounts({ url, deps }: Context): Promise<Response> {
  const { total, rows } = await getAccounts(deps, parseQuery(accountListQuerySchema, url));
  const { accounts } = await countsOf(deps, { accounts: rows });
  const body: ListResponse<Account> = { total, data: rows.map((row) => presentAccount(row, deps.publicUrl, accounts.get(row.id))) };
  return jsonResponse(body);
}

async function getOneAccount(context: Context): Promise<Response> {
  const account = await accountOf(context);
  const { accounts } = await countsOf(context.deps, { accounts: [account] });
  return jsonResponse(presentAccount(account, context.deps.publicUrl, accounts.get(account.id)));
}

async function listAccountChannels(context: Context): Promise<Response> {
  const { deps, url } = context;
  const query = parseQuery(channelListQuerySchema, url);
  const account = await accountOf(context);
  const { total, records } = await getChannels(deps, { ...query, accountId: account.id });
  const counts = await countsOf(deps, { records });
  const data = records.map(({ channel, owner }) => presentChannel(channel, owner, deps.publicUrl, counts));
  const body: ListResponse<Channel> = { total, data };
  return jsonResponse(body);
}

async function accountOf({ deps, params }: Context): Promise<AccountRow> {
  const account = await getAccount(deps, params["name"] ?? "");
  if (account === undefined) {
    throw new ProblemError({ status: 404, detail: "There is no account of this name here." });
  }
  return account;
}

export const accountRoutes: Route[] = [
  { method: "GET", path: "/api/v1/accounts", auth: "none", handler: listAccounts },
  { method: "GET", path: "/api/v1/accounts/:name", auth: "none", handler: getOneAccount },
  { method: "GET", path: "/api/v1/accounts/:name/video-channels", auth: "none", handler: listAccountChannels },
];
