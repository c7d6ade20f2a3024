// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function sendView(_deps: Deps, _task: Extract<Task, { kind: "view" }>): Promise<void> {
  throw new Error("sendView isn't built yet");
}
