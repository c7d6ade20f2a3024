import { captionParamsSchema, MAX_CAPTION_BYTES, newCaptionSchema, type Caption } from "../../../../../contract/caption";
import type { ListResponse } from "../../../../../contract/video";
import { getCaptions, removeCaption, setCaption, type CaptionRefusal } from "../../../../../domain/captions/captions";
import { isOpenToAll } from "../../../../../domain/videos/visibility";
import { invalidFields, parseBody, parseParams } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { presentCaption } from "../../../../views/caption";
import { managedVideo, watchableVideo } from "../../../../watchable-video";

const MAX_FORM_BYTES = MAX_CAPTION_BYTES + 64 * 1024;

async function list(context: Context): Promise<Response> {
  const record = await watchableVideo(context);
  const rows = await getCaptions(context.deps, record.video);
  const body: ListResponse<Caption> = { total: rows.length, data: rows.map((row) => presentCaption(row, context.deps.publicUrl)) };
  return jsonResponse(body, { headers: { "cache-control": isOpenToAll(record) ? "no-cache" : "no-store" } });
}

async function put(context: Context): Promise<Response> {
  const { language } = parseParams(captionParamsSchema, context.params);
  const { video } = await managedVideo(context);
  const { captionfile } = await parseBody(newCaptionSchema, context.request, MAX_FORM_BYTES);
  const stored = await setCaption(context.deps, video, language, await captionfile.bytes());
  if (!stored.ok) {
    throw problemOf(stored.error);
  }
  return new Response(null, { status: 204 });
}

function problemOf(refusal: CaptionRefusal): ProblemError {
  switch (refusal.reason) {
    case "unreadable":
      return invalidFields({ captionfile: `line ${refusal.line}: ${refusal.detail}` });
    case "not-text":
      return invalidFields({ captionfile: "isn't text in UTF-8" });
    case "unknown-video":
      return new ProblemError({ status: 404, detail: "There is no such video: it was deleted meanwhile." });
  }
}

async function remove(context: Context): Promise<Response> {
  const { language } = parseParams(captionParamsSchema, context.params);
  const { video } = await managedVideo(context);
  if (!(await removeCaption(context.deps, video, language))) {
    throw new ProblemError({ status: 404, detail: "This video has no captions of this language." });
  }
  return new Response(null, { status: 204 });
}

export const captionRoutes: Route[] = [
  { method: "GET", path: "/api/v1/videos/:id/captions", auth: "optional", handler: list },
  { method: "PUT", path: "/api/v1/videos/:id/captions/:language", auth: "required", handler: put },
  { method: "DELETE", path: "/api/v1/videos/:id/captions/:language", auth: "required", handler: remove },
];
