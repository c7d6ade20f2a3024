import { openThumbnail } from "../../../domain/videos/thumbnails";
import { decideAnswer } from "../../../protocol/http-range";
import { paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { MEDIA_HEADERS } from "./open-file";

/** An image never changes under its name. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

async function serve(context: Context): Promise<Response> {
  const image = await openThumbnail(context.deps, context.params.filename ?? "");
  if (image === undefined) {
    throw new ProblemError({ status: 404, detail: "There is no image of this name: it was replaced or deleted." });
  }
  const { object, mimeType } = image;
  const headers = { ...MEDIA_HEADERS, etag: object.httpEtag, "cache-control": CACHE_FOR_EVER };
  // R2's own conditions throw at a header that isn't well formed. As HEAD: an image has no ranges.
  const representation = { etag: object.etag, lastModified: object.uploaded.getTime(), size: object.size };
  if (decideAnswer("HEAD", context.request.headers, representation).status === 304) {
    await object.body.cancel();
    return new Response(null, { status: 304, headers });
  }
  return new Response(object.body.pipeThrough(new FixedLengthStream(object.size)), {
    headers: { ...headers, "content-type": mimeType, "content-length": String(object.size) },
  });
}

/** A preview and a thumbnail are named alike, and either address serves either. */
export const thumbnailRoutes: Route[] = [
  { method: "GET", path: paths.thumbnail(":filename"), auth: "none", handler: serve },
  { method: "GET", path: paths.preview(":filename"), auth: "none", handler: serve },
];
