import { idOf } from "../../protocol/activitystreams/ids";
import { localActorOf } from "../../protocol/activitystreams/local-actors";
import { findActorRow } from "../actors/local";
import type { Deps } from "../deps";
import { handleFollow } from "../follows/followers";
import { findTombstone } from "../../storage/d1/tombstones";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";

/** Somebody wants to follow the instance, an account or a channel of here. */
export async function receiveFollow(deps: Deps, { activity, author, saidAt }: Received): Promise<Outcome> {
  const targetUrl = idOf(activity.object);
  const target = targetUrl === undefined ? undefined : localActorOf(deps.publicUrl, targetUrl);
  if (target === undefined || targetUrl === undefined || (await findActorRow(deps, targetUrl)) === undefined) {
    return ignored("nobody of here is followed");
  }
  // An Undo by no more than the id came first.
  if (((await findTombstone(deps.database, activity.id)) ?? -1) >= saidAt) {
    return UNCHANGED;
  }
  await handleFollow(deps, { follower: author, target, followId: activity.id, saidAt });
  return APPLIED;
}
