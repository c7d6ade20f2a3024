import { ownFollowersQuerySchema } from "../../../../contract/follow";
import { getAccount } from "../../../../domain/accounts";
import { getChannel } from "../../../../domain/channels";
import { getFollowersOf } from "../../../../domain/follows/administer";
import { UserRole } from "../../../../domain/users/signed-in-user";
import { parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentFollows } from "../../../views/follow";

async function listAccountFollowers(context: Context): Promise<Response> {
  const { deps, params } = context;
  const account = await getAccount(deps, params["name"] ?? "");
  if (account === undefined || account.host !== null) {
    throw new ProblemError({ status: 404, detail: "There is no account of this name here." });
  }
  mustOwn(context, account.id);
  return await listOf(context, { account });
}

async function listChannelFollowers(context: Context): Promise<Response> {
  const found = await getChannel(context.deps, context.params["handle"] ?? "");
  if (found === undefined || found.channel.host !== null) {
    throw new ProblemError({ status: 404, detail: "There is no channel of this name here." });
  }
  mustOwn(context, found.owner.id);
  return await listOf(context, { channel: found.channel });
}

function mustOwn(context: Context, accountId: number): void {
  const user = userOf(context);
  if (user.accountId !== accountId && user.role === UserRole.user) {
    throw new ProblemError({ status: 403, detail: "Only its owner sees who follows it." });
  }
}

async function listOf(context: Context, of: Parameters<typeof getFollowersOf>[1]): Promise<Response> {
  const { deps, url } = context;
  const page = await getFollowersOf(deps, of, parseQuery(ownFollowersQuerySchema, url));
  return jsonResponse(presentFollows(page, deps.publicUrl), { headers: { "cache-control": "no-store" } });
}

export const ownFollowersRoutes: Route[] = [
  { method: "GET", path: "/api/v1/accounts/:name/followers", auth: "required", handler: listAccountFollowers },
  { method: "GET", path: "/api/v1/video-channels/:handle/followers", auth: "required", handler: listChannelFollowers },
];
