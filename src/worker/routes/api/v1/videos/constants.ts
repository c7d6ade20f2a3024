import { VIDEO_CATEGORIES, VIDEO_LICENCES, VIDEO_PRIVACIES } from "../../../../../contract/video-constants";
import { VIDEO_LANGUAGES } from "../../../../../contract/video-languages";
import { jsonResponse, type Route } from "../../../../route";

function constantRoute(name: string, values: Readonly<Record<string, string>>): Route {
  return {
    method: "GET",
    path: `/api/v1/videos/${name}`,
    auth: "none",
    handler: () => jsonResponse(values, { headers: { "cache-control": "public, max-age=3600" } }),
  };
}

export const videoConstantRoutes: Route[] = [
  constantRoute("categories", VIDEO_CATEGORIES),
  constantRoute("licences", VIDEO_LICENCES),
  constantRoute("languages", VIDEO_LANGUAGES),
  constantRoute("privacies", VIDEO_PRIVACIES),
];
