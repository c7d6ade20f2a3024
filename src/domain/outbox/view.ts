import { viewActivity } from "../../protocol/activities/view";
import { actorUrls, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import { loadOwnedVideo, originActorOfVideo } from "../../storage/d1/outgoing";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";
import { sharedInboxOf } from "./recipients";
import { send } from "./send";

/** Tells the instance of a video that it was watched here; that instance counts. Of a video of here or gone: nothing. */
export async function sendView(deps: Deps, { videoUuid, viewId }: Extract<Task, { kind: "view" }>): Promise<void> {
  const watched = await watchedVideo(deps, videoUuid);
  if (watched === undefined) {
    return;
  }
  const { url } = actorUrls(deps.publicUrl, INSTANCE_ACTOR);
  const activity = viewActivity({ id: `${url}/views/${viewId}`, actor: url, object: watched.url, owner: watched.owner.url });
  await send(deps, { actor: INSTANCE_ACTOR, activity, to: { inboxes: [sharedInboxOf(watched.owner)] } });
}

/** Another instance's video, and somebody of that instance; undefined for one of here, or gone. */
export async function watchedVideo(deps: Deps, videoUuid: string): Promise<{ url: string; owner: ActorRow } | undefined> {
  const found = await loadOwnedVideo(deps.database, videoUuid);
  const owner = found && (await originActorOfVideo(deps.database, found.channel));
  return found?.video.url && owner && owner.host !== null ? { url: found.video.url, owner } : undefined;
}
