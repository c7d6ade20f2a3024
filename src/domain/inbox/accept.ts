import type { Deps } from "../deps";
import { receiveFollowAnswer } from "./follow-answer";
import type { Outcome, Received } from "./received";

/** A Follow of somebody of here is accepted. */
export async function receiveAccept(deps: Deps, received: Received): Promise<Outcome> {
  return await receiveFollowAnswer(deps, received, "accepted");
}
