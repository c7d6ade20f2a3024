import { openThumbnail } from "../../../domain/videos/thumbnails";
import { paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { MEDIA_HEADERS } from "./open-file";

/** An image never changes under its name. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

async function serve(context: Context): Promise<Response> {
  const conditions = new Headers();
  const known = context.request.headers.get("if-none-match");
  if (known !== null) {
    conditions.set("if-none-match", known);
  }
  const image = await openThumbnail(context.deps, context.params.filename ?? "", conditions);
  if (image === undefined) {
    throw new ProblemError({ status: 404, detail: "There is no image of this name: it was replaced or deleted." });
  }
  const headers = { ...MEDIA_HEADERS, etag: image.object.httpEtag, "cache-control": CACHE_FOR_EVER };
  if (!("body" in image.object)) {
    return new Response(null, { status: 304, headers });
  }
  return new Response(image.object.body.pipeThrough(new FixedLengthStream(image.object.size)), {
    headers: { ...headers, "content-type": image.mimeType, "content-length": String(image.object.size) },
  });
}

/** A preview and a thumbnail are named alike, and either address serves either. */
export const thumbnailRoutes: Route[] = [
  { method: "GET", path: paths.thumbnail(":filename"), auth: "none", handler: serve },
  { method: "GET", path: paths.preview(":filename"), auth: "none", handler: serve },
];
