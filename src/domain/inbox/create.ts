import { readActivity } from "../../protocol/activities/incoming";
import type { Deps } from "../deps";
import { receiveNote } from "./create-note";
import { receivePlaylist } from "./create-playlist";
import { receiveVideo } from "./create-video";
import { receiveDislike } from "./dislike";
import { receiveFlag } from "./flag";
import { fetchInstead, ownObject } from "./own-object";
import { ignored, type Outcome, type Received, type ReceivedObject } from "./received";
import { receiveView } from "./view";
import { receiveWatchAction } from "./watch-action";

/** What early PeerTubes wrapped in a Create, and what is an activity of its own since. */
const WRAPPED_ACTIVITIES: Readonly<Record<string, (deps: Deps, received: Received) => Promise<Outcome>>> = {
  Dislike: receiveDislike,
  Flag: receiveFlag,
  View: receiveView,
};

/** Something new: a video, a comment, a playlist; or seconds that were watched. */
export async function receiveCreate(deps: Deps, received: Received): Promise<Outcome> {
  const own = ownObject(received);
  if (own === undefined) {
    return await fetchInstead(deps, received);
  }
  const type = own.object["type"];
  switch (type) {
    case "Video":
      return await receiveVideo(deps, own);
    case "Note":
      return await receiveNote(deps, own);
    case "Playlist":
      return await receivePlaylist(deps, own);
    case "WatchAction":
      return await receiveWatchAction(deps, own);
    default:
      return typeof type === "string" && Object.hasOwn(WRAPPED_ACTIVITIES, type)
        ? await receiveWrapped(deps, own, type)
        : ignored("nothing that is kept here is created");
  }
}

async function receiveWrapped(deps: Deps, received: ReceivedObject, type: string): Promise<Outcome> {
  const inner = readActivity(received.object);
  const handler = WRAPPED_ACTIVITIES[type];
  if (!inner.ok || inner.value.actor !== received.author.url || handler === undefined) {
    return ignored("it isn't the actor's own activity");
  }
  return await handler(deps, { ...received, activity: inner.value });
}
