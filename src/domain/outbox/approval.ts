// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function sendApproval(_deps: Deps, _commentId: number): Promise<void> {
  throw new Error("sendApproval isn't built yet");
}
export async function sendRejection(_deps: Deps, _commentId: number): Promise<void> {
  throw new Error("sendRejection isn't built yet");
}
