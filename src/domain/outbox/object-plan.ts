import type { LocalActor } from "../../protocol/activitystreams/local-actors";
import type { Recipients } from "./send";

// From what others know of something that is created, changes, and is deleted (a comment, a playlist) to what is.

/** What others were told. */
export interface ObjectSnapshot {
  /** They have it: it was created and not deleted since. */
  told: boolean;
  /** How often it was created: the second Create and Delete need ids of their own. */
  round: number;
  /** How often it changed since. */
  changes: number;
  /** Of the document that they have. */
  hash: string;
  /** Who told them, and whom: a Delete goes to the same. */
  actor: LocalActor;
  to: Recipients;
}

/** Something that others may know. */
export interface PublicObject {
  actor: LocalActor;
  to: Recipients;
  hash: string;
}

export type ObjectStep = { verb: "create"; round: number } | { verb: "update"; change: number } | { verb: "delete" };

/** The next step; undefined: others know all. `now` undefined: it is gone, or isn't public any more. */
export function nextObjectStep(now: PublicObject | undefined, told: ObjectSnapshot | undefined): ObjectStep | undefined {
  if (told === undefined || !told.told) {
    return now && { verb: "create", round: (told?.round ?? 0) + 1 };
  }
  if (now === undefined) {
    return { verb: "delete" };
  }
  return now.hash === told.hash ? undefined : { verb: "update", change: told.changes + 1 };
}

/** What others know after a Create or an Update. */
export function afterObjectStep(
  step: Exclude<ObjectStep, { verb: "delete" }>,
  told: ObjectSnapshot | undefined,
  now: PublicObject,
): ObjectSnapshot {
  return step.verb === "create"
    ? { ...now, told: true, round: step.round, changes: 0 }
    : { ...now, told: true, round: told?.round ?? 1, changes: step.change };
}

/** The end of an activity's id from its second time on. */
export function repeatSuffix(times: number): string {
  return times > 1 ? `/${times}` : "";
}
