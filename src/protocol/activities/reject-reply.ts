import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";

/** The word of a video's owner that a comment mayn't stand under it; `inReplyTo` is what it answers. */
export function rejectReplyActivity(parts: { id: string; actor: string; object: string; inReplyTo: string }): Activity {
  const { id, actor, object, inReplyTo } = parts;
  return { "@context": contextOf("approveReply"), type: "RejectReply", id, actor, inReplyTo, object };
}
