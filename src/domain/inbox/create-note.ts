import { idOf } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import { findKnownObject, findOwnedVideo } from "../../storage/d1/inbox-reads";
import type { Deps } from "../deps";
import { ingestComment } from "../remote/comments";
import { attributedTo, refused } from "./own-object";
import { APPLIED, ignored, UNCHANGED, type Outcome, type ReceivedObject } from "./received";
import { hostsOf, mayFetch, passOn } from "./subjects";

/**
 * A comment, new or changed, on a video of here or of elsewhere. What answers neither a video nor a comment is somebody's post
 * and no affair of ours. One on a video of here goes on to those who follow it, as it came.
 */
export async function receiveNote(deps: Deps, received: ReceivedObject): Promise<Outcome> {
  const { author, object, saidAt } = received;
  const parent = idOf(object["inReplyTo"] ?? null);
  if (parent === undefined) {
    return ignored("a post that answers nothing");
  }
  const authors = attributedTo(object["attributedTo"]);
  if (authors.length !== 1 || authors[0] !== author.url) {
    return ignored("the comment isn't the actor's");
  }
  const isKnown = isLocalId(deps.publicUrl, parent) || (await findKnownObject(deps.database, parent)) !== undefined;
  if (!isKnown && !(await mayFetch(deps, hostsOf(received), parent))) {
    return ignored("it answers something of a third host, and nobody here follows who says so");
  }
  const ingested = await ingestComment(deps, object, { saidAt });
  if (!ingested.ok) {
    return refused(ingested.error);
  }
  const { stored, videoId } = ingested.value;
  switch (stored.outcome) {
    case "stored": {
      const video = await findOwnedVideo(deps.database, { id: videoId });
      if (video !== undefined) {
        await passOn(deps, received, video);
      }
      return APPLIED;
    }
    case "held":
      return APPLIED;
    case "unchanged":
      return UNCHANGED;
    case "refused":
      return ignored(`the comment is refused: ${stored.reason}`);
  }
}
