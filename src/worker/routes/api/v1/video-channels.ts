import { channelListQuerySchema, newChannelSchema, updateChannelSchema, type CreatedChannel } from "../../../../contract/channel";
import type { Channel, ListResponse } from "../../../../contract/video";
import { changeChannel, createChannel, getChannel, getChannels, removeChannel } from "../../../../domain/channels";
import { countsOf } from "../../../../domain/follows/counts";
import { parseBody, parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentChannel } from "../../../views/channel";

async function listChannels({ url, deps }: Context): Promise<Response> {
  const { total, records } = await getChannels(deps, parseQuery(channelListQuerySchema, url));
  const counts = await countsOf(deps, { records });
  const data = records.map(({ channel, owner }) => presentChannel(channel, owner, deps.publicUrl, counts));
  const body: ListResponse<Channel> = { total, data };
  return jsonResponse(body);
}

async function getOneChannel({ deps, params }: Context): Promise<Response> {
  const found = await getChannel(deps, params["handle"] ?? "");
  if (found === undefined) {
    throw noSuchChannel();
  }
  const counts = await countsOf(deps, { records: [found] });
  return jsonResponse(presentChannel(found.channel, found.owner, deps.publicUrl, counts));
}

async function postChannel(context: Context): Promise<Response> {
  const fields = await parseBody(newChannelSchema, context.request);
  const created = await createChannel(context.deps, userOf(context), fields);
  if (created.ok) {
    const body: CreatedChannel = { videoChannel: { id: created.value } };
    return jsonResponse(body);
  }
  switch (created.error.reason) {
    case "name-taken":
      throw new ProblemError({
        status: 409,
        detail: `An account or channel here is called «${fields.name}» already: choose another name.`,
      });
    case "too-many-channels":
      throw new ProblemError({
        status: 400,
        detail: `You have ${created.error.max} channels, which is as many as one account can have here.`,
      });
  }
}

async function putChannel(context: Context): Promise<Response> {
  const fields = await parseBody(updateChannelSchema, context.request);
  const changed = await changeChannel(context.deps, userOf(context), context.params["handle"] ?? "", fields);
  if (!changed.ok) {
    throw refusal(changed.error.reason);
  }
  return new Response(null, { status: 204 });
}

async function deleteChannel(context: Context): Promise<Response> {
  const removed = await removeChannel(context.deps, userOf(context), context.params["handle"] ?? "");
  if (!removed.ok) {
    throw refusal(removed.error.reason);
  }
  return new Response(null, { status: 204 });
}

function refusal(reason: "not-found" | "not-owner" | "last-channel"): ProblemError {
  switch (reason) {
    case "not-found":
      return noSuchChannel();
    case "not-owner":
      return new ProblemError({ status: 403, detail: "This channel isn't yours: only its owner can change or delete it." });
    case "last-channel":
      return new ProblemError({ status: 409, detail: "This is the account's last channel: make another one first." });
  }
}

function noSuchChannel(): ProblemError {
  return new ProblemError({ status: 404, detail: "There is no channel of this name here." });
}

export const videoChannelRoutes: Route[] = [
  { method: "GET", path: "/api/v1/video-channels", auth: "none", handler: listChannels },
  { method: "POST", path: "/api/v1/video-channels", auth: "required", handler: postChannel },
  { method: "GET", path: "/api/v1/video-channels/:handle", auth: "none", handler: getOneChannel },
  { method: "PUT", path: "/api/v1/video-channels/:handle", auth: "required", handler: putChannel },
  { method: "DELETE", path: "/api/v1/video-channels/:handle", auth: "required", handler: deleteChannel },
];
