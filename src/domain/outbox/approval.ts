import { approveReplyActivity } from "../../protocol/activities/approve-reply";
import { rejectReplyActivity } from "../../protocol/activities/reject-reply";
import { approvalUrlStatement, loadOutgoingComment, type OutgoingComment } from "../../storage/d1/outgoing";
import { runStatements } from "../../storage/d1/tasks";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { localActorOfAccount } from "../actors/local";
import type { Deps } from "../deps";
import { actorUrlOf, commentUrlOf, videoUrlOf } from "./documents";
import { remoteActorOfAccount } from "./recipients";
import { send } from "./send";

/**
 * Tells the author of a comment on a video of here, in the name of the video's owner, that it stands there. PeerTube's author
 * then sends the comment once more, with this word of approval in it, for all to believe.
 */
export async function sendApproval(deps: Deps, commentId: number): Promise<void> {
  const found = await findAnswered(deps, commentId);
  if (found === undefined || found.comment.deletedAt !== null || found.comment.held) {
    return;
  }
  const id = `${localUrlOf(deps, found)}/approve-reply`;
  await answer(deps, found, approveReplyActivity({ id, ...found.parts }));
  await runStatements(deps.database, [approvalUrlStatement(deps.database, commentId, id)]);
}

/** Tells the author of a comment that waited on a video of here that it won't stand there. */
export async function sendRejection(deps: Deps, commentId: number): Promise<void> {
  const found = await findAnswered(deps, commentId);
  if (found !== undefined) {
    await answer(deps, found, rejectReplyActivity({ id: `${localUrlOf(deps, found)}/reject-reply`, ...found.parts }));
  }
}

interface Answered extends OutgoingComment {
  authorActor: ActorRow;
  parts: { actor: string; object: string; inReplyTo: string };
}

/** A comment of elsewhere on a video of here; undefined for any other, and where its author isn't known any more. */
async function findAnswered(deps: Deps, commentId: number): Promise<Answered | undefined> {
  const found = await loadOutgoingComment(deps.database, commentId);
  const authorActor = found && (await remoteActorOfAccount(deps, found.author));
  if (found === undefined || authorActor === undefined || found.comment.url === null || found.video.url !== null) {
    return undefined;
  }
  const parts = {
    actor: actorUrlOf(deps.publicUrl, found.owner, "account"),
    object: found.comment.url,
    inReplyTo: found.parent === null ? videoUrlOf(deps.publicUrl, found.video) : commentUrlOf(deps.publicUrl, found.parent, found.video),
  };
  return { ...found, authorActor, parts };
}

/** Of the answer's id: one of here, though the comment's isn't. */
function localUrlOf(deps: Deps, { comment, video }: Answered): string {
  return commentUrlOf(deps.publicUrl, { id: comment.id, url: null }, video);
}

/** To the author's own inbox: PeerTube's shared one doesn't look at it. */
async function answer(deps: Deps, { owner, authorActor }: Answered, activity: ReturnType<typeof approveReplyActivity>): Promise<void> {
  await send(deps, { actor: localActorOfAccount(owner), activity, to: { inboxes: [authorActor.inboxUrl] } });
}
