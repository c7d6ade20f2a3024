import { VIDEO_CATEGORIES, VIDEO_LICENCES, VIDEO_PRIVACIES, videoLanguages } from "../../../../../contract/video-constants";
import { jsonResponse, type Route } from "../../../../route";

function constantRoute(name: string, values: () => Readonly<Record<string, string>>): Route {
  return {
    method: "GET",
    path: `/api/v1/videos/${name}`,
    auth: "none",
    handler: () => jsonResponse(values(), { headers: { "cache-control": "public, max-age=3600" } }),
  };
}

export const videoConstantRoutes: Route[] = [
  constantRoute("categories", () => VIDEO_CATEGORIES),
  constantRoute("licences", () => VIDEO_LICENCES),
  constantRoute("languages", videoLanguages),
  constantRoute("privacies", () => VIDEO_PRIVACIES),
];
