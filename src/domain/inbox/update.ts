import { idOf } from "../../protocol/activitystreams/ids";
import type { Deps } from "../deps";
import { updateActorFrom } from "../remote/actors";
import { askFor } from "../tasks/ask";
import { receiveNote } from "./create-note";
import { receivePlaylist } from "./create-playlist";
import { receiveVideo } from "./create-video";
import { fetchInstead, ownObject, refused } from "./own-object";
import { APPLIED, ignored, type Outcome, type Received, type ReceivedObject } from "./received";

const ACTOR_TYPES: readonly unknown[] = ["Person", "Group", "Application", "Service", "Organization"];

/** Something changed: a video, a comment, a playlist, or the actor itself. */
export async function receiveUpdate(deps: Deps, received: Received): Promise<Outcome> {
  const own = ownObject(received);
  if (own === undefined) {
    return idOf(received.activity.object) === received.author.url ? await refreshLater(deps, received) : await fetchInstead(deps, received);
  }
  const { type } = own.object;
  if (ACTOR_TYPES.includes(type)) {
    return await receiveActor(deps, own);
  }
  switch (type) {
    case "Video":
      return await receiveVideo(deps, own);
    case "Note":
      return await receiveNote(deps, own);
    case "Playlist":
      return await receivePlaylist(deps, own);
    default:
      return ignored("nothing that is kept here is changed");
  }
}

/**
 * Nobody changes another actor. What an actor said after its document was last read here is newer than that; where it isn't
 * sure which is, the document is read again.
 */
async function receiveActor(deps: Deps, received: ReceivedObject): Promise<Outcome> {
  const { author, object, objectId, saidAt } = received;
  if (objectId !== author.url) {
    return ignored("an actor changes itself alone");
  }
  if (saidAt <= author.fetchedAt) {
    return await refreshLater(deps, received);
  }
  const updated = await updateActorFrom(deps, object);
  return updated.ok ? APPLIED : refused(updated.error);
}

async function refreshLater(deps: Deps, { author }: Received): Promise<Outcome> {
  await askFor(deps, { kind: "refresh-actor", actorUrl: author.url });
  return APPLIED;
}
