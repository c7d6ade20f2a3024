import type { LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import type { IncomingActivity } from "../../protocol/activities/incoming";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { ViewAddition } from "../views/video-views-object";

/** An activity whose author is known to have said it. */
export interface Received {
  activity: IncomingActivity;
  author: ActorRow;
  /** When its author said so, in milliseconds: what is newer is known already isn't changed by it. */
  saidAt: number;
  /** The host that delivered it: its author's, or one that passed it on. */
  deliveredBy: string;
  /** The local actor whose inbox it came to; undefined: the shared one. */
  inboxOf: LocalActor | undefined;
  /** The body, byte for byte, where it carries a Linked Data Signature of its author: only then can it be passed on. */
  forwardable: string | undefined;
  /** Views are counted together, once all messages of a batch are read. */
  countView: (videoUuid: string, addition: ViewAddition) => void;
}

/** The same for what is within: a Create's or Update's object, which lives on its author's host. */
export interface ReceivedObject extends Received {
  object: JsonObject;
  objectId: string;
}

/** What became of an activity. `later`: what it needs couldn't be had just now. */
export type Outcome =
  | { outcome: "applied" }
  | { outcome: "unchanged" }
  | { outcome: "ignored"; why: string }
  | { outcome: "later"; why: string };

export const APPLIED: Outcome = { outcome: "applied" };
export const UNCHANGED: Outcome = { outcome: "unchanged" };

export function ignored(why: string): Outcome {
  return { outcome: "ignored", why };
}

export function later(why: string): Outcome {
  return { outcome: "later", why };
}
