import { holdComment } from "../../storage/d1/comment-approval";
import type { Deps } from "../deps";
import { ownComment } from "./approve-reply";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";

/** The owner of another instance's video rejects a comment of a user of here: it is shown to nobody else here either. */
export async function receiveRejectReply(deps: Deps, received: Received): Promise<Outcome> {
  const commentId = await ownComment(deps, received);
  if (commentId === undefined) {
    return ignored("it isn't a comment of here on a video of the actor");
  }
  return (await holdComment(deps.database, commentId)) ? APPLIED : UNCHANGED;
}
