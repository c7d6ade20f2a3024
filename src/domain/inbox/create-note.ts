import { idOf } from "../../protocol/activitystreams/ids";
import { isLocalId, localCommentOf } from "../../protocol/activitystreams/local-objects";
import { findComment } from "../../storage/d1/comments";
import { findKnownObject, findOwnedVideo } from "../../storage/d1/inbox-reads";
import type { Deps } from "../deps";
import { ingestComment } from "../remote/comments";
import { attributedTo, refused } from "./own-object";
import { APPLIED, ignored, UNCHANGED, type Outcome, type ReceivedObject } from "./received";
import { findVideoNamed, hostsOf, isOpen, mayFetch, passOn } from "./subjects";

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
  if (!(await mayAnswer(deps, received, parent))) {
    return ignored("it answers nothing that is open here, nor anything that is looked at for who says so");
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

/** Of here, what others may know of; of elsewhere, what is known already or is fetched for who says so. */
async function mayAnswer(deps: Deps, received: ReceivedObject, parent: string): Promise<boolean> {
  if (isLocalId(deps.publicUrl, parent)) {
    const comment = localCommentOf(deps.publicUrl, parent);
    // A comment of here may be on another instance's video.
    const row = comment && (await findComment(deps.database, comment.commentId));
    return row === undefined ? (await findVideoNamed(deps, parent)) !== undefined : await isOpenVideo(deps, row.videoId);
  }
  const known = await findKnownObject(deps.database, parent);
  return known === undefined
    ? await mayFetch(deps, hostsOf(received), parent)
    : known.kind !== "comment" || (await isOpenVideo(deps, known.videoId));
}

async function isOpenVideo(deps: Deps, videoId: number): Promise<boolean> {
  const video = await findOwnedVideo(deps.database, { id: videoId });
  return video !== undefined && (video.host !== null || isOpen(video));
}
