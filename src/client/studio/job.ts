import type { CreatedVideo } from "../../contract/video";
import type { Engine, RenditionPlan, SourceInfo } from "../transcode/types";

// One video on its way to the instance, as it is kept in this browser until everything is there.

/** What the user tells of a video; the REST API's names. */
export interface VideoDetailsInput {
  name: string;
  channelId: number;
  privacy: number;
  description: string;
  category: number | undefined;
  licence: number | undefined;
  language: string | undefined;
  tags: string[];
  nsfw: boolean;
}

export type SourceState = "waiting" | "uploading" | "done" | "failed";

export type RenditionState =
  | "waiting"
  | "encoding"
  /** Made, and waiting for its turn or for the source's upload. */
  | "encoded"
  | "uploading"
  | "done"
  | "failed"
  | "cancelled";

export interface Rendition {
  plan: RenditionPlan;
  state: RenditionState;
  engine: Engine;
  /** The other engine was tried before. */
  fellBack: boolean;
  /** A sentence, where it failed. */
  error: string | undefined;
  uploadUrl: string | undefined;
}

export interface Job {
  id: string;
  /** Whose it is; another who signs in here doesn't see it. */
  userId: number;
  createdAt: number;
  fileName: string;
  fileSize: number;
  fileModified: number;
  fileType: string;
  info: SourceInfo;
  details: VideoDetailsInput;
  thumbnail: Blob | undefined;
  /** The engine that the page was told to use. */
  forcedEngine: Engine | undefined;
  source: { state: SourceState; uploadUrl: string | undefined; error: string | undefined };
  video: CreatedVideo["video"] | undefined;
  renditions: Rendition[];
}

/** A fresh id; crypto.randomUUID is missing where the page isn't a secure context. */
export function newJobId(): string {
  const random = crypto.getRandomValues(new Uint8Array(8));
  return `${Date.now().toString(36)}-${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const ENDED: ReadonlySet<RenditionState> = new Set(["done", "cancelled"]);

/** Nothing is left to do, and nothing that could be tried again. */
export function isFinished(job: Job): boolean {
  return job.source.state === "done" && job.renditions.every((rendition) => ENDED.has(rendition.state));
}

/** Whether leaving the page would interrupt something. */
export function isAtWork(job: Job): boolean {
  const source = job.source.state;
  return (
    source === "waiting" || source === "uploading" || (source === "done" && job.renditions.some((rendition) => isOpen(rendition.state)))
  );
}

function isOpen(state: RenditionState): boolean {
  return state === "waiting" || state === "encoding" || state === "encoded" || state === "uploading";
}

/** Whether the file on the user's disk is needed to go on; a failed rendition may be tried again. */
export function needsSource(job: Job): boolean {
  return (
    job.source.state !== "done" ||
    job.renditions.some((rendition) => rendition.state === "waiting" || rendition.state === "encoding" || rendition.state === "failed")
  );
}

/** The job as it is taken up after a reload: what was half done begins again, what failed stays failed. */
export function resumed(job: Job): Job {
  return {
    ...job,
    source: job.source.state === "uploading" ? { ...job.source, state: "waiting" } : job.source,
    renditions: job.renditions.map((rendition) => ({
      ...rendition,
      state: rendition.state === "encoding" ? "waiting" : rendition.state === "uploading" ? "encoded" : rendition.state,
    })),
  };
}

/** Whether `file` is the one that the job began with. */
export function isSameFile(job: Job, file: File): boolean {
  return file.name === job.fileName && file.size === job.fileSize && file.lastModified === job.fileModified;
}
