import type { Comment, CommentThread } from "../../contract/comment";
import type { ThreadNode } from "../../domain/comments/read-comments";
import { paths } from "../../protocol/paths";
import type { CommentRecord } from "../../storage/d1/comment-reads";
import { presentAccount } from "./account";
import { renderMarkdown } from "../../protocol/markdown";

/** A comment as PeerTube's REST API shows it. What was deleted tells nothing but that it was there. */
export function presentComment(record: CommentRecord, videoUuid: string, publicUrl: string): Comment {
  const { comment, account } = record;
  const isDeleted = comment.deletedAt !== null;
  return {
    id: comment.id,
    url: comment.url ?? publicUrl + paths.comment(videoUuid, comment.id),
    text: comment.text,
    threadId: comment.threadId ?? comment.id,
    inReplyToCommentId: comment.inReplyToId,
    videoId: comment.videoId,
    createdAt: iso(comment.createdAt),
    updatedAt: iso(comment.updatedAt),
    deletedAt: comment.deletedAt === null ? null : iso(comment.deletedAt),
    isDeleted,
    heldForReview: comment.held,
    totalReplies: record.totalReplies,
    totalRepliesFromVideoAuthor: record.totalRepliesFromVideoAuthor,
    account: isDeleted || account === null ? null : presentAccount(account, publicUrl),
  };
}

/** A thread with its answers, as PeerTube's REST API nests them. */
export function presentThread(node: ThreadNode, videoUuid: string, publicUrl: string): CommentThread {
  return {
    comment: presentComment(node.record, videoUuid, publicUrl),
    children: node.children.map((child) => presentThread(child, videoUuid, publicUrl)),
  };
}

/** What a comment says, as HTML that is safe to put into a page: what came as HTML was sanitised when it was stored. */
export function commentHtml({ comment }: Pick<CommentRecord, "comment">): string {
  return comment.isHtml ? comment.text : renderMarkdown(comment.text);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
