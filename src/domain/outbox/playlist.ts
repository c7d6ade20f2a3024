// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function federatePlaylist(_deps: Deps, _uuid: string): Promise<void> {
  throw new Error("federatePlaylist isn't built yet");
}
