import { findRating, loadRateContext, writeRate, type Rating } from "../../storage/d1/rates";
import type { Deps } from "../deps";
import { nudge, nudgeSoon, SOON_MS, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";

export type { Rating } from "../../storage/d1/rates";

export interface GivenRate {
  accountId: number;
  videoId: number;
  /** 0: taken back. */
  rating: Rating;
  /** When its author said so: an older word than the one that is kept changes nothing. */
  saidAt: number;
  /** The activity's id, of an account of elsewhere. */
  url?: string;
}

/** How an account rates a video; 0: not at all. */
export async function getRating(
  deps: Pick<Deps, "database">,
  { accountId, videoId }: { accountId: number; videoId: number },
): Promise<Rating> {
  return await findRating(deps.database, accountId, videoId);
}

/**
 * Keeps how an account rates a video. Whatever comes twice or late leaves the same. Others are told of a local video's new
 * counts, and of what a local account says. An account of elsewhere on a video of elsewhere is its origin's affair.
 */
export async function setRate(deps: Deps, { accountId, videoId, rating, saidAt, url }: GivenRate): Promise<"changed" | "unchanged"> {
  const context = await loadRateContext(deps.database, accountId, videoId);
  if (context === undefined || (!context.accountIsLocal && !context.videoIsLocal)) {
    return "unchanged";
  }
  const { rate, accountIsLocal, videoIsLocal } = context;
  if (accountIsLocal && (rate?.rating ?? 0) === rating) {
    return "unchanged";
  }
  // What comes twice costs no write and tells nobody.
  if (rate !== undefined && (rate.saidAt > saidAt || (rate.saidAt === saidAt && rate.rating === rating)) && !accountIsLocal) {
    return "unchanged";
  }
  // The counts may change many times in a moment; others are told of them once.
  const soon: Task[] = videoIsLocal ? [{ kind: "video", uuid: context.videoUuid }] : [];
  const atOnce: Task[] = accountIsLocal ? [{ kind: "rate", accountId, videoId }] : [];
  const written = await writeRate(
    deps.database,
    // A clock that stands still, or went back, mustn't keep a user of here from changing their mind.
    { accountId, videoId, rating, saidAt: accountIsLocal ? Math.max(saidAt, (rate?.saidAt ?? 0) + 1) : saidAt, url: url ?? null },
    {
      videoIsLocal,
      tasks: [...soon.map((task) => taskStatement(deps, task, SOON_MS)), ...atOnce.map((task) => taskStatement(deps, task))],
    },
  );
  if (!written) {
    return "unchanged";
  }
  await Promise.all([nudgeSoon(deps, soon), nudge(deps, atOnce)]);
  return "changed";
}
