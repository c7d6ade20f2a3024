// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function forwardActivity(_deps: Deps, _task: Extract<Task, { kind: "forward" }>): Promise<void> {
  throw new Error("forwardActivity isn't built yet");
}
