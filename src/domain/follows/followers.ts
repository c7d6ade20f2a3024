// PLACEHOLDER: replaced by its helper.
import type { LocalActor } from "../../protocol/activitystreams/local-actors";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
export async function handleFollow(_deps: Deps, _follow: { follower: ActorRow; target: LocalActor; followId: string; saidAt: number }): Promise<void> {
  throw new Error("handleFollow isn't built yet");
}
