import { idOf } from "../../protocol/activitystreams/ids";
import { localActorOf, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonValue } from "../../protocol/activitystreams/types";
import { embeddedObject } from "../../protocol/activities/incoming";
import type { Deps } from "../deps";
import { handleFollowAnswer } from "../follows/following";
import { APPLIED, ignored, type Outcome, type Received } from "./received";

/**
 * Whom somebody of here asked to follow has answered. PeerTube answers to the follower's own inbox; where it comes to the shared
 * one, the Follow within, or its id, tells who asked.
 */
export async function receiveFollowAnswer(deps: Deps, received: Received, answer: "accepted" | "rejected"): Promise<Outcome> {
  const { activity, author, inboxOf } = received;
  const { id, document } = embeddedObject(activity.object);
  if (document?.["object"] !== undefined && idOf(document["object"]) !== author.url) {
    return ignored("the Follow is of somebody else");
  }
  const follower = followerOf(deps.publicUrl, document?.["actor"], id) ?? inboxOf;
  await handleFollowAnswer(deps, { target: author, follower, answer, ...(id !== undefined && { followId: id }) });
  return APPLIED;
}

function followerOf(publicUrl: string, actor: JsonValue | undefined, followId: string | undefined): LocalActor | undefined {
  const actorId = idOf(actor) ?? followId?.replace(/\/follows\/[^/]+$/, "");
  return actorId === undefined ? undefined : localActorOf(publicUrl, actorId);
}
