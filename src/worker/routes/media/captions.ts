import { openCaption } from "../../../domain/captions/open-caption";
import { decideAnswer } from "../../../protocol/http-range";
import { paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { MEDIA_HEADERS } from "./open-file";

/** Captions never change under their name. */
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

async function serve(context: Context): Promise<Response> {
  const object = await openCaption(context.deps, context.params["filename"] ?? "");
  if (object === undefined) {
    throw new ProblemError({ status: 404, detail: "There are no captions of this name: they were replaced or deleted." });
  }
  const headers = { ...MEDIA_HEADERS, etag: object.httpEtag, "cache-control": CACHE_FOR_EVER };
  const representation = { etag: object.etag, lastModified: object.uploaded.getTime(), size: object.size };
  if (decideAnswer("HEAD", context.request.headers, representation).status === 304) {
    await object.body.cancel();
    return new Response(null, { status: 304, headers });
  }
  return new Response(object.body.pipeThrough(new FixedLengthStream(object.size)), {
    headers: { ...headers, "content-type": "text/vtt; charset=utf-8", "content-length": String(object.size) },
  });
}

export const captionFileRoutes: Route[] = [{ method: "GET", path: paths.caption(":filename"), auth: "none", handler: serve }];
