import { dislikeActivity } from "../../protocol/activities/dislike";
import { likeActivity } from "../../protocol/activities/like";
import { undoActivity } from "../../protocol/activities/undo";
import { contextOf } from "../../protocol/activitystreams/context";
import { actorUrls, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { Activity } from "../../protocol/activitystreams/types";
import { loadOutgoingRate, originActorOfVideo } from "../../storage/d1/outgoing";
import { localActorOfAccount } from "../actors/local";
import type { Deps } from "../deps";
import { sharedInboxOf } from "./recipients";
import { tell, type Step } from "./tell";

/** How an account of here rates another instance's video. */
interface Rating {
  rating: 1 | -1;
  /** The Like's or Dislike's id. */
  id: string;
  account: string;
  videoUrl: string;
  ownerUrl: string;
  inbox: string;
}

/** What the video's instance was told; `rating` null: nothing, or it was taken back. */
interface RateSnapshot {
  rating: Rating | null;
}

/**
 * Tells the instance of a video, and nobody else, how an account of here rates it: Like or Dislike, and Undo of the one
 * before. Ratings of videos of here are told by their counts.
 */
export async function federateRate(deps: Deps, { accountId, videoId }: { accountId: number; videoId: number }): Promise<void> {
  await tell<Rating | undefined, RateSnapshot>(
    deps,
    { kind: "rate", subject: `${accountId}/${videoId}` },
    async () => await loadRating(deps, { accountId, videoId }),
    (now, told) => {
      const before = told?.rating ?? undefined;
      if (before !== undefined && before.id !== now?.id) {
        return rateStep(deps, before, { isUndo: true, after: { rating: null } });
      }
      return before === undefined && now !== undefined ? rateStep(deps, now, { isUndo: false, after: { rating: now } }) : undefined;
    },
  );
}

async function loadRating(deps: Deps, key: { accountId: number; videoId: number }): Promise<Rating | undefined> {
  const found = await loadOutgoingRate(deps.database, key);
  if (found === undefined || found.account.host !== null || found.video.url === null || found.rate.rating === 0) {
    return undefined;
  }
  const owner = await originActorOfVideo(deps.database, found.channel);
  if (owner === undefined) {
    return undefined;
  }
  const rating = found.rate.rating > 0 ? 1 : -1;
  const { url } = actorUrls(deps.publicUrl, localActorOfAccount(found.account));
  return {
    rating,
    id: `${url}/${rating > 0 ? "likes" : "dislikes"}/${found.rate.id}-${found.rate.saidAt}`,
    account: found.account.name,
    videoUrl: found.video.url,
    ownerUrl: owner.url,
    inbox: sharedInboxOf(owner),
  };
}

function rateStep(deps: Deps, rating: Rating, { isUndo, after }: { isUndo: boolean; after: RateSnapshot }): Step<RateSnapshot> {
  const actor: LocalActor = { kind: "account", name: rating.account };
  const { url } = actorUrls(deps.publicUrl, actor);
  const build = rating.rating > 0 ? likeActivity : dislikeActivity;
  const said: Activity = build({ id: rating.id, actor: url, object: rating.videoUrl, owner: rating.ownerUrl });
  return {
    actor,
    activity: isUndo ? undoActivity({ actor: url, undone: said, audience: { to: [rating.ownerUrl], cc: [] }, context: contextOf() }) : said,
    objectId: rating.id,
    to: { inboxes: [rating.inbox] },
    snapshot: () => after,
  };
}
