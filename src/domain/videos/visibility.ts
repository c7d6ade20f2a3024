import { VideoPrivacy, VideoState } from "../../contract/video-constants";
import { UserRole, type SignedInUser } from "../users/signed-in-user";

/** What the rules look at. */
export interface Watchable {
  video: { privacy: number; state: number };
  /** The owner. */
  account: { id: number };
}

/** What anybody finds in lists. */
export const LISTED = { privacies: [VideoPrivacy.public], states: [VideoState.published] } satisfies {
  privacies: number[];
  states: number[];
};

/** What anybody may watch who has the address. */
export const OPEN_TO_ALL: { privacies: number[]; states: number[] } = {
  privacies: [VideoPrivacy.public, VideoPrivacy.unlisted],
  states: [VideoState.published],
};

/** Whether a user owns the video or moderates the instance. */
export function mayManage(record: Watchable, user: SignedInUser | undefined): boolean {
  return user !== undefined && (record.account.id === user.accountId || user.role !== UserRole.user);
}

export type Visibility = "visible" | "sign-in-needed" | "forbidden";

/**
 * Whether somebody who has the address may watch: public and unlisted videos anybody, internal ones whoever signs in,
 * private and unfinished ones their owner and the moderators.
 */
export function visibilityOf(record: Watchable, user: SignedInUser | undefined): Visibility {
  const { privacy, state } = record.video;
  if (mayManage(record, user)) {
    return "visible";
  }
  if (OPEN_TO_ALL.privacies.includes(privacy) && OPEN_TO_ALL.states.includes(state)) {
    return "visible";
  }
  if (user === undefined) {
    return "sign-in-needed";
  }
  return state === VideoState.published && privacy === VideoPrivacy.internal ? "visible" : "forbidden";
}

/** Whether the answer is the same for everybody, and so may be kept by caches. */
export function isOpenToAll(record: Watchable): boolean {
  return visibilityOf(record, undefined) === "visible";
}
