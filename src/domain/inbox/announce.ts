import { idOf } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import { embeddedObject } from "../../protocol/activities/incoming";
import { writeShare } from "../../storage/d1/shares";
import { tombstonesOf } from "../../storage/d1/tombstones";
import type { Deps } from "../deps";
import { askFor } from "../tasks/ask";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";
import { findVideoNamed, hostsOf, mayFetch, passOn } from "./subjects";

/** PeerTube takes shares of these; a person's boost says nothing of where a video belongs. */
const ANNOUNCERS: readonly string[] = ["Application", "Group", "Service", "Organization"];
/** What Lemmy's communities pass on as the object of an Announce. */
const WRAPPED: readonly string[] = ["Create", "Update", "Delete", "Like", "Dislike", "Undo"];

/** Whether an Announce passes another's activity on, as Lemmy's groups do, rather than sharing an object. */
export function wrapsActivity({ activity, author }: Pick<Received, "activity" | "author">): boolean {
  const { type } = embeddedObject(activity.object);
  return activity.type === "Announce" && author.type === "Group" && type !== undefined && WRAPPED.includes(type);
}

/** A channel or an instance shares a video. One that isn't known is fetched from its own host, never taken from the activity. */
export async function receiveAnnounce(deps: Deps, received: Received): Promise<Outcome> {
  const { activity, author, saidAt } = received;
  const id = idOf(activity.object);
  if (id === undefined || !ANNOUNCERS.includes(author.type)) {
    return ignored("it isn't a share of a video by a channel or an instance");
  }
  const [tombstones, video] = await Promise.all([tombstonesOf(deps.database, [activity.id, id]), findVideoNamed(deps, id)]);
  if ((tombstones.get(activity.id) ?? -1) >= saidAt) {
    return UNCHANGED;
  }
  if (video !== undefined) {
    const share = { videoId: video.id, actorId: author.id, url: activity.id, shared: true, saidAt };
    if (!(await writeShare(deps.database, share))) {
      return UNCHANGED;
    }
    await passOn(deps, received, video);
    return APPLIED;
  }
  if (isLocalId(deps.publicUrl, id)) {
    return ignored("there is no such video here");
  }
  if ((tombstones.get(id) ?? -1) >= saidAt) {
    return ignored("the video is gone");
  }
  if (!(await mayFetch(deps, hostsOf(received), id))) {
    return ignored("the video is of a third host, and nobody here follows the announcer");
  }
  await askFor(deps, { kind: "fetch-video", videoUrl: id, announceUrl: activity.id, announcerUrl: author.url, announcedAt: saidAt });
  return APPLIED;
}
