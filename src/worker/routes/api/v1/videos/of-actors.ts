import { videoListQuerySchema } from "../../../../../contract/video-list";
import { listAccountVideos, listChannelVideos } from "../../../../../domain/videos/list-actor-videos";
import type { VideoPage } from "../../../../../domain/videos/list-videos";
import { parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Route } from "../../../../route";
import { presentVideo } from "../../../../views/video";

function videoListResponse(page: VideoPage, publicUrl: string): Response {
  return jsonResponse({ total: page.total, data: page.records.map((record) => presentVideo(record, publicUrl)) });
}

export const actorVideosRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/v1/accounts/:name/videos",
    auth: "optional",
    handler: async ({ url, params, deps }) => {
      const result = await listAccountVideos(deps, params.name ?? "", parseQuery(videoListQuerySchema, url));
      if (!result.ok) {
        throw new ProblemError({ status: 404, detail: "There is no such account here." });
      }
      return videoListResponse(result.value.page, deps.publicUrl);
    },
  },
  {
    method: "GET",
    path: "/api/v1/video-channels/:handle/videos",
    auth: "optional",
    handler: async ({ url, params, deps }) => {
      const result = await listChannelVideos(deps, params.handle ?? "", parseQuery(videoListQuerySchema, url));
      if (!result.ok) {
        throw new ProblemError({ status: 404, detail: "There is no such channel here." });
      }
      return videoListResponse(result.value.page, deps.publicUrl);
    },
  },
];
