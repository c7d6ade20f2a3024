import { getCaptions } from "../../../domain/captions/captions";
import { getCommentSection } from "../../../domain/comments/read-comments";
import { getSettings } from "../../../domain/settings";
import { getVideo } from "../../../domain/videos/get-video";
import { isOpenToAll } from "../../../domain/videos/visibility";
import { parseVideoIdentifier, paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { videoProblem } from "../../video-problem";
import { presentCaption } from "../../views/caption";
import { htmlResponse } from "../../views/html";
import { LockedVideoPage } from "../../views/pages/locked-video";
import { WatchPage } from "../../views/pages/watch";
import { presentVideoDetails } from "../../views/video";

/**
 * A browser's request for a page carries no token (it lives in the page's storage), so a video that isn't open gives a
 * page whose script asks for this same address with the token, and shows what comes.
 */
async function watch(context: Context): Promise<Response> {
  const { params, deps, user } = context;
  const result = await getVideo(deps, parseVideoIdentifier(params.id ?? ""), user);
  if (!result.ok) {
    if (result.error.reason === "sign-in-needed") {
      return await htmlResponse(context, <LockedVideoPage path={context.url.pathname} />, { status: 401 });
    }
    throw new ProblemError(videoProblem(result.error));
  }
  const record = result.value;
  const [{ p2p }, captions, comments] = await Promise.all([
    getSettings(deps),
    getCaptions(deps, record.video),
    getCommentSection(deps, record, user),
  ]);
  const page = (
    <WatchPage
      video={presentVideoDetails(record, deps.publicUrl)}
      publicUrl={deps.publicUrl}
      nowMs={deps.now()}
      p2pAllowed={p2p.enabled}
      captions={captions.map((row) => presentCaption(row, deps.publicUrl))}
      comments={comments}
    />
  );
  return await htmlResponse(context, page, {
    // Whoever is signed in may see more: what waits for approval.
    cacheable: isOpenToAll(record) && user === undefined,
    headers: { link: `<${deps.publicUrl + paths.watch(record.video.uuid)}>; rel="canonical"` },
  });
}

export const watchRoutes: Route[] = ["/w/:id", "/videos/watch/:id", "/videos/:id"].map((path) => ({
  method: "GET",
  path,
  auth: "optional",
  handler: watch,
}));
