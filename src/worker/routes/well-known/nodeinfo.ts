import { getSettings } from "../../../domain/settings";
import { getUsage } from "../../../domain/usage";
import { actorUrls, INSTANCE_ACTOR } from "../../../protocol/activitystreams/local-actors";
import { SOFTWARE } from "../../../protocol/software";
import type { Context, Route } from "../../route";

const SCHEMA = "http://nodeinfo.diaspora.software/ns/schema";
const VERSIONS = ["2.0", "2.1"] as const;
const CACHE_SECONDS = 600;

/** Where NodeInfo is, and the instance's own actor: PeerTube looks for it here. */
function discovery({ deps }: Context): Response {
  return answer(
    {
      links: [
        ...VERSIONS.map((version) => ({ rel: `${SCHEMA}/${version}`, href: `${deps.publicUrl}/nodeinfo/${version}.json` })),
        { rel: "https://www.w3.org/ns/activitystreams#Application", href: actorUrls(deps.publicUrl, INSTANCE_ACTOR).url },
      ],
    },
    "application/json; charset=utf-8",
  );
}

/** NodeInfo: what runs here, and how much is here. It says its own name, not PeerTube's. */
async function nodeinfo({ deps }: Context, version: (typeof VERSIONS)[number]): Promise<Response> {
  const [{ instance }, usage] = await Promise.all([getSettings(deps), getUsage(deps)]);
  return answer(
    {
      version,
      software: SOFTWARE,
      protocols: ["activitypub"],
      services: { inbound: [], outbound: [] },
      openRegistrations: false,
      usage: { users: { total: usage.users }, localPosts: usage.videos, localComments: usage.comments },
      metadata: { taxonomy: { postsName: "Videos" }, nodeName: instance.name, nodeDescription: instance.shortDescription },
    },
    `application/json; profile="${SCHEMA}/${version}#"; charset=utf-8`,
  );
}

function answer(document: unknown, contentType: string): Response {
  return new Response(JSON.stringify(document), {
    headers: { "content-type": contentType, "cache-control": `public, max-age=${CACHE_SECONDS}` },
  });
}

export const nodeinfoRoutes: Route[] = [
  { method: "GET", path: "/.well-known/nodeinfo", auth: "none", handler: discovery },
  ...VERSIONS.flatMap((version): Route[] =>
    [`/nodeinfo/${version}.json`, `/nodeinfo/${version}`].map((path) => ({
      method: "GET",
      path,
      auth: "none",
      handler: async (context) => await nodeinfo(context, version),
    })),
  ),
];
