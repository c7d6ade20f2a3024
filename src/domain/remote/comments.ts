// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function fetchComment(_deps: Deps, _url: string): Promise<void> {
  throw new Error("fetchComment isn't built yet");
}
