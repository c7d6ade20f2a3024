// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function federateRate(_deps: Deps, _rate: { accountId: number; videoId: number }): Promise<void> {
  throw new Error("federateRate isn't built yet");
}
