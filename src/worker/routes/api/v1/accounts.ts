import { accountListQuerySchema, channelListQuerySchema } from "../../../../contract/channel";
import type { Account, Channel, ListResponse } from "../../../../contract/video";
import { getAccount, getAccounts } from "../../../../domain/accounts";
import { getChannels } from "../../../../domain/channels";
import type { AccountRow } from "../../../../storage/d1/schema";
import { parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, type Context, type Route } from "../../../route";
import { presentAccount } from "../../../views/account";
import { presentChannel } from "../../../views/channel";

async function listAccounts({ url, deps }: Context): Promise<Response> {
  const { total, rows } = await getAccounts(deps, parseQuery(accountListQuerySchema, url));
  const body: ListResponse<Account> = { total, data: rows.map((row) => presentAccount(row, deps.publicUrl)) };
  return jsonResponse(body);
}

async function getOneAccount(context: Context): Promise<Response> {
  return jsonResponse(presentAccount(await accountOf(context), context.deps.publicUrl));
}

async function listAccountChannels(context: Context): Promise<Response> {
  const { deps, url } = context;
  const query = parseQuery(channelListQuerySchema, url);
  const account = await accountOf(context);
  const { total, records } = await getChannels(deps, { ...query, accountId: account.id });
  const body: ListResponse<Channel> = { total, data: records.map(({ channel, owner }) => presentChannel(channel, owner, deps.publicUrl)) };
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
