import { ABUSE_STATES, type Abuse } from "../../contract/abuse";
import { labelled } from "../../contract/video-constants";
import { paths, shortUuidOf } from "../../protocol/paths";
import type { AbuseRecord } from "../../storage/d1/abuses";
import { presentAccount, presentAccountSummary } from "./account";
import { presentChannelSummary } from "./channel";

/** A report as PeerTube's REST API shows it to moderators. */
export function presentAbuse(record: AbuseRecord, publicUrl: string): Abuse {
  const { abuse, reporter, flagged } = record;
  const createdAt = new Date(abuse.createdAt).toISOString();
  return {
    id: abuse.id,
    reason: abuse.reason,
    predefinedReasons: JSON.parse(abuse.predefinedReasons) as string[],
    reporterAccount: reporter === null ? null : presentAccount(reporter, publicUrl),
    flaggedAccount: flagged === null ? null : presentAccount(flagged, publicUrl),
    state: labelled(ABUSE_STATES, abuse.state),
    moderationComment: abuse.moderationComment,
    video: abuse.videoId === null ? null : presentReportedVideo(record, publicUrl),
    comment: abuse.commentId === null ? null : presentReportedComment(record, publicUrl),
    createdAt,
    updatedAt: createdAt,
    countMessages: 0,
  };
}

function presentReportedVideo({ abuse, video, channel, thumbnail }: AbuseRecord, publicUrl: string): Abuse["video"] {
  return (
    video && {
      id: video.id,
      uuid: video.uuid,
      shortUUID: shortUuidOf(video.uuid),
      name: video.name,
      nsfw: video.nsfw,
      startAt: abuse.startAt,
      endAt: abuse.endAt,
      deleted: false,
      blacklisted: false,
      thumbnailPath: thumbnail === null ? null : paths.thumbnail(thumbnail),
      channel: channel === null ? null : presentChannelSummary(channel, publicUrl),
    }
  );
}

function presentReportedComment({ comment, video, flagged }: AbuseRecord, publicUrl: string): Abuse["comment"] {
  if (comment === null || video === null) {
    return null;
  }
  return {
    id: comment.id,
    threadId: comment.threadId ?? comment.id,
    text: comment.text,
    deleted: comment.deletedAt !== null,
    account: flagged === null ? null : presentAccountSummary(flagged, publicUrl),
    video: { id: video.id, uuid: video.uuid, shortUUID: shortUuidOf(video.uuid), name: video.name },
  };
}
