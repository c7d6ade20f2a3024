import type { Deps } from "../deps";
import { findOAuthClient } from "../../storage/d1/tokens";

/** What every program signs in with. Throws before the instance is set up. */
export async function getOAuthClient(deps: Deps): Promise<{ clientId: string; clientSecret: string }> {
  const client = await findOAuthClient(deps.database);
  if (client === undefined) {
    throw new Error("no OAuth client: the instance isn't set up");
  }
  return client;
}

/** Whether these are the instance's. No secret in truth (anybody may ask for them), so a plain comparison does. */
export async function isOAuthClient(deps: Deps, clientId: string, clientSecret: string): Promise<boolean> {
  const client = await getOAuthClient(deps);
  return client.clientId === clientId && client.clientSecret === clientSecret;
}
