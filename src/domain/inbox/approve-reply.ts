import { idOf } from "../../protocol/activitystreams/ids";
import { localCommentOf } from "../../protocol/activitystreams/local-objects";
import { findComment } from "../../storage/d1/comments";
import { findOwnedVideo } from "../../storage/d1/inbox-reads";
import { receiveApproval } from "../comments/write-comments";
import type { Deps } from "../deps";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";

/** The owner of another instance's video approves a comment of a user of here (FEP-5624). */
export async function receiveApproveReply(deps: Deps, received: Received): Promise<Outcome> {
  const commentId = await ownComment(deps, received);
  if (commentId === undefined) {
    return ignored("it isn't a comment of here on a video of the actor");
  }
  return (await receiveApproval(deps, { commentId, approvalUrl: received.activity.id })) === "approved" ? APPLIED : UNCHANGED;
}

/** The comment that an approval or rejection is about: of a user of here, on a video whose owner the actor is. */
export async function ownComment(deps: Deps, { activity, author }: Received): Promise<number | undefined> {
  const id = idOf(activity.object);
  const named = id === undefined ? undefined : localCommentOf(deps.publicUrl, id);
  const comment = named && (await findComment(deps.database, named.commentId));
  if (comment === undefined || comment.url !== null) {
    return undefined;
  }
  const video = await findOwnedVideo(deps.database, { id: comment.videoId });
  return video?.ownerUrl === author.url && video.uuid === named?.videoUuid ? comment.id : undefined;
}
