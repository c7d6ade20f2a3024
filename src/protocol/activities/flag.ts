import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";
import { privateAudience } from "./audience";

/** PeerTube's names for the usual reasons. */
export const FLAG_REASONS = [
  "violentOrRepulsive",
  "hatefulOrAbusive",
  "spamOrMisleading",
  "privacy",
  "rights",
  "serverRules",
  "thumbnails",
  "captions",
] as const;

export interface FlagParts {
  id: string;
  actor: string;
  /** What is reported: a video, a comment or an account. */
  object: string;
  owner: string;
  content: string;
  /** Of FLAG_REASONS. */
  reasons: string[];
  /** Seconds into the video. */
  startAt: number | null;
  endAt: number | null;
}

/** A report, for those who moderate the reported thing's instance. */
export function flagActivity({ id, actor, object, owner, content, reasons, startAt, endAt }: FlagParts): Activity {
  return {
    "@context": contextOf("flag"),
    ...privateAudience(owner),
    id,
    actor,
    type: "Flag",
    content,
    mediaType: "text/markdown",
    object,
    tag: reasons.map((name) => ({ type: "Hashtag", name })),
    ...(startAt !== null && { startAt }),
    ...(endAt !== null && { endAt }),
  };
}
