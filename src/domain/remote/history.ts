// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function readHistory(_deps: Deps, _actorUrl: string): Promise<void> {
  throw new Error("readHistory isn't built yet");
}
export async function reconcileHistory(_deps: Deps, _actorUrl: string): Promise<void> {
  throw new Error("reconcileHistory isn't built yet");
}
export async function sweepHistories(_deps: Deps): Promise<void> {}
