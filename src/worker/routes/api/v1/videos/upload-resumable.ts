import { MAX_OPENING_BYTES, openVideoUploadSchema } from "../../../../../contract/upload";
import { declaredFile, openVideoUpload } from "../../../../../domain/uploads/open-upload";
import { parseBody } from "../../../../middleware/validation";
import { userOf, type Context, type Route } from "../../../../route";
import { cancelUpload, openedResponse, putChunk, uploadDeps } from "./chunk-protocol";
import { finishing } from "./finish";
import { declaredSizeAndType, imageOf, openingProblem } from "./opening";

const PATH = "/api/v1/videos/upload-resumable";

async function openUpload(context: Context): Promise<Response> {
  const { size, mimeType } = declaredSizeAndType(context.request);
  const fields = await parseBody(openVideoUploadSchema, context.request, MAX_OPENING_BYTES);
  const { filename, originalName, lastModified, thumbnailfile, previewfile, ...metadata } = fields;
  const image = await imageOf(thumbnailfile ?? previewfile);
  const file = declaredFile(size, mimeType, { filename, originalName, lastModified });
  const opened = await openVideoUpload(uploadDeps(context), userOf(context), file, metadata, image);
  if (!opened.ok) {
    throw openingProblem(opened.error);
  }
  return openedResponse(context, opened.value.uploadId, opened.value.received);
}

/** PeerTube's resumable upload: node-uploadx's X-headers protocol. */
export const resumableUploadRoutes: Route[] = [
  { method: "POST", path: PATH, auth: "required", handler: openUpload },
  { method: "PUT", path: PATH, auth: "required", handler: async (context) => await putChunk(context, finishing(context)) },
  { method: "DELETE", path: PATH, auth: "required", handler: cancelUpload },
];
