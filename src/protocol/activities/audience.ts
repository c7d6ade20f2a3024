import { PUBLIC_AUDIENCE } from "../activitystreams/ids";

/** Whom an activity or object is addressed to (ActivityPub, section 5.6). PeerTube wants both as lists. */
export interface Audience {
  to: string[];
  cc: string[];
}

/** Everybody, and the followers (their collections' ids) who get it. */
export function publicAudience(followers: string[], others: string[] = []): Audience {
  return { to: [PUBLIC_AUDIENCE], cc: [...new Set([...followers, ...others])] };
}

/** The actors it is sent to and nobody else. */
export function privateAudience(...actors: string[]): Audience {
  return { to: actors, cc: [] };
}
