// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
export async function sendFollow(_deps: Deps, _task: Extract<Task, { kind: "follow" }>): Promise<void> {
  throw new Error("sendFollow isn't built yet");
}
export async function sendUnfollow(_deps: Deps, _task: Extract<Task, { kind: "unfollow" }>): Promise<void> {
  throw new Error("sendUnfollow isn't built yet");
}
export async function handleFollowAnswer(
  _deps: Deps,
  _answer: {
    target: import("../../storage/d1/schema-federation").ActorRow;
    follower: import("../../protocol/activitystreams/local-actors").LocalActor | undefined;
    answer: "accepted" | "rejected";
    followId?: string;
  },
): Promise<void> {
  throw new Error("handleFollowAnswer isn't built yet");
}
