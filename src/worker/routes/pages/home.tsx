import { videoListQuerySchema } from "../../../contract/video-list";
import { listVideos } from "../../../domain/videos/list-videos";
import type { Route } from "../../route";
import { PAGE_SIZE, pageNumberOf } from "../../views/components/pagination";
import { htmlResponse } from "../../views/html";
import { HomePage } from "../../views/pages/home";
import { presentVideo } from "../../views/video";

export const homeRoutes: Route[] = [
  {
    method: "GET",
    path: "/",
    auth: "none",
    handler: async (context) => {
      const { url, deps } = context;
      const page = pageNumberOf(url);
      const query = videoListQuerySchema.parse({ start: (page - 1) * PAGE_SIZE, count: PAGE_SIZE });
      const { total, records } = await listVideos(deps, query);
      const list = { total, data: records.map((record) => presentVideo(record, deps.publicUrl)) };
      return await htmlResponse(context, <HomePage list={list} page={page} publicUrl={deps.publicUrl} nowMs={deps.now()} />, {
        cacheable: true,
      });
    },
  },
];
