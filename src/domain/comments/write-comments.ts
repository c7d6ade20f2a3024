import { CommentsPolicy } from "../../contract/video-constants";
import { approveCommentRow, deleteCommentRow, findComment, insertComment, LAST_WORD } from "../../storage/d1/comments";
import { loadCommentRecord, type CommentRecord } from "../../storage/d1/comment-reads";
import type { CommentRow } from "../../storage/d1/schema-federation";
import type { VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { UserRole, type SignedInUser } from "../users/signed-in-user";
import { mayManage } from "../videos/visibility";

export type PostRefusal = {
  reason: "comments-disabled" | "unknown-comment" | "other-video" | "comment-deleted" | "comment-held";
};

/**
 * Adds a user's comment to a video that they may watch, of here or of elsewhere, as a thread of its own or as an answer.
 * Where its owner wants to approve comments first, it waits.
 */
export async function postComment(
  deps: Deps,
  video: VideoRecord,
  user: SignedInUser,
  { text, inReplyToId }: { text: string; inReplyToId?: number },
): Promise<Result<CommentRecord, PostRefusal>> {
  if (video.video.commentsPolicy === CommentsPolicy.disabled) {
    return fail({ reason: "comments-disabled" });
  }
  const parent = inReplyToId === undefined ? undefined : await findOn(deps, video, inReplyToId);
  if (parent?.ok === false) {
    return parent;
  }
  if (parent !== undefined && parent.value.deletedAt !== null) {
    return fail({ reason: "comment-deleted" });
  }
  if (parent?.value.held) {
    return fail({ reason: "comment-held" });
  }
  const isOwn = video.channel.host === null && mayManage(video, user);
  const row = await insertComment(deps.database, {
    videoId: video.video.id,
    accountId: user.accountId,
    inReplyToId: parent?.value.id ?? null,
    threadId: parent === undefined ? null : (parent.value.threadId ?? parent.value.id),
    text,
    held: video.video.commentsPolicy === CommentsPolicy.requiresApproval && !isOwn,
    now: deps.now(),
  });
  await nudge(deps, [{ kind: "comment", commentId: row.id }]);
  const record = await loadCommentRecord(deps.database, row.id, video.account.id);
  if (record === undefined) {
    throw new Error(`the comment ${row.id} was stored and isn't there`);
  }
  return ok(record);
}

export type DeleteRefusal = { reason: "unknown-comment" | "other-video" | "forbidden" | "comment-deleted" };

/** Deletes a comment: its author, the owner of a video of here and the moderators may. What answers it stays. */
export async function deleteComment(
  deps: Deps,
  video: VideoRecord,
  user: SignedInUser,
  commentId: number,
): Promise<Result<undefined, DeleteRefusal>> {
  const found = await findOn(deps, video, commentId);
  if (!found.ok) {
    return found;
  }
  const comment = found.value;
  const isAuthor = comment.accountId === user.accountId;
  const isOwner = video.channel.host === null && video.account.id === user.accountId;
  if (!isAuthor && !isOwner && user.role === UserRole.user) {
    return fail({ reason: "forbidden" });
  }
  const now = deps.now();
  const task = deletionTask(video, comment);
  const deleted = await deleteCommentRow(deps.database, comment, {
    now,
    // What others took away, its author doesn't bring back by saying it again.
    saidAt: isAuthor ? Math.max(now, comment.saidAt) : LAST_WORD,
    also: [taskStatement(deps, task)],
  });
  if (!deleted) {
    return fail({ reason: "comment-deleted" });
  }
  await nudge(deps, [task]);
  return ok(undefined);
}

/** Of what waited, only its author's instance knows. */
function deletionTask(video: VideoRecord, comment: CommentRow): Task {
  const isRefusal = comment.held && comment.url !== null && video.channel.host === null;
  return { kind: isRefusal ? "reject-comment" : "comment", commentId: comment.id };
}

export type ApproveRefusal = { reason: "unknown-comment" | "other-video" | "forbidden" };

/** Lets a comment on a video of here wait no longer: its owner and the moderators may. Approved before: nothing changes. */
export async function approveComment(
  deps: Deps,
  video: VideoRecord,
  user: SignedInUser,
  commentId: number,
): Promise<Result<undefined, ApproveRefusal>> {
  if (video.channel.host !== null || !mayManage(video, user)) {
    return fail({ reason: "forbidden" });
  }
  const found = await findOn(deps, video, commentId);
  if (!found.ok) {
    return found;
  }
  const task: Task = { kind: found.value.url === null ? "comment" : "approve-comment", commentId };
  if (found.value.held && (await approveCommentRow(deps.database, found.value, { also: [taskStatement(deps, task)] }))) {
    await nudge(deps, [task]);
  }
  return ok(undefined);
}

/**
 * The instance of a video approved a comment of here: it waits no longer, and its followers are told with the approval.
 * Whoever calls knows that the approval is that instance's.
 */
export async function receiveApproval(
  deps: Deps,
  { commentId, approvalUrl }: { commentId: number; approvalUrl: string },
): Promise<"approved" | "unchanged"> {
  const comment = await findComment(deps.database, commentId);
  if (comment === undefined || comment.url !== null || (!comment.held && comment.approvalUrl === approvalUrl)) {
    return "unchanged";
  }
  const task: Task = { kind: "comment", commentId };
  if (!(await approveCommentRow(deps.database, comment, { approvalUrl, also: [taskStatement(deps, task)] }))) {
    return "unchanged";
  }
  await nudge(deps, [task]);
  return "approved";
}

async function findOn(
  deps: Deps,
  video: VideoRecord,
  commentId: number,
): Promise<Result<CommentRow, { reason: "unknown-comment" | "other-video" }>> {
  const comment = await findComment(deps.database, commentId);
  if (comment === undefined) {
    return fail({ reason: "unknown-comment" });
  }
  return comment.videoId === video.video.id ? ok(comment) : fail({ reason: "other-video" });
}
