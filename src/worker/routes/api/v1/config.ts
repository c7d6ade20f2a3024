import { getSettings } from "../../../../domain/settings";
import { presentAbout, presentConfig } from "../../../views/config";
import { jsonResponse, type Route } from "../../../route";

export const configRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/v1/config",
    auth: "none",
    handler: async ({ deps }) => jsonResponse(presentConfig(await getSettings(deps))),
  },
  {
    method: "GET",
    path: "/api/v1/config/about",
    auth: "none",
    handler: async ({ deps }) => jsonResponse(presentAbout(await getSettings(deps))),
  },
];
