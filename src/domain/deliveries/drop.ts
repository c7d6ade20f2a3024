import { actorObjectName } from "../../protocol/activitystreams/local-actors";
import { giveUpHost } from "../../storage/d1/deliveries";
import { followersOfHost, type FollowRecord } from "../../storage/d1/follows";
import { localActorOfRow } from "../actors/local";
import type { Deps } from "../deps";
import { noteEvent } from "./events";

/** An inbox is gone for good (410): whoever was reached there doesn't follow any more. */
export async function dropGoneInbox(deps: Deps, host: string, inbox: string): Promise<void> {
  const gone = (await followersOfHost(deps.database, host)).filter(
    ({ follower }) => (follower.sharedInboxUrl ?? follower.inboxUrl) === inbox || follower.inboxUrl === inbox,
  );
  if (gone.length > 0) {
    await removeFollowers(deps, gone);
    const note = `The inbox ${inbox} is gone (status 410); ${followersIn(gone.length)} removed.`;
    await noteEvent(deps, { kind: "followers-dropped", host, note });
  }
}

/** A host failed too often for too long: nobody there follows any more, and what waits for it is given up. */
export async function dropHopelessHost(deps: Deps, host: string, error: string): Promise<void> {
  const followers = await followersOfHost(deps.database, host);
  await removeFollowers(deps, followers);
  const givenUp = await giveUpHost(deps.database, host, { error: `its followers were dropped: ${error}`, now: deps.now() });
  if (followers.length > 0 || givenUp > 0) {
    const note = `${host} failed too often (${error}); ${followersIn(followers.length)} removed, and ${givenUp} deliveries given up.`;
    await noteEvent(deps, { kind: "followers-dropped", host, note });
  }
}

async function removeFollowers(deps: Deps, follows: FollowRecord[]): Promise<void> {
  for (const { follower, target } of follows) {
    const local = localActorOfRow(target);
    if (local !== undefined) {
      await deps.actorObject(actorObjectName(local)).dropFollower(follower.url);
    }
  }
}

function followersIn(count: number): string {
  return count === 1 ? "one follower was" : `${count} followers were`;
}
