import { blockedServersQuerySchema, blockServerSchema } from "../../../../../contract/follow";
import { blockHost, listBlocked, unblockInstance } from "../../../../../domain/follows/blocklist";
import { forAdministrators } from "../../../../middleware/administrator";
import { invalidFields, parseBody, parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { presentBlockedServer } from "../../../../views/follow";

async function listServers({ deps, url }: Context): Promise<Response> {
  const { total, rows } = await listBlocked(deps, parseQuery(blockedServersQuerySchema, url));
  const data = rows.map((row) => presentBlockedServer(row, deps.publicUrl));
  return jsonResponse({ total, data }, { headers: { "cache-control": "no-store" } });
}

async function postServer({ deps, request }: Context): Promise<Response> {
  const { host } = await parseBody(blockServerSchema, request);
  const blocked = await blockHost(deps, host);
  if (blocked.ok) {
    return new Response(null, { status: 204 });
  }
  switch (blocked.error.reason) {
    case "not-a-host":
      throw invalidFields({ host: "must be a host, such as example.org" });
    case "own-host":
      throw new ProblemError({ status: 409, detail: "This instance can’t block itself." });
  }
}

async function deleteServer({ deps, params }: Context): Promise<Response> {
  if (!(await unblockInstance(deps, params["host"] ?? ""))) {
    throw new ProblemError({ status: 404, detail: "This host isn’t blocked." });
  }
  return new Response(null, { status: 204 });
}

export const blocklistRoutes: Route[] = [
  forAdministrators({ method: "GET", path: "/api/v1/server/blocklist/servers", handler: listServers }),
  forAdministrators({ method: "POST", path: "/api/v1/server/blocklist/servers", handler: postServer }),
  forAdministrators({ method: "DELETE", path: "/api/v1/server/blocklist/servers/:host", handler: deleteServer }),
];
