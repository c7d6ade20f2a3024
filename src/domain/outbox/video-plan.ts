import { INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";

// From what others know of a local video to what is: which step comes next.

/** What others were told. */
export interface VideoSnapshot {
  /** They have it: it was created and not deleted since. */
  told: boolean;
  /** How often it was published: the second Create and Delete need ids of their own. */
  round: number;
  /** How often something was taken back: an Announce after that needs an id of its own too. */
  takenBack: number;
  account: string;
  channel: string;
  announces: { actor: LocalActor; id: string }[];
  /** Of the document that they have. */
  hash: string;
}

/** A video that everybody may find. */
export interface PublicVideo {
  account: string;
  channel: string;
  hash: string;
}

export type VideoStep =
  | { verb: "create"; round: number }
  | { verb: "announce"; actor: LocalActor }
  | { verb: "undo-announce"; announce: { actor: LocalActor; id: string } }
  | { verb: "update" }
  | { verb: "delete" };

/** The next step; undefined: others know all. `now` undefined: the video is gone, or isn't public any more. */
export function nextVideoStep(now: PublicVideo | undefined, told: VideoSnapshot | undefined): VideoStep | undefined {
  if (told === undefined || !told.told) {
    return now && { verb: "create", round: (told?.round ?? 0) + 1 };
  }
  // Only the account that made a video can take it back, so another owner makes it anew.
  if (now === undefined || now.account !== told.account) {
    return { verb: "delete" };
  }
  const wanted: LocalActor[] = [{ kind: "channel", name: now.channel }, INSTANCE_ACTOR];
  const outdated = told.announces.find(({ actor }) => !wanted.some((other) => isSame(actor, other)));
  if (outdated !== undefined) {
    return { verb: "undo-announce", announce: outdated };
  }
  const missing = wanted.find((actor) => !told.announces.some((announce) => isSame(announce.actor, actor)));
  if (missing !== undefined) {
    return { verb: "announce", actor: missing };
  }
  return now.hash === told.hash ? undefined : { verb: "update" };
}

/** What others know after a step. `id` is the activity's, `hash` of the document in it, where it has one. */
export function afterVideoStep(
  told: VideoSnapshot | undefined,
  step: VideoStep,
  facts: { now: PublicVideo | undefined; id: string; hash: string },
): VideoSnapshot {
  const { now, id, hash } = facts;
  const before = told ?? { told: false, round: 0, takenBack: 0, account: "", channel: "", announces: [], hash: "" };
  switch (step.verb) {
    case "create":
      return { ...before, told: true, round: step.round, account: now?.account ?? "", channel: now?.channel ?? "", announces: [], hash };
    case "announce":
      return { ...before, channel: now?.channel ?? before.channel, announces: [...before.announces, { actor: step.actor, id }] };
    case "undo-announce":
      return {
        ...before,
        takenBack: before.takenBack + 1,
        announces: before.announces.filter((announce) => announce.id !== step.announce.id),
      };
    case "update":
      return { ...before, hash };
    case "delete":
      return { ...before, told: false, takenBack: before.takenBack + 1, announces: [] };
  }
}

function isSame(a: LocalActor, b: LocalActor): boolean {
  return a.kind === b.kind && a.name === b.name;
}
