import { chaptersSchema, type ChapterList } from "../../../../../contract/chapter";
import { getChapters, setChapters } from "../../../../../domain/chapters/chapters";
import { isOpenToAll } from "../../../../../domain/videos/visibility";
import { parseBody } from "../../../../middleware/validation";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { managedVideo, watchableVideo } from "../../../../watchable-video";

async function list(context: Context): Promise<Response> {
  const record = await watchableVideo(context);
  const body: ChapterList = { chapters: await getChapters(context.deps, record.video) };
  return jsonResponse(body, { headers: { "cache-control": isOpenToAll(record) ? "no-cache" : "no-store" } });
}

async function put(context: Context): Promise<Response> {
  const { video } = await managedVideo(context);
  const { chapters } = await parseBody(chaptersSchema, context.request);
  await setChapters(context.deps, video, chapters);
  return new Response(null, { status: 204 });
}

export const chapterRoutes: Route[] = [
  { method: "GET", path: "/api/v1/videos/:id/chapters", auth: "optional", handler: list },
  { method: "PUT", path: "/api/v1/videos/:id/chapters", auth: "required", handler: put },
];
