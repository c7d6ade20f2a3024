import { getVideo } from "../domain/videos/get-video";
import { loadManagedVideo } from "../domain/videos/managed-video";
import { parseVideoIdentifier } from "../protocol/paths";
import type { VideoRecord } from "../storage/d1/video-reads";
import { ProblemError } from "./problem";
import { userOf, type Context } from "./route";
import { videoProblem } from "./video-problem";

/** The video of `:id`, which the requester may watch; throws the problem otherwise. */
export async function watchableVideo({ params, deps, user }: Pick<Context, "params" | "deps" | "user">): Promise<VideoRecord> {
  const result = await getVideo(deps, parseVideoIdentifier(params["id"] ?? ""), user);
  if (!result.ok) {
    throw new ProblemError(videoProblem(result.error));
  }
  return result.value;
}

/** The video of `:id`, which the requester may change; throws the problem otherwise. */
export async function managedVideo(context: Context): Promise<VideoRecord> {
  const result = await loadManagedVideo(context.deps, parseVideoIdentifier(context.params["id"] ?? ""), userOf(context));
  if (!result.ok) {
    throw result.error.reason === "unknown-video"
      ? new ProblemError(videoProblem({ reason: "unknown-video" }))
      : new ProblemError({ status: 403, detail: "Only the owner of a video may change it." });
  }
  return result.value;
}
