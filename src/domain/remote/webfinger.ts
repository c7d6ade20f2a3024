import { z } from "zod";
import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { fetchJson } from "./fetch-document";
import type { RemoteRefusal } from "./refusal";

// How a name or a host leads to an actor's id: WebFinger (RFC 7033), and NodeInfo's link to the instance's own actor.

const MAX_LINKS = 50;
const linksSchema = z.object({
  links: z.array(z.object({ rel: z.string(), type: z.string().nullish(), href: z.string().nullish() }).catch({ rel: "" })).max(MAX_LINKS),
});

const SELF_TYPES = /^application\/(?:activity\+json|ld\+json)/i;
const APPLICATION_REL = "https://www.w3.org/ns/activitystreams#Application";

/** The id of the actor that a host gives that name. It may be of another host, which has to confirm it. */
export async function findByWebfinger(deps: Deps, name: string, host: string): Promise<Result<string, RemoteRefusal>> {
  // As PeerTube asks; @ and : needn't be escaped.
  const resource = `acct:${encodeURIComponent(name)}@${host}`;
  const fetched = await fetchJson(
    deps,
    `${originOf(deps, host)}/.well-known/webfinger?resource=${resource}`,
    "application/jrd+json, application/json",
  );
  if (!fetched.ok) {
    return fetched;
  }
  const links = linksSchema.safeParse(fetched.value.document);
  const self = links.success ? links.data.links.find(({ rel, type }) => rel === "self" && SELF_TYPES.test(type ?? "")) : undefined;
  const id = normalizeId(self?.href);
  return id === undefined ? fail({ reason: "gone", why: `${host} knows no actor ${name}` }) : ok(id);
}

/** The id of the actor that an instance itself is, by its NodeInfo; undefined: it doesn't tell. */
export async function findApplication(deps: Deps, host: string): Promise<Result<string | undefined, RemoteRefusal>> {
  const fetched = await fetchJson(deps, `${originOf(deps, host)}/.well-known/nodeinfo`, "application/json");
  if (!fetched.ok) {
    return fetched.error.reason === "unreachable" || fetched.error.reason === "refused" ? fetched : ok(undefined);
  }
  const links = linksSchema.safeParse(fetched.value.document);
  const id = normalizeId(links.success ? links.data.links.find(({ rel }) => rel === APPLICATION_REL)?.href : undefined);
  return ok(id !== undefined && hostOfId(id) === host ? id : undefined);
}

/** An instance at an http address has peers at such. */
function originOf(deps: Pick<Deps, "publicUrl">, host: string): string {
  return `${new URL(deps.publicUrl).protocol}//${host}`;
}
