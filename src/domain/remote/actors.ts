// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function refreshActor(_deps: Deps, _actorUrl: string): Promise<void> {
  throw new Error("refreshActor isn't built yet");
}
