import type { AbuseReason } from "../../contract/abuse";
import { insertRemoteAbuse } from "../../storage/d1/abuses";
import type { Deps } from "../deps";

/** A report that another instance sent of something of here. */
export interface RemoteAbuse {
  /** The Flag's id, in normal form. */
  url: string;
  /** Null: the instance as such says so. */
  reporterAccountId: number | null;
  /** What is reported: one of the three. */
  about: { videoId: number; startAt: number | null; endAt: number | null } | { commentId: number } | { accountId: number };
  reason: string;
  predefinedReasons: AbuseReason[];
}

/** Keeps a report of elsewhere for the moderators; the same again changes nothing. */
export async function storeRemoteAbuse(
  deps: Pick<Deps, "database" | "now">,
  { url, reporterAccountId, about, reason, predefinedReasons }: RemoteAbuse,
): Promise<"stored" | "unchanged"> {
  const isNew = await insertRemoteAbuse(deps.database, {
    url,
    reporterAccountId,
    videoId: "videoId" in about ? about.videoId : null,
    startAt: "videoId" in about ? about.startAt : null,
    endAt: "videoId" in about ? about.endAt : null,
    commentId: "commentId" in about ? about.commentId : null,
    accountId: "accountId" in about ? about.accountId : null,
    reason,
    predefinedReasons: JSON.stringify(predefinedReasons),
    createdAt: deps.now(),
  });
  return isNew ? "stored" : "unchanged";
}
