import type { Deps } from "../deps";
import { receiveRate } from "./rate";
import type { Outcome, Received } from "./received";

/** An account likes a video. */
export async function receiveLike(deps: Deps, received: Received): Promise<Outcome> {
  return await receiveRate(deps, received, { object: received.activity.object, rating: 1, url: received.activity.id });
}
