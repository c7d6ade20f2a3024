import { CommentsPolicy } from "../../contract/video-constants";
import {
  deleteRemoteCommentRow,
  findCommentByUrl,
  hostOfAccount,
  loadCommentContext,
  upsertRemoteComment,
  type CommentContext,
} from "../../storage/d1/comments";
import type { Deps } from "../deps";
import { nudge } from "../tasks/ask";

/** A comment of elsewhere, as its author's instance gives it. */
export interface RemoteComment {
  /** Its id, in normal form. */
  url: string;
  videoId: number;
  accountId: number;
  /** What it answers; null: the video itself. */
  inReplyToId: number | null;
  /** The first comment of its thread; null: it is the first. */
  threadId: number | null;
  /** Sanitised. */
  html: string;
  /** When its author said so: an older word than the one that is kept changes nothing. */
  saidAt: number;
  createdAt: number;
  updatedAt: number;
  /** The ApproveReply of the video's instance, where it says that there is one. */
  approvalUrl?: string;
}

export type StoredComment =
  | { outcome: "stored" | "unchanged" | "held"; id: number }
  | { outcome: "refused"; id: undefined; reason: "unknown-video" | "unknown-account" | "comments-disabled" | "deleted" | "not-its-author" };

/**
 * Stores a comment of elsewhere, new or changed. On a video of here its policy holds, and the author's instance is told that
 * it is approved; on another instance's, what its origin approved is shown, and what its own accounts say.
 */
export async function storeRemoteComment(deps: Deps, comment: RemoteComment): Promise<StoredComment> {
  const { database } = deps;
  const refuse = (reason: Extract<StoredComment, { outcome: "refused" }>["reason"]): StoredComment => ({
    outcome: "refused",
    id: undefined,
    reason,
  });
  const [known, context, authorHost] = await Promise.all([
    findCommentByUrl(database, comment.url),
    loadCommentContext(database, comment.videoId),
    hostOfAccount(database, comment.accountId),
  ]);
  if (context === undefined) {
    return refuse("unknown-video");
  }
  // Accounts of here say what they say over the REST API.
  if (authorHost === undefined || authorHost === null) {
    return refuse("unknown-account");
  }
  if (known !== undefined && ((known.accountId ?? comment.accountId) !== comment.accountId || known.videoId !== comment.videoId)) {
    return refuse("not-its-author");
  }
  if (known !== undefined && known.saidAt >= comment.saidAt) {
    return { outcome: "unchanged", id: known.id };
  }
  if (context.video.commentsPolicy === CommentsPolicy.disabled) {
    return refuse("comments-disabled");
  }
  const isOnLocalVideo = context.video.host === null;
  const stored = await upsertRemoteComment(
    database,
    {
      ...comment,
      // Only this instance says what is approved on its videos.
      approvalUrl: isOnLocalVideo ? null : (comment.approvalUrl ?? null),
      held: mustWait(context, comment, authorHost),
    },
    { asksForApproval: isOnLocalVideo, now: deps.now() },
  );
  if (stored === undefined) {
    // Either it was deleted, or a newer form came meanwhile.
    const now = await findCommentByUrl(database, comment.url);
    return now === undefined ? refuse("deleted") : { outcome: "unchanged", id: now.id };
  }
  if (stored.held) {
    return { outcome: "held", id: stored.id };
  }
  if (isOnLocalVideo && stored.approvalUrl === null) {
    await nudge(deps, [{ kind: "approve-comment", commentId: stored.id }]);
  }
  return { outcome: "stored", id: stored.id };
}

function mustWait({ video }: CommentContext, comment: RemoteComment, authorHost: string): boolean {
  if (video.commentsPolicy !== CommentsPolicy.requiresApproval || comment.accountId === video.ownerAccountId) {
    return false;
  }
  return video.host === null || (comment.approvalUrl === undefined && authorHost !== video.host);
}

/**
 * Takes a comment of elsewhere back; one that isn't known isn't taken for new when it comes. Whoever calls knows that its
 * author, or who may, said so. A newer word of the author stays.
 */
export async function deleteRemoteComment(
  deps: Pick<Deps, "database">,
  { url, saidAt }: { url: string; saidAt: number },
): Promise<"deleted" | "unchanged"> {
  return (await deleteRemoteCommentRow(deps.database, url, saidAt)) === undefined ? "unchanged" : "deleted";
}
