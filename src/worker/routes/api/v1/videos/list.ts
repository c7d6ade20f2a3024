import { videoListQuerySchema } from "../../../../../contract/video-list";
import { listVideos } from "../../../../../domain/videos/list-videos";
import { parseQuery } from "../../../../middleware/validation";
import { jsonResponse, type Route } from "../../../../route";
import { presentVideo } from "../../../../views/video";

export const videoListRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/v1/videos",
    auth: "optional",
    handler: async ({ url, deps }) => {
      const page = await listVideos(deps, parseQuery(videoListQuerySchema, url));
      return jsonResponse({ total: page.total, data: page.records.map((record) => presentVideo(record, deps.publicUrl)) });
    },
  },
];
