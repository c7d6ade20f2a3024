import { rotateKeysSchema, type RotatedKeys, type RotateKeysFields } from "../../../../../contract/actor-keys";
import { instanceActor } from "../../../../../domain/actors/local";
import { rotateKeys } from "../../../../../domain/actors/rotate";
import { UserRole } from "../../../../../domain/users/signed-in-user";
import type { LocalActor } from "../../../../../protocol/activitystreams/local-actors";
import { parseBody } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../../route";

async function postRotateKeys(context: Context): Promise<Response> {
  if (userOf(context).role !== UserRole.administrator) {
    throw new ProblemError({ status: 403, detail: "Only an administrator can give an actor new keys." });
  }
  const rotated = await rotateKeys(context.deps, actorOf(await parseBody(rotateKeysSchema, context.request)));
  if (!rotated.ok) {
    throw new ProblemError({ status: 404, detail: "There is no account or channel of this name here." });
  }
  const { url, publicKeyPem, keysChangedAt } = rotated.value;
  const body: RotatedKeys = { actor: { url, publicKeyPem, rotatedAt: new Date(keysChangedAt).toISOString() } };
  return jsonResponse(body);
}

function actorOf({ accountName, channelName }: RotateKeysFields): LocalActor {
  if (accountName !== undefined) {
    return { kind: "account", name: accountName };
  }
  return channelName === undefined ? instanceActor : { kind: "channel", name: channelName };
}

export const actorKeyRoutes: Route[] = [
  { method: "POST", path: "/api/v1/server/actors/rotate-keys", auth: "required", handler: postRotateKeys },
];
