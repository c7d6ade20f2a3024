import type { JsonObject } from "../../protocol/activitystreams/types";
import type { OwnedVideo } from "../../storage/d1/inbox-reads";
import type { Deps } from "../deps";
import type { Result } from "../result";
import type { Task } from "../tasks/task";
import type { RemoteRefusal } from "./refusal";

/** `unchanged`: something newer is known already. */
export interface IngestedVideo {
  videoId: number;
  uuid: string;
  outcome: "created" | "updated" | "unchanged";
}

/** A video by its id, of here or of elsewhere. */
export async function findVideoByUrl(_deps: Deps, _url: string): Promise<OwnedVideo | undefined> {
  throw new Error("findVideoByUrl isn't built yet");
}
/** Applies a Video object that its own host said (embedded in an activity of it, or fetched). */
export async function ingestVideo(_deps: Deps, _document: JsonObject, _saidAt: number): Promise<Result<IngestedVideo, RemoteRefusal>> {
  throw new Error("ingestVideo isn't built yet");
}
/** Removes a remote video unless a newer word of it is known, and notes that it was deleted. */
export async function deleteRemoteVideo(_deps: Deps, _video: { url: string; saidAt: number }): Promise<"deleted" | "unchanged"> {
  throw new Error("deleteRemoteVideo isn't built yet");
}
/** Finds a video by its id, and fetches it where it isn't known. */
export async function resolveVideo(_deps: Deps, _url: string): Promise<Result<OwnedVideo, RemoteRefusal>> {
  throw new Error("resolveVideo isn't built yet");
}
export async function fetchVideo(_deps: Deps, _task: Extract<Task, { kind: "fetch-video" }>): Promise<void> {
  throw new Error("fetchVideo isn't built yet");
}
export async function syncVideo(_deps: Deps, _url: string): Promise<void> {
  throw new Error("syncVideo isn't built yet");
}
