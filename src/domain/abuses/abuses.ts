import type { AbuseListQuery, NewAbuseFields, UpdateAbuseFields } from "../../contract/abuse";
import { parseVideoIdentifier } from "../../protocol/paths";
import { findAccountById } from "../../storage/d1/accounts";
import { deleteAbuseRow, insertAbuse, listAbuses, updateAbuseRow, type AbuseRecord } from "../../storage/d1/abuses";
import { findComment } from "../../storage/d1/comments";
import type { AbuseRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { nudge } from "../tasks/ask";
import type { SignedInUser } from "../users/signed-in-user";
import { getVideo } from "../videos/get-video";

export type ReportRefusal = { reason: "unknown-video" | "unknown-comment" | "unknown-account" };

type About = Pick<AbuseRow, "videoId" | "commentId" | "accountId" | "startAt" | "endAt">;
const NOTHING: About = { videoId: null, commentId: null, accountId: null, startAt: null, endAt: null };

/** Keeps a user's report for the moderators; of something of elsewhere, its own are told as well. Gives its number. */
export async function reportAbuse(deps: Deps, user: SignedInUser, fields: NewAbuseFields): Promise<Result<number, ReportRefusal>> {
  const found = await findReported(deps, user, fields);
  if (!found.ok) {
    return found;
  }
  const { about, isElsewhere } = found.value;
  const abuseId = await insertAbuse(
    deps.database,
    {
      ...about,
      reporterAccountId: user.accountId,
      reason: fields.reason,
      predefinedReasons: JSON.stringify([...new Set(fields.predefinedReasons)]),
      createdAt: deps.now(),
    },
    isElsewhere,
  );
  if (isElsewhere) {
    await nudge(deps, [{ kind: "flag", abuseId }]);
  }
  return ok(abuseId);
}

async function findReported(
  deps: Deps,
  user: SignedInUser,
  { video, comment, account }: NewAbuseFields,
): Promise<Result<{ about: About; isElsewhere: boolean }, ReportRefusal>> {
  if (video !== undefined) {
    const found = await getVideo(deps, parseVideoIdentifier(String(video.id)), user);
    if (!found.ok) {
      return fail({ reason: "unknown-video" });
    }
    const about = { ...NOTHING, videoId: found.value.video.id, startAt: video.startAt ?? null, endAt: video.endAt ?? null };
    return ok({ about, isElsewhere: found.value.channel.host !== null });
  }
  if (comment !== undefined) {
    const found = await findComment(deps.database, comment.id);
    return found === undefined || found.deletedAt !== null
      ? fail({ reason: "unknown-comment" })
      : ok({ about: { ...NOTHING, commentId: found.id }, isElsewhere: found.url !== null });
  }
  const found = account && (await findAccountById(deps.database, account.id));
  return found === undefined
    ? fail({ reason: "unknown-account" })
    : ok({ about: { ...NOTHING, accountId: found.id }, isElsewhere: found.host !== null });
}

/** A page of all reports, for moderators. */
export async function getAbuses(deps: Pick<Deps, "database">, query: AbuseListQuery): Promise<{ total: number; records: AbuseRecord[] }> {
  return await listAbuses(deps.database, query);
}

/** Writes what a moderator says of a report; says whether it is there. */
export async function judgeAbuse(deps: Pick<Deps, "database">, abuseId: number, fields: UpdateAbuseFields): Promise<boolean> {
  return await updateAbuseRow(deps.database, abuseId, fields);
}

/** Removes a report; says whether it was there. */
export async function removeAbuse(deps: Pick<Deps, "database">, abuseId: number): Promise<boolean> {
  return await deleteAbuseRow(deps.database, abuseId);
}
