import { watchActionActivity } from "../../protocol/activities/watch-action";
import { actorUrls, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
import { sharedInboxOf } from "./recipients";
import { send } from "./send";
import { watchedVideo } from "./view";

/** Tells the instance of a video which parts of it somebody watched here, not who. Of a video of here or gone: nothing. */
export async function sendWatchAction(deps: Deps, task: Extract<Task, { kind: "watch-action" }>): Promise<void> {
  const watched = await watchedVideo(deps, task.videoUuid);
  if (watched === undefined) {
    return;
  }
  const { url } = actorUrls(deps.publicUrl, INSTANCE_ACTOR);
  const activity = watchActionActivity({
    id: `${url}/watch-actions/${task.watchId}`,
    uuid: task.watchId,
    actor: url,
    object: watched.url,
    owner: watched.owner.url,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    sections: task.sections,
  });
  await send(deps, { actor: INSTANCE_ACTOR, activity, to: { inboxes: [sharedInboxOf(watched.owner)] } });
}
