import { getVideo } from "../../../../../domain/videos/get-video";
import { issueFileToken } from "../../../../../domain/videos/file-token";
import { parseVideoIdentifier } from "../../../../../protocol/paths";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { videoProblem } from "../../../../video-problem";

/** For whoever may watch: what file addresses take as `videoFileToken` in place of an Authorization header. */
async function issueToken({ params, deps, user }: Context): Promise<Response> {
  const result = await getVideo(deps, parseVideoIdentifier(params.id ?? ""), user);
  if (!result.ok) {
    throw new ProblemError(videoProblem(result.error));
  }
  const { token, expiresAt } = await issueFileToken(deps, result.value.video);
  return jsonResponse({ files: { token, expires: new Date(expiresAt).toISOString() } }, { headers: { "cache-control": "no-store" } });
}

export const videoTokenRoutes: Route[] = [{ method: "POST", path: "/api/v1/videos/:id/token", auth: "required", handler: issueToken }];
