import { findOpenComment, readApproval, readNote, readNoteCreate } from "../../../domain/documents/comments";
import {
  openVideo,
  readAnnounce,
  readChapters,
  readVideoCollection,
  readVideoCreate,
  readVideoDocument,
  type VideoCollection,
} from "../../../domain/documents/videos";
import type { JsonObject } from "../../../protocol/activitystreams/types";
import { parseVideoIdentifier } from "../../../protocol/paths";
import type { OutgoingComment } from "../../../storage/d1/outgoing";
import type { VideoRecord } from "../../../storage/d1/video-reads";
import type { WorkerDeps } from "../../deps";
import type { Context, Route } from "../../route";
import { activityResponse, pageOf, refuseDocument } from "./answer";

type Reader = (context: Context, record: VideoRecord) => Promise<JsonObject | undefined>;

function videoRoute(path: string, read: Reader, accept?: "activity"): Route {
  return {
    method: "GET",
    path,
    auth: "none",
    ...(accept !== undefined && { accept }),
    handler: async (context) => {
      const found = await openVideo(context.deps, parseVideoIdentifier(context.params["id"] ?? ""));
      return found.ok ? activityResponse(await read(context, found.value)) : refuseDocument(found.error);
    },
  };
}

const COLLECTIONS: VideoCollection[] = ["likes", "dislikes", "announces", "comments"];

function commentRoute(end: string, read: (deps: WorkerDeps, found: OutgoingComment) => JsonObject | undefined): Route {
  return {
    method: "GET",
    path: `/videos/watch/:id/comments/:commentId${end}`,
    auth: "none",
    handler: async ({ deps, params }) => {
      const video = parseVideoIdentifier(params["id"] ?? "");
      const commentId = params["commentId"] ?? "";
      const found =
        video?.kind === "uuid" && /^\d{1,15}$/.test(commentId) ? await findOpenComment(deps, video.uuid, Number(commentId)) : undefined;
      if (end === "" && found?.comment.url) {
        return refuseDocument({ reason: "elsewhere", url: found.comment.url });
      }
      return activityResponse(found && read(deps, found));
    },
  };
}

export const activityVideoRoutes: Route[] = [
  ...["/videos/watch/:id", "/w/:id", "/videos/:id"].map((path) =>
    videoRoute(path, async ({ deps }, record) => await readVideoDocument(deps, record), "activity"),
  ),
  videoRoute("/videos/watch/:id/activity", async ({ deps }, record) => await readVideoCreate(deps, record)),
  videoRoute("/videos/watch/:id/chapters", async ({ deps }, record) => await readChapters(deps, record)),
  ...COLLECTIONS.map((name) =>
    videoRoute(
      `/videos/watch/:id/${name}`,
      async (context, record) => await readVideoCollection(context.deps, record, name, pageOf(context)),
    ),
  ),
  videoRoute("/videos/watch/:id/announces/:actorId", async ({ deps, params }, record) =>
    /^\d{1,15}$/.test(params["actorId"] ?? "") ? await readAnnounce(deps, record, Number(params["actorId"])) : undefined,
  ),
  commentRoute("", readNote),
  commentRoute("/activity", readNoteCreate),
  commentRoute("/approve-reply", readApproval),
];
