// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function fetchVideo(_deps: Deps, _task: Extract<Task, { kind: "fetch-video" }>): Promise<void> {
  throw new Error("fetchVideo isn't built yet");
}
export async function syncVideo(_deps: Deps, _url: string): Promise<void> {
  throw new Error("syncVideo isn't built yet");
}
