import { describe, expect, test } from "vitest";
import { afterVideoStep, nextVideoStep, type PublicVideo, type VideoSnapshot } from "../../../src/domain/outbox/video-plan";

/** Takes all steps to `now`; gives what was said and what others know then. */
function tellAll(told: VideoSnapshot | undefined, now: PublicVideo | undefined): { said: string[]; told: VideoSnapshot | undefined } {
  const said: string[] = [];
  let known = told;
  for (let step = nextVideoStep(now, known); step !== undefined; step = nextVideoStep(now, known)) {
    said.push(
      step.verb === "announce"
        ? `announce ${step.actor.name}`
        : step.verb === "undo-announce"
          ? `undo ${step.announce.actor.name}`
          : step.verb,
    );
    known = afterVideoStep(known, step, { now, id: `${step.verb}-${said.length}`, hash: now?.hash ?? "" });
    if (said.length > 20) {
      throw new Error("no end");
    }
  }
  return { said, told: known };
}

const VIDEO: PublicVideo = { account: "root", channel: "clips", hash: "1" };

describe("what is said of a video", () => {
  test("published: a Create and the Announces of its channel and of the instance, once", () => {
    const { said, told } = tellAll(undefined, VIDEO);
    expect(said).toEqual(["create", "announce clips", "announce peertube"]);
    expect(tellAll(told, VIDEO).said).toEqual([]);
  });

  test("changed: an Update", () => {
    const { told } = tellAll(undefined, VIDEO);
    expect(tellAll(told, { ...VIDEO, hash: "2" }).said).toEqual(["update"]);
  });

  test("moved to another channel: Undo, Announce, Update", () => {
    const { told } = tellAll(undefined, VIDEO);
    expect(tellAll(told, { ...VIDEO, channel: "films", hash: "2" }).said).toEqual(["undo clips", "announce films", "update"]);
  });

  test("hidden or deleted: a Delete; published again: as if new, in another round", () => {
    const first = tellAll(undefined, VIDEO);
    const gone = tellAll(first.told, undefined);
    expect(gone.said).toEqual(["delete"]);
    expect(tellAll(gone.told, undefined).said).toEqual([]);
    const again = tellAll(gone.told, VIDEO);
    expect(again.said).toEqual(["create", "announce clips", "announce peertube"]);
    expect(again.told?.round).toBe(2);
  });

  test("of another account: the old one takes it back, the new one makes it", () => {
    const { told } = tellAll(undefined, VIDEO);
    expect(tellAll(told, { ...VIDEO, account: "ann" }).said).toEqual(["delete", "create", "announce clips", "announce peertube"]);
  });

  test("never public: nothing", () => {
    expect(tellAll(undefined, undefined).said).toEqual([]);
  });
});
