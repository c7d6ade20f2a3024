import { hostOfId, idOf } from "../../protocol/activitystreams/ids";
import { localVideoOf } from "../../protocol/activitystreams/local-objects";
import type { IncomingActivity } from "../../protocol/activities/incoming";
import type { Deps } from "../deps";
import { ignored, UNCHANGED, APPLIED, type Outcome, type Received } from "./received";
import { findVideoNamed } from "./subjects";

/** Whether a View is of another instance's video: its origin counts that, and tells the sum. */
export function isViewOfElsewhere(publicUrl: string, { type, object }: IncomingActivity): boolean {
  const id = idOf(object);
  return type === "View" && (id === undefined || hostOfId(id) !== new URL(publicUrl).host);
}

/**
 * Somebody watched a video of here. PeerTube sends two kinds: with `expires` it tells for how long a viewer will still be
 * watching, which isn't a view. The same id isn't counted twice within an hour.
 */
export async function receiveView(deps: Deps, { activity, countView }: Received): Promise<Outcome> {
  if (activity.document["expires"] !== undefined || activity.document["result"] !== undefined) {
    return UNCHANGED;
  }
  const id = idOf(activity.object);
  const video = id === undefined || localVideoOf(deps.publicUrl, id) === undefined ? undefined : await findVideoNamed(deps, id);
  if (video === undefined) {
    return ignored("no video of here is viewed");
  }
  countView(video.uuid, { key: activity.id, views: 1, watchedSeconds: 0 });
  return APPLIED;
}
