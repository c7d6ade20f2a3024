import type { OAuthClient } from "../../../../contract/oauth";
import { getOAuthClient } from "../../../../domain/users/oauth-client";
import { ProblemError } from "../../../problem";
import { jsonResponse, type Context, type Route } from "../../../route";

/**
 * The one client that every program signs in with. Refused to a page that reached the instance under another name
 * (DNS rebinding) than the configured; without a configured address every name is right.
 */
async function getLocalClient({ url, deps }: Context): Promise<Response> {
  if (url.host !== new URL(deps.publicUrl).host) {
    throw new ProblemError({
      status: 403,
      detail: `Sign in at this instance's own address: ${deps.publicUrl}`,
    });
  }
  const { clientId, clientSecret } = await getOAuthClient(deps);
  const body: OAuthClient = { client_id: clientId, client_secret: clientSecret };
  return jsonResponse(body, { headers: { "cache-control": "no-store" } });
}

export const oauthClientRoutes: Route[] = [{ method: "GET", path: "/api/v1/oauth-clients/local", auth: "none", handler: getLocalClient }];
