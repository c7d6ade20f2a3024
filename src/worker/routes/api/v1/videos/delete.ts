import { deleteVideo } from "../../../../../domain/videos/delete-video";
import { parseVideoIdentifier } from "../../../../../protocol/paths";
import { ProblemError } from "../../../../problem";
import { userOf, type Context, type Route } from "../../../../route";

async function remove(context: Context): Promise<Response> {
  const result = await deleteVideo(context.deps, parseVideoIdentifier(context.params.id ?? ""), userOf(context));
  if (!result.ok) {
    throw result.error.reason === "unknown-video"
      ? new ProblemError({ status: 404, detail: "There is no such video: it was deleted already, or the address is wrong." })
      : new ProblemError({ status: 403, detail: "Only the owner of a video may delete it." });
  }
  return new Response(null, { status: 204 });
}

export const videoDeleteRoutes: Route[] = [{ method: "DELETE", path: "/api/v1/videos/:id", auth: "required", handler: remove }];
