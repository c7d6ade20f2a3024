// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function sendFlag(_deps: Deps, _abuseId: number): Promise<void> {
  throw new Error("sendFlag isn't built yet");
}
