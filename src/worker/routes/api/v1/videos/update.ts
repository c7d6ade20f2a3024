import { MAX_IMAGE_BYTES } from "../../../../../contract/upload";
import { videoUpdateSchema } from "../../../../../contract/video-update";
import { updateVideo, type UpdateRefusal } from "../../../../../domain/videos/update-video";
import { parseVideoIdentifier } from "../../../../../protocol/paths";
import { invalidFields, parseBody } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { userOf, type Context, type Route } from "../../../../route";

/** Two images and the fields beside them. */
const MAX_BODY_BYTES = 2 * MAX_IMAGE_BYTES + 256 * 1024;

async function update(context: Context): Promise<Response> {
  const changes = await parseBody(videoUpdateSchema, context.request, MAX_BODY_BYTES);
  const result = await updateVideo(context.deps, parseVideoIdentifier(context.params.id ?? ""), userOf(context), changes);
  if (!result.ok) {
    throw problemOf(result.error);
  }
  return new Response(null, { status: 204 });
}

function problemOf(refusal: UpdateRefusal): ProblemError {
  switch (refusal.reason) {
    case "unknown-video":
      return new ProblemError({ status: 404, detail: "There is no such video: it was deleted, or the address is wrong." });
    case "forbidden":
      return new ProblemError({ status: 403, detail: "Only the owner of a video may change it." });
    case "unknown-channel":
      return invalidFields({ channelId: "isn't a channel of this instance" });
    case "not-your-channel":
      return new ProblemError({ status: 403, detail: "This channel isn't yours: choose one of your own." });
    case "not-an-image":
    case "image-too-large":
      return invalidFields({ [refusal.field]: refusal.detail });
  }
}

export const videoUpdateRoutes: Route[] = [{ method: "PUT", path: "/api/v1/videos/:id", auth: "required", handler: update }];
