import { getVideo } from "../../../../../domain/videos/get-video";
import { isOpenToAll } from "../../../../../domain/videos/visibility";
import { parseVideoIdentifier } from "../../../../../protocol/paths";
import type { VideoRecord } from "../../../../../storage/d1/video-reads";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { videoProblem } from "../../../../video-problem";
import { presentFileMetadata, presentVideoDetails } from "../../../../views/video";

/** The video of `:id` that the requester may watch; throws the problem otherwise. */
async function videoOf({ params, deps, user }: Context): Promise<VideoRecord> {
  const result = await getVideo(deps, parseVideoIdentifier(params.id ?? ""), user);
  if (!result.ok) {
    throw new ProblemError(videoProblem(result.error));
  }
  return result.value;
}

function part(path: string, present: (record: VideoRecord, context: Context) => unknown): Route {
  return {
    method: "GET",
    path,
    auth: "optional",
    handler: async (context) => {
      const record = await videoOf(context);
      return jsonResponse(present(record, context), { headers: { "cache-control": isOpenToAll(record) ? "no-cache" : "no-store" } });
    },
  };
}

export const videoRoutes: Route[] = [
  part("/api/v1/videos/:id", (record, { deps }) => presentVideoDetails(record, deps.publicUrl)),
  part("/api/v1/videos/:id/description", (record) => ({ description: record.video.description })),
  // What players ask for beside the video; no video has any yet.
  part("/api/v1/videos/:id/captions", () => ({ total: 0, data: [] })),
  part("/api/v1/videos/:id/chapters", () => ({ chapters: [] })),
  part("/api/v1/videos/:id/storyboards", () => ({ storyboards: [] })),
  part("/api/v1/videos/:id/comment-threads", () => ({ total: 0, totalNotDeletedComments: 0, data: [] })),
  part("/api/v1/videos/:id/metadata/:fileId", (record, { params }) => {
    const file = record.files.find((candidate) => String(candidate.id) === params.fileId);
    if (file === undefined) {
      throw new ProblemError({ status: 404, detail: "This video has no such file." });
    }
    return presentFileMetadata(file);
  }),
];
