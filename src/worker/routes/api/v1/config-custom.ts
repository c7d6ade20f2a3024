import { customConfigSchema, type CustomConfigChange } from "../../../../contract/follow";
import type { SettingsChange } from "../../../../contract/settings";
import { getSettings, updateSettings } from "../../../../domain/settings";
import { forAdministrators } from "../../../middleware/administrator";
import { parseBody } from "../../../middleware/validation";
import { jsonResponse, type Context, type Route } from "../../../route";
import { presentCustomConfig } from "../../../views/follow";

const PRIVATE = { "cache-control": "no-store" };

async function getCustomConfig({ deps }: Context): Promise<Response> {
  return jsonResponse(presentCustomConfig(await getSettings(deps)), { headers: PRIVATE });
}

async function putCustomConfig({ deps, request }: Context): Promise<Response> {
  const change = await parseBody(customConfigSchema, request);
  return jsonResponse(presentCustomConfig(await updateSettings(deps, settingsOf(change))), { headers: PRIVATE });
}

function settingsOf({ followers, followings }: CustomConfigChange): SettingsChange {
  return {
    followers: given({
      instanceEnabled: followers?.instance?.enabled,
      manualApproval: followers?.instance?.manualApproval,
      channelsEnabled: followers?.channels?.enabled,
    }),
    followings: given({ autoFollowBack: followings?.instance?.autoFollowBack?.enabled }),
  };
}

/** What was given: the rest stays as it is. */
function given<Name extends string>(fields: Record<Name, boolean | undefined>): Partial<Record<Name, boolean>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Record<Name, boolean>>;
}

export const customConfigRoutes: Route[] = [
  forAdministrators({ method: "GET", path: "/api/v1/config/custom", handler: getCustomConfig }),
  forAdministrators({ method: "PUT", path: "/api/v1/config/custom", handler: putCustomConfig }),
];
