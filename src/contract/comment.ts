import { z } from "zod";
import { nullableText } from "./fields";
import { listQuerySchema } from "./list";
import type { Account } from "./video";

// Comments as PeerTube's REST API takes and shows them.

export const COMMENT_SORTS = ["createdAt", "totalReplies"] as const;
export type CommentSort = (typeof COMMENT_SORTS)[number];
/** `GET /api/v1/videos/{id}/comment-threads` */
export const commentThreadsQuerySchema = listQuerySchema(COMMENT_SORTS, "-createdAt");
export type CommentThreadsQuery = z.output<typeof commentThreadsQuerySchema>;

export const MAX_COMMENT_LENGTH = 10_000;

/** `POST /api/v1/videos/{id}/comment-threads` and `…/comments/{commentId}`: Markdown. */
export const newCommentSchema = z.object({
  text: nullableText(1, MAX_COMMENT_LENGTH).refine(
    (text): text is string => text !== null && /[^\p{Z}\p{Cc}\p{Cf}]/u.test(text),
    "is empty",
  ),
});

export interface Comment {
  id: number;
  url: string;
  /** Markdown where its author is of here, else sanitised HTML; empty where it was deleted. */
  text: string;
  /** The first comment of its thread, which is itself where it is the first. */
  threadId: number;
  inReplyToCommentId: number | null;
  videoId: number;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  isDeleted: boolean;
  /** Waits for the approval of the video's owner; shown to them, the moderators and its author. */
  heldForReview: boolean;
  totalReplies: number;
  totalRepliesFromVideoAuthor: number;
  /** Null where it was deleted. */
  account: Account | null;
}

export interface CommentThreadList {
  total: number;
  totalNotDeletedComments: number;
  data: Comment[];
}

export interface CommentThread {
  comment: Comment;
  children: CommentThread[];
}

export interface CreatedComment {
  comment: Comment;
}
