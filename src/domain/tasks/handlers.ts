import type { Deps } from "../deps";
import { sendFollowAnswer } from "../follows/answer";
import { sendFollow, sendUnfollow } from "../follows/following";
import { rejectNextFollowers } from "../follows/reject-all";
import { federateActor } from "../outbox/actor";
import { sendApproval, sendRejection } from "../outbox/approval";
import { federateComment } from "../outbox/comment";
import { sendFlag } from "../outbox/flag";
import { forwardActivity } from "../outbox/forward";
import { federatePlaylist } from "../outbox/playlist";
import { federateRate } from "../outbox/rate";
import { federateVideo } from "../outbox/video";
import { sendView } from "../outbox/view";
import { sendWatchAction } from "../outbox/watch-action";
import { refreshActor } from "../remote/actors";
import { fetchComment } from "../remote/comments";
import { readHistory, reconcileHistory } from "../remote/history";
import { syncVideo } from "../remote/sync-video";
import { fetchVideo } from "../remote/videos";
import type { Task } from "./task";

/** Does a task. Throws where it should be tried again; what can't ever be done is noted and done. */
export async function runHandler(deps: Deps, task: Task): Promise<void> {
  switch (task.kind) {
    case "video":
      return await federateVideo(deps, task.uuid);
    case "comment":
      return await federateComment(deps, task.commentId);
    case "rate":
      return await federateRate(deps, task);
    case "playlist":
      return await federatePlaylist(deps, task.uuid);
    case "actor":
      return await federateActor(deps, task.actor);
    case "flag":
      return await sendFlag(deps, task.abuseId);
    case "view":
      return await sendView(deps, task);
    case "watch-action":
      return await sendWatchAction(deps, task);
    case "forward":
      return await forwardActivity(deps, task);
    case "follow":
      return await sendFollow(deps, task);
    case "unfollow":
      return await sendUnfollow(deps, task);
    case "answer-follow":
      return await sendFollowAnswer(deps, task);
    case "reject-followers":
      return await rejectNextFollowers(deps, task);
    case "approve-comment":
      return await sendApproval(deps, task.commentId);
    case "reject-comment":
      return await sendRejection(deps, task.commentId);
    case "read-history":
      return await readHistory(deps, task.actorUrl);
    case "reconcile":
      return await reconcileHistory(deps, task.actorUrl);
    case "fetch-video":
      return await fetchVideo(deps, task);
    case "sync-video":
      return await syncVideo(deps, task.videoUrl);
    case "fetch-comment":
      return await fetchComment(deps, task.commentUrl);
    case "refresh-actor":
      return await refreshActor(deps, task.actorUrl);
  }
}
