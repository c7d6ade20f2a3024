import { z } from "zod";
import { commentThreadsQuerySchema, newCommentSchema, type CommentThreadList, type CreatedComment } from "../../../../../contract/comment";
import { idField } from "../../../../../contract/fields";
import { getThread, getThreads } from "../../../../../domain/comments/read-comments";
import {
  approveComment,
  deleteComment,
  postComment,
  type ApproveRefusal,
  type DeleteRefusal,
  type PostRefusal,
} from "../../../../../domain/comments/write-comments";
import { isOpenToAll } from "../../../../../domain/videos/visibility";
import type { VideoRecord } from "../../../../../storage/d1/video-reads";
import { parseBody, parseParams, parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../../route";
import { presentComment, presentThread } from "../../../../views/comment";
import { watchableVideo } from "../../../../watchable-video";

const threadParamsSchema = z.object({ threadId: idField });
const commentParamsSchema = z.object({ commentId: idField });

async function listThreads(context: Context): Promise<Response> {
  const { deps, user, url } = context;
  const query = parseQuery(commentThreadsQuerySchema, url);
  const video = await watchableVideo(context);
  const { total, records } = await getThreads(deps, video, user, query);
  const body: CommentThreadList = {
    total,
    totalNotDeletedComments: video.video.comments,
    data: records.map((record) => presentComment(record, video.video.uuid, deps.publicUrl)),
  };
  return jsonResponse(body, caching(video, context));
}

async function getOneThread(context: Context): Promise<Response> {
  const { deps, user, params } = context;
  const { threadId } = parseParams(threadParamsSchema, params);
  const video = await watchableVideo(context);
  const thread = await getThread(deps, video, user, threadId);
  if (thread === undefined) {
    throw new ProblemError({ status: 404, detail: "This video has no such thread of comments." });
  }
  return jsonResponse(presentThread(thread, video.video.uuid, deps.publicUrl), caching(video, context));
}

/** Whoever is signed in may see more than others: what waits for approval. */
function caching(video: VideoRecord, { user }: Context): ResponseInit {
  return { headers: { "cache-control": isOpenToAll(video) && user === undefined ? "no-cache" : "no-store" } };
}

async function post(context: Context): Promise<Response> {
  const inReplyToId = context.params["commentId"] === undefined ? undefined : commentIdOf(context);
  const { text } = await parseBody(newCommentSchema, context.request);
  const video = await watchableVideo(context);
  const posted = await postComment(context.deps, video, userOf(context), { text, ...(inReplyToId !== undefined && { inReplyToId }) });
  if (!posted.ok) {
    throw problemOf(posted.error);
  }
  const body: CreatedComment = { comment: presentComment(posted.value, video.video.uuid, context.deps.publicUrl) };
  return jsonResponse(body);
}

async function remove(context: Context): Promise<Response> {
  const commentId = commentIdOf(context);
  const video = await watchableVideo(context);
  const deleted = await deleteComment(context.deps, video, userOf(context), commentId);
  if (!deleted.ok) {
    throw problemOf(deleted.error);
  }
  return new Response(null, { status: 204 });
}

async function approve(context: Context): Promise<Response> {
  const commentId = commentIdOf(context);
  const video = await watchableVideo(context);
  const approved = await approveComment(context.deps, video, userOf(context), commentId);
  if (!approved.ok) {
    throw problemOf(approved.error);
  }
  return new Response(null, { status: 204 });
}

function commentIdOf({ params }: Context): number {
  return parseParams(commentParamsSchema, params).commentId;
}

function problemOf({ reason }: PostRefusal | DeleteRefusal | ApproveRefusal): ProblemError {
  switch (reason) {
    case "comments-disabled":
      return new ProblemError({ status: 409, detail: "The owner of this video has switched comments off." });
    case "unknown-comment":
      return new ProblemError({ status: 404, detail: "There is no such comment here; it may have been removed." });
    case "other-video":
      return new ProblemError({ status: 400, code: "comment_not_associated_to_video", detail: "This comment is on another video." });
    case "comment-deleted":
      return new ProblemError({ status: 409, detail: "This comment was deleted already." });
    case "comment-held":
      return new ProblemError({ status: 409, detail: "This comment waits for approval: it can be answered afterwards." });
    case "forbidden":
      return new ProblemError({ status: 403, detail: "Only its author, the video's owner and moderators may do that to a comment." });
  }
}

export const commentRoutes: Route[] = [
  { method: "GET", path: "/api/v1/videos/:id/comment-threads", auth: "optional", handler: listThreads },
  { method: "POST", path: "/api/v1/videos/:id/comment-threads", auth: "required", handler: post },
  { method: "GET", path: "/api/v1/videos/:id/comment-threads/:threadId", auth: "optional", handler: getOneThread },
  { method: "POST", path: "/api/v1/videos/:id/comments/:commentId", auth: "required", handler: post },
  { method: "DELETE", path: "/api/v1/videos/:id/comments/:commentId", auth: "required", handler: remove },
  { method: "POST", path: "/api/v1/videos/:id/comments/:commentId/approve", auth: "required", handler: approve },
];
