// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function sendWatchAction(_deps: Deps, _task: Extract<Task, { kind: "watch-action" }>): Promise<void> {
  throw new Error("sendWatchAction isn't built yet");
}
