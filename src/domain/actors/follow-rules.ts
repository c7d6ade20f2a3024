import type { Follower, FollowState } from "./actor-object";

// How a follower's state moves, whatever the order in which its activities arrive: the newest said decides.

/** A follower as it is kept. */
export interface KnownFollower extends Follower {
  state: FollowState;
  followId: string;
  /** Time of the newest Follow or Undo, as the follower gave it; milliseconds. */
  saidAt: number;
  /** Undone, and kept for its time. */
  removed: boolean;
}

/**
 * What a Follow makes of a follower; undefined: nothing changes, since something newer is known. Of a Follow and an Undo
 * of the same time the Undo holds. Who is accepted needn't wait again, and who was rejected stays so until it is undone.
 */
export function afterFollow(
  known: KnownFollower | undefined,
  follow: { follower: Follower; followId: string; state: FollowState; saidAt: number },
): KnownFollower | undefined {
  if (known !== undefined && (known.removed ? known.saidAt >= follow.saidAt : known.saidAt > follow.saidAt)) {
    return undefined;
  }
  return {
    ...follow.follower,
    state: known === undefined || known.removed ? follow.state : nextState(known.state, follow.state),
    followId: follow.followId,
    saidAt: follow.saidAt,
    removed: false,
  };
}

function nextState(known: FollowState, wanted: FollowState): FollowState {
  return known === "rejected" || (known === "accepted" && wanted === "pending") ? known : wanted;
}

/** What an Undo makes of a follower; one that comes before its Follow is remembered too. Undefined: nothing changes. */
export function afterUndo(known: KnownFollower | undefined, url: string, saidAt: number): KnownFollower | undefined {
  if (known === undefined) {
    return { url, inbox: "", sharedInbox: undefined, state: "rejected", followId: "", saidAt, removed: true };
  }
  if (known.saidAt > saidAt || (known.removed && known.saidAt === saidAt)) {
    return undefined;
  }
  return { ...known, saidAt, removed: true };
}
