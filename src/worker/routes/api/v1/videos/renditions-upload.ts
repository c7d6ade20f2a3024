import { openRenditionUploadSchema } from "../../../../../contract/upload";
import { declaredFile, openRenditionUpload } from "../../../../../domain/uploads/open-upload";
import { parseVideoIdentifier } from "../../../../../protocol/paths";
import { parseBody } from "../../../../middleware/validation";
import { userOf, type Context, type Route } from "../../../../route";
import { cancelUpload, openedResponse, putChunk, uploadDeps } from "./chunk-protocol";
import { finishing } from "./finish";
import { declaredSizeAndType, openingProblem } from "./opening";

const PATH = "/api/v1/videos/:id/renditions/upload-resumable";

async function openUpload(context: Context): Promise<Response> {
  const video = parseVideoIdentifier(context.params.id ?? "");
  if (!video) {
    throw openingProblem({ reason: "unknown-video" });
  }
  const { size, mimeType } = declaredSizeAndType(context.request);
  const fields = await parseBody(openRenditionUploadSchema, context.request);
  const file = declaredFile(size, mimeType, fields);
  const opened = await openRenditionUpload(uploadDeps(context), userOf(context), file, video, fields.resolution);
  if (!opened.ok) {
    throw openingProblem(opened.error);
  }
  return openedResponse(context, opened.value.uploadId, opened.value.received);
}

/** Our own: a browser that encoded a rendition of a video sends it by the same protocol as the video. */
export const renditionUploadRoutes: Route[] = [
  { method: "POST", path: PATH, auth: "required", handler: openUpload },
  { method: "PUT", path: PATH, auth: "required", handler: async (context) => await putChunk(context, finishing(context)) },
  { method: "DELETE", path: PATH, auth: "required", handler: cancelUpload },
];
