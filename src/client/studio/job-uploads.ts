import { uploadResumably, type UploadFailure, type UploadOutcome } from "../upload/resumable-upload";
import { transport } from "./api";
import type { Job, Rendition } from "./job";
import { detailsForm } from "./validate";

export interface UploadHooks {
  maxChunkBytes: number | undefined;
  signal: AbortSignal;
  onOpened: (url: string) => void;
  onProgress: (sentBytes: number) => void;
  onTrouble: (trouble: string | undefined) => void;
}

/** Uploads a job's source, which makes the video. */
export async function uploadSource(job: Job, file: File, hooks: UploadHooks): Promise<UploadOutcome> {
  return await uploadResumably(
    {
      endpoint: "/api/v1/videos/upload-resumable",
      content: file,
      contentType: job.fileType || "application/octet-stream",
      openingBody: () => {
        const form = detailsForm(job.details, job.thumbnail);
        form.set("filename", job.fileName);
        form.set("originalName", job.fileName);
        form.set("lastModified", String(job.fileModified));
        return form;
      },
      uploadUrl: job.source.uploadUrl,
      ...hooks,
    },
    transport,
  );
}

/** Uploads a rendition of the job's video. */
export async function uploadRendition(
  job: Job,
  videoUuid: string,
  rendition: Rendition,
  content: Blob,
  hooks: UploadHooks,
): Promise<UploadOutcome> {
  const { resolution } = rendition.plan;
  const filename = `${job.id}-${resolution}.mp4`;
  return await uploadResumably(
    {
      endpoint: `/api/v1/videos/${videoUuid}/renditions/upload-resumable`,
      content,
      contentType: "video/mp4",
      openingBody: () => JSON.stringify({ filename, originalName: filename, lastModified: job.createdAt, resolution }),
      uploadUrl: rendition.uploadUrl,
      ...hooks,
    },
    transport,
  );
}

/** The video of an upload's final answer. */
export function videoOf(answer: unknown): Job["video"] {
  if (typeof answer !== "object" || answer === null || !("video" in answer)) {
    return undefined;
  }
  const { video } = answer;
  if (typeof video !== "object" || video === null || !("uuid" in video) || !("shortUUID" in video) || !("id" in video)) {
    return undefined;
  }
  return { id: Number(video.id), uuid: String(video.uuid), shortUUID: String(video.shortUUID) };
}

/** What the user is told of it. */
export function sentenceOf(failure: UploadFailure): string {
  switch (failure.reason) {
    case "refused":
      return failure.detail;
    case "signed-out":
      return "You are signed out. Sign in again in another tab, then try again here: it goes on where it stopped.";
    case "unreadable-file":
      return "The file can't be read any more. Was it moved, changed or on a drive that was unplugged?";
    case "server-failing":
      return `The instance keeps failing: ${failure.detail} Try again later; it goes on where it stopped.`;
  }
}
