// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function sendFollowAnswer(_deps: Deps, _task: Extract<Task, { kind: "answer-follow" }>): Promise<void> {
  throw new Error("sendFollowAnswer isn't built yet");
}
