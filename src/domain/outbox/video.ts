// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function federateVideo(_deps: Deps, _uuid: string): Promise<void> {
  throw new Error("federateVideo isn't built yet");
}
