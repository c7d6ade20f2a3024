// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function federateComment(_deps: Deps, _commentId: number): Promise<void> {
  throw new Error("federateComment isn't built yet");
}
