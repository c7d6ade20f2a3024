import { receiveActivity, MAX_INBOX_BODY_BYTES, type InboxRefusal } from "../../../domain/inbox/receive";
import { INSTANCE_ACTOR, INSTANCE_ACTOR_ALIAS, INSTANCE_ACTOR_NAME, type LocalActor } from "../../../protocol/activitystreams/local-actors";
import type { ActivityProblem } from "../../../protocol/activities/incoming";
import type { SignatureRefusal } from "../../../protocol/signatures/verify-request";
import { clientNetworkOf } from "../../middleware/rate-limit";
import { readCapped } from "../../middleware/validation";
import { ProblemError, type Problem } from "../../problem";
import type { Context, Route } from "../../route";

/** The window of INBOX_RATE (wrangler.toml). */
const RATE_WINDOW_SECONDS = 60;
const JSON_TYPE = /^application\/(?:json|[\w.-]+\+json)$/;

export const inboxRoutes: Route[] = [
  { method: "POST", path: "/inbox", auth: "none", handler: (context) => receive(context, undefined) },
  {
    method: "POST",
    path: "/accounts/:name/inbox",
    auth: "none",
    handler: (context) => receive(context, accountNamed(context.params["name"] ?? "")),
  },
  {
    method: "POST",
    path: "/video-channels/:name/inbox",
    auth: "none",
    handler: (context) => receive(context, { kind: "channel", name: context.params["name"] ?? "" }),
  },
];

function accountNamed(name: string): LocalActor {
  return [INSTANCE_ACTOR_NAME, INSTANCE_ACTOR_ALIAS].includes(name.toLowerCase()) ? INSTANCE_ACTOR : { kind: "account", name };
}

/** 202 for what is taken; whether it counts is found out later, so that whoever sends never waits for a third. */
async function receive({ request, deps }: Context, inboxOf: LocalActor | undefined): Promise<Response> {
  const contentType = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!JSON_TYPE.test(contentType)) {
    throw new ProblemError({ status: 415, detail: "Send an activity as application/activity+json." });
  }
  if (Number(request.headers.get("content-length")) > MAX_INBOX_BODY_BYTES) {
    throw new ProblemError(problemOf({ reason: "too-large", limit: MAX_INBOX_BODY_BYTES }));
  }
  const received = await receiveActivity(deps, {
    method: request.method,
    url: request.url,
    headers: request.headers,
    readBody: async () => await readBody(request),
    inboxOf,
    mayPass: async (key) => (await deps.env.INBOX_RATE.limit({ key })).success,
    network: clientNetworkOf(request),
  });
  if (!received.ok) {
    throw new ProblemError(problemOf(received.error));
  }
  return new Response(null, { status: 202 });
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readCapped(request, MAX_INBOX_BODY_BYTES);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 413) {
      return undefined;
    }
    throw error;
  }
}

function problemOf(refusal: InboxRefusal): Problem {
  switch (refusal.reason) {
    case "too-large":
      return { status: 413, detail: `An activity has ${refusal.limit / 1000} kB at most.` };
    case "signature":
      return { status: refusal.why.reason === "unsigned" ? 401 : 403, detail: signatureDetail(refusal.why) };
    case "key-id":
      return { status: 403, detail: "The signature's keyId is neither an http(s) address nor acct:name@host." };
    case "digest-mismatch":
      return { status: 403, detail: "The body has another SHA-256 digest than its header says, or none is given." };
    case "bad-signature":
      return { status: 403, detail: "The signature wasn't made with the key that keyId names." };
    case "rate-limited":
      return {
        status: 429,
        detail: "Too many activities of your host in a short time: send the rest later.",
        headers: { "retry-after": String(RATE_WINDOW_SECONDS) },
      };
    case "no-such-inbox":
      return { status: 404, detail: "Nobody here has that inbox." };
    case "own-activity":
      return { status: 409, detail: "What this instance says itself needn't be delivered to it." };
    case "blocked":
      return { status: 403, detail: `Activities of ${refusal.host} aren't taken here.` };
    case "bad-activity":
      return { status: 400, detail: activityDetail(refusal.why) };
  }
}

function signatureDetail(why: SignatureRefusal): string {
  switch (why.reason) {
    case "unsigned":
      return "The request isn't signed: see draft-cavage-http-signatures or RFC 9421.";
    case "unreadable":
      return "The signature or a date of it can't be read.";
    case "key-id-missing":
      return "The signature names no keyId.";
    case "not-covered":
      return `The signature must cover ${why.component}.`;
    case "header-missing":
      return `The signature covers ${why.component}, which the request doesn't have.`;
    case "unknown-algorithm":
      return `The signature's algorithm «${why.algorithm.slice(0, 40)}» isn't known here: use rsa-sha256, hs2019 or ed25519.`;
    case "out-of-time":
      return `The signature is ${why.skewSeconds} seconds away from now, by this instance's clock.`;
    case "expired":
      return "The signature has expired.";
  }
}

function activityDetail(why: ActivityProblem): string {
  switch (why.reason) {
    case "not-json":
      return "The body isn't JSON in UTF-8.";
    case "not-an-object":
      return "The body isn't one activity.";
    case "forbidden-key":
      return "The activity has a key that no activity needs.";
    case "too-deep":
      return `The activity is nested more than ${why.limit} deep.`;
    case "too-long-a-list":
      return `The activity has a list of more than ${why.limit} entries.`;
    case "too-many-values":
      return `The activity has more than ${why.limit} values.`;
    case "bad-field":
      return `Incorrect activity: ${why.field} ${why.detail}`;
    case "id-of-another-host":
      return `The activity's id is on ${why.host}, its actor isn't.`;
  }
}
