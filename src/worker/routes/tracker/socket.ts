import { isTracked } from "../../../domain/swarms/torrents";
import { parseVideoIdentifier, paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { relay } from "./relay";

function requireUpgrade(context: Context): void {
  if (context.request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new ProblemError({
      status: 426,
      detail: "This is a WebTorrent tracker: connect by WebSocket.",
      headers: { upgrade: "websocket" },
    });
  }
}

/** The video's own socket: the request goes to the video's object as it is. */
async function connectToVideo(context: Context): Promise<Response> {
  requireUpgrade(context);
  const identifier = parseVideoIdentifier(context.params.uuid ?? "");
  if (identifier?.kind !== "uuid" || !(await isTracked(context.deps, identifier.uuid))) {
    throw new ProblemError({ status: 404, detail: "There is no public or unlisted video of this UUID, so nothing is tracked here." });
  }
  return await context.deps.env.SWARMS.getByName(identifier.uuid).fetch(context.request);
}

/** The socket for any video's torrents, which PeerTube's viewers always use. */
function connectToAny(context: Context): Response {
  requireUpgrade(context);
  return relay(context.request, context.deps);
}

export const trackerRoutes: Route[] = [
  { method: "GET", path: paths.tracker, auth: "none", handler: connectToAny },
  { method: "GET", path: paths.videoTracker(":uuid"), auth: "none", handler: connectToVideo },
];
