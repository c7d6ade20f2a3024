import { subscribeSchema, subscriptionsExistQuerySchema, subscriptionsQuerySchema } from "../../../../contract/subscription";
import type { Channel, ListResponse } from "../../../../contract/video";
import { videoListQuerySchema } from "../../../../contract/video-list";
import { countsOf } from "../../../../domain/follows/counts";
import {
  getSubscription,
  getSubscriptions,
  listSubscriptionVideos,
  subscribe,
  subscriptionsExist,
  unsubscribe,
  type SubscribeFailure,
} from "../../../../domain/subscriptions";
import { invalidFields, parseBody, parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentChannel } from "../../../views/channel";
import { presentVideo } from "../../../views/video";

const PRIVATE = { "cache-control": "no-store" };
const PATH = "/api/v1/users/me/subscriptions";

async function list(context: Context): Promise<Response> {
  const { deps, url } = context;
  const { total, records } = await getSubscriptions(deps, userOf(context), parseQuery(subscriptionsQuerySchema, url));
  const counts = await countsOf(deps, { records });
  const body: ListResponse<Channel> = {
    total,
    data: records.map(({ channel, owner }) => presentChannel(channel, owner, deps.publicUrl, counts)),
  };
  return jsonResponse(body, { headers: PRIVATE });
}

async function post(context: Context): Promise<Response> {
  const { uri } = await parseBody(subscribeSchema, context.request);
  const subscribed = await subscribe(context.deps, userOf(context), uri);
  if (!subscribed.ok) {
    throw refusal(subscribed.error);
  }
  return new Response(null, { status: 204 });
}

function refusal(failure: SubscribeFailure): ProblemError {
  switch (failure.reason) {
    case "not-a-channel":
      return invalidFields({ uri: "must be a channel’s handle, such as name@example.org, or its address" });
    case "unknown-channel":
      return new ProblemError({ status: 404, detail: "There is no channel of this name here." });
    case "blocked":
      return new ProblemError({ status: 403, detail: `This instance has blocked ${failure.host}.` });
  }
}

async function exist(context: Context): Promise<Response> {
  const { uris } = parseQuery(subscriptionsExistQuerySchema, context.url);
  return jsonResponse(await subscriptionsExist(context.deps, userOf(context), uris), { headers: PRIVATE });
}

async function listVideos(context: Context): Promise<Response> {
  const { deps, url } = context;
  const page = await listSubscriptionVideos(deps, userOf(context), parseQuery(videoListQuerySchema, url));
  const data = page.records.map((record) => presentVideo(record, deps.publicUrl));
  return jsonResponse({ total: page.total, data }, { headers: PRIVATE });
}

async function get(context: Context): Promise<Response> {
  const { deps, params } = context;
  const found = await getSubscription(deps, userOf(context), params["handle"] ?? "");
  if (found === undefined) {
    throw notSubscribed();
  }
  const counts = await countsOf(deps, { records: [found] });
  return jsonResponse(presentChannel(found.channel, found.owner, deps.publicUrl, counts), { headers: PRIVATE });
}

async function remove(context: Context): Promise<Response> {
  if (!(await unsubscribe(context.deps, userOf(context), context.params["handle"] ?? ""))) {
    throw notSubscribed();
  }
  return new Response(null, { status: 204 });
}

function notSubscribed(): ProblemError {
  return new ProblemError({ status: 404, detail: "You aren’t subscribed to a channel of this name." });
}

export const subscriptionRoutes: Route[] = [
  { method: "GET", path: PATH, auth: "required", handler: list },
  { method: "POST", path: PATH, auth: "required", handler: post },
  { method: "GET", path: `${PATH}/exist`, auth: "required", handler: exist },
  { method: "GET", path: `${PATH}/videos`, auth: "required", handler: listVideos },
  { method: "GET", path: `${PATH}/:handle`, auth: "required", handler: get },
  { method: "DELETE", path: `${PATH}/:handle`, auth: "required", handler: remove },
];
