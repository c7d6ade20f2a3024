import { isOpenToAll } from "../../../../../domain/videos/visibility";
import type { VideoRecord } from "../../../../../storage/d1/video-reads";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { watchableVideo } from "../../../../watchable-video";
import { presentFileMetadata, presentVideoDetails } from "../../../../views/video";

function part(path: string, present: (record: VideoRecord, context: Context) => unknown): Route {
  return {
    method: "GET",
    path,
    auth: "optional",
    handler: async (context) => {
      const record = await watchableVideo(context);
      return jsonResponse(present(record, context), { headers: { "cache-control": isOpenToAll(record) ? "no-cache" : "no-store" } });
    },
  };
}

export const videoRoutes: Route[] = [
  part("/api/v1/videos/:id", (record, { deps }) => presentVideoDetails(record, deps.publicUrl)),
  part("/api/v1/videos/:id/description", (record) => ({ description: record.video.description })),
  // What players ask for beside the video; no video has any yet.
  part("/api/v1/videos/:id/storyboards", () => ({ storyboards: [] })),
  part("/api/v1/videos/:id/metadata/:fileId", (record, { params }) => {
    const file = record.files.find((candidate) => String(candidate.id) === params.fileId);
    if (file === undefined) {
      throw new ProblemError({ status: 404, detail: "This video has no such file." });
    }
    return presentFileMetadata(file);
  }),
];
