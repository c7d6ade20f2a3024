import { findLocalActor } from "../../../domain/documents/actors";
import {
  actorUrls,
  INSTANCE_ACTOR,
  INSTANCE_ACTOR_ALIAS,
  INSTANCE_ACTOR_NAME,
  localActorOf,
  type LocalActor,
} from "../../../protocol/activitystreams/local-actors";
import { ACTIVITY_JSON } from "../../../protocol/activitystreams/negotiation";
import { paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";

const MAX_RESOURCE_CHARACTERS = 2048;
const CACHE_SECONDS = 60;

/** RFC 7033: who an address of the form `acct:name@host`, or an actor's id or page, is. */
async function webfinger({ url, deps }: Context): Promise<Response> {
  const resource = url.searchParams.get("resource");
  if (resource === null || resource.length > MAX_RESOURCE_CHARACTERS) {
    throw new ProblemError({ status: 400, detail: "Ask with ?resource=acct:name@host, or with an actor's address." });
  }
  const candidates = candidatesOf(resource, deps.publicUrl);
  if (candidates === undefined) {
    throw new ProblemError({ status: 400, detail: "This isn't an address of an account or channel." });
  }
  for (const candidate of candidates) {
    const found = await findLocalActor(deps, candidate);
    if (found !== undefined) {
      return jrdResponse(found.actor, deps.publicUrl);
    }
  }
  throw new ProblemError({ status: 404, detail: "There is no account or channel of this name here." });
}

/** Whom a resource may mean, in order; undefined where it is none; empty where it is of elsewhere. */
function candidatesOf(resource: string, publicUrl: string): LocalActor[] | undefined {
  const ownHost = new URL(publicUrl).host.toLowerCase();
  const account = /^acct:@?([^@\s/]{1,255})@([^@\s/]{1,255})$/i.exec(resource);
  if (account !== null) {
    const [, name = "", host = ""] = account;
    if (host.toLowerCase() !== ownHost) {
      return [];
    }
    const isInstance = [INSTANCE_ACTOR_NAME, INSTANCE_ACTOR_ALIAS, ownHost].includes(name.toLowerCase());
    return isInstance
      ? [INSTANCE_ACTOR]
      : [
          { kind: "account", name },
          { kind: "channel", name },
        ];
  }
  const address = URL.parse(resource);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return undefined;
  }
  if (address.host.toLowerCase() !== ownHost) {
    return [];
  }
  if (address.pathname === "/") {
    return [INSTANCE_ACTOR];
  }
  const actor = localActorOf(publicUrl, resource);
  if (actor !== undefined) {
    return [actor];
  }
  const [, kind, name = ""] = /^\/(a\/|c\/|@)([^/]+)$/.exec(address.pathname) ?? [];
  return kind === undefined
    ? []
    : kind === "c/"
      ? [{ kind: "channel", name }]
      : [
          { kind: "account", name },
          { kind: "channel", name },
        ];
}

function jrdResponse(actor: LocalActor, publicUrl: string): Response {
  const { url } = actorUrls(publicUrl, actor);
  const page = actor.kind === "instance" ? "/" : actor.kind === "channel" ? paths.channel(actor.name) : paths.account(actor.name);
  const document = {
    subject: `acct:${actor.name}@${new URL(publicUrl).host}`,
    aliases: [url, publicUrl + page],
    links: [
      { rel: "self", type: ACTIVITY_JSON, href: url },
      { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: publicUrl + page },
    ],
  };
  return new Response(JSON.stringify(document), {
    headers: { "content-type": "application/jrd+json; charset=utf-8", "cache-control": `public, max-age=${CACHE_SECONDS}` },
  });
}

/** RFC 6415: where WebFinger is; XRD, as old software asks. */
function hostMeta({ deps }: Context): Response {
  const template = `${deps.publicUrl}/.well-known/webfinger?resource={uri}`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" type="application/jrd+json" template="${template}"/>
</XRD>
`;
  return new Response(body, { headers: { "content-type": "application/xrd+xml; charset=utf-8" } });
}

export const webfingerRoutes: Route[] = [
  { method: "GET", path: "/.well-known/webfinger", auth: "none", handler: webfinger },
  { method: "GET", path: "/.well-known/host-meta", auth: "none", handler: hostMeta },
];
