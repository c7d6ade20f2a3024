import { z } from "zod";
import { pageSchema, sortSchema } from "../../../../../contract/list";
import { VIDEO_SORTS } from "../../../../../contract/video-list";
import { listMyVideos } from "../../../../../domain/videos/list-videos";
import { parseQuery } from "../../../../middleware/validation";
import { jsonResponse, userOf, type Route } from "../../../../route";
import { presentOwnVideo } from "../../../../views/video";

const myVideosQuerySchema = pageSchema.extend({
  sort: sortSchema(VIDEO_SORTS, "-createdAt"),
  search: z.string().max(200).optional(),
});

export const myVideosRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/v1/users/me/videos",
    auth: "required",
    handler: async (context) => {
      const { url, deps } = context;
      const page = await listMyVideos(deps, userOf(context), parseQuery(myVideosQuerySchema, url));
      const data = page.records.map((record) => presentOwnVideo(record, deps.publicUrl));
      return jsonResponse({ total: page.total, data }, { headers: { "cache-control": "no-store" } });
    },
  },
];
