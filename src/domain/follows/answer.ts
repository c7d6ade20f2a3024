import { acceptActivity } from "../../protocol/activities/accept";
import { rejectActivity } from "../../protocol/activities/reject";
import { actorObjectName, actorUrls } from "../../protocol/activitystreams/local-actors";
import { findActorByUrl } from "../../storage/d1/actors";
import { findFollow } from "../../storage/d1/follows";
import { ensureLocalActor } from "../actors/local";
import type { Deps } from "../deps";
import { send } from "../outbox/send";
import type { Task } from "../tasks/task";
import { stateOf } from "./followers";

/**
 * Sends a follower the answer, to its own inbox: PeerTube throws away what comes to the shared one. Where the change that asked for it was
 * cut off, it is made first.
 */
export async function sendFollowAnswer(deps: Deps, task: Extract<Task, { kind: "answer-follow" }>): Promise<void> {
  const [target, follower] = await Promise.all([ensureLocalActor(deps, task.target), findActorByUrl(deps.database, task.followerUrl)]);
  if (target === undefined || follower === undefined || follower.host === null) {
    return;
  }
  const state = stateOf(task.answer);
  const known = await findFollow(deps.database, follower.url, target.url);
  if (known?.follow.state !== state) {
    const decided = await deps.actorObject(actorObjectName(task.target)).decideFollower(follower.url, state);
    if (decided === undefined && task.answer === "accept") {
      // It was undone since.
      return;
    }
  }
  const build = task.answer === "accept" ? acceptActivity : rejectActivity;
  const activity = build({
    id: `${deps.publicUrl}/${task.answer}s/follows/${target.id}-${follower.id}-${task.askedAt}`,
    follow: { id: task.followId, actor: follower.url, object: actorUrls(deps.publicUrl, task.target).url },
  });
  await send(deps, { actor: task.target, activity, to: { inboxes: [follower.inboxUrl] } });
}
