import {
  deadLettersQuerySchema,
  federationEventsQuerySchema,
  federationHostsQuerySchema,
  replayAllQuerySchema,
  type ReplayedLetters,
} from "../../../../../contract/federation-admin";
import { forgetLetter, listDeadLetters, replay, replayAll, wakeHost, type LetterId } from "../../../../../domain/deliveries/letters";
import { federationCounts, federationEvents, hostOverviews, isHostKnown } from "../../../../../domain/deliveries/overview";
import { UserRole } from "../../../../../domain/users/signed-in-user";
import { parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../../route";
import { presentDeadLetter, presentEvent, presentHost, presentSummary } from "../../../../views/federation-admin";

// How federation is, and what the administrator does about it.

async function getSummary({ deps }: Context): Promise<Response> {
  return jsonResponse(presentSummary(await federationCounts(deps)));
}

async function getHosts({ deps, url }: Context): Promise<Response> {
  const { search, ...page } = parseQuery(federationHostsQuerySchema, url);
  const { total, hosts } = await hostOverviews(deps, { ...page, search });
  return jsonResponse({ total, data: hosts.map(presentHost) });
}

async function postWake({ deps, params }: Context): Promise<Response> {
  const host = (params["host"] ?? "").toLowerCase();
  if (!(await isHostKnown(deps, host))) {
    throw new ProblemError({ status: 404, detail: "This host never failed, and nothing waits for it." });
  }
  await wakeHost(deps, host);
  return new Response(null, { status: 204 });
}

async function getDeadLetters({ deps, url }: Context): Promise<Response> {
  const { host, ...page } = parseQuery(deadLettersQuerySchema, url);
  const { total, letters } = await listDeadLetters(deps, { ...page, host: host === "" ? undefined : host });
  return jsonResponse({ total, data: letters.map(presentDeadLetter) });
}

async function postReplay({ deps, params }: Context): Promise<Response> {
  const replayed = await replay(deps, letterOf(params["id"]));
  if (!replayed.ok && replayed.error.reason === "not-replayable") {
    throw new ProblemError({ status: 409, detail: "This message isn't understood; it can only be deleted." });
  }
  if (!replayed.ok) {
    throw noSuchLetter();
  }
  return new Response(null, { status: 204 });
}

async function postReplayAll({ deps, url }: Context): Promise<Response> {
  const { host } = parseQuery(replayAllQuerySchema, url);
  const body: ReplayedLetters = { replayed: await replayAll(deps, host) };
  return jsonResponse(body);
}

async function deleteLetter({ deps, params }: Context): Promise<Response> {
  if (!(await forgetLetter(deps, letterOf(params["id"])))) {
    throw noSuchLetter();
  }
  return new Response(null, { status: 204 });
}

async function getEvents({ deps, url }: Context): Promise<Response> {
  const { host, ...page } = parseQuery(federationEventsQuerySchema, url);
  const { total, events } = await federationEvents(deps, { ...page, host: host === "" ? undefined : host });
  return jsonResponse({ total, data: events.map(presentEvent) });
}

function letterOf(id: string | undefined): LetterId {
  const match = /^(delivery|letter)-(\d{1,15})$/.exec(id ?? "");
  if (match === null) {
    throw noSuchLetter();
  }
  return { kind: match[1] === "delivery" ? "delivery" : "message", id: Number(match[2]) };
}

function noSuchLetter(): ProblemError {
  return new ProblemError({ status: 404, detail: "There is no such dead letter." });
}

function route(method: Route["method"], path: string, handler: (context: Context) => Promise<Response>): Route {
  return {
    method,
    path: `/api/v1/server/federation${path}`,
    auth: "required",
    handler: async (context) => {
      if (userOf(context).role !== UserRole.administrator) {
        throw new ProblemError({ status: 403, detail: "Only an administrator sees how federation is." });
      }
      return await handler(context);
    },
  };
}

export const federationAdminRoutes: Route[] = [
  route("GET", "/summary", getSummary),
  route("GET", "/hosts", getHosts),
  route("POST", "/hosts/:host/wake", postWake),
  route("GET", "/dead-letters", getDeadLetters),
  route("POST", "/dead-letters/replay-all", postReplayAll),
  route("POST", "/dead-letters/:id/replay", postReplay),
  route("DELETE", "/dead-letters/:id", deleteLetter),
  route("GET", "/events", getEvents),
];
