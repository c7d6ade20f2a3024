import { describe, expect, test } from "vitest";
import { afterFollow, afterUndo, type KnownFollower } from "../../../src/domain/actors/follow-rules";

const FOLLOWER = { url: "https://a.example/actor", inbox: "https://a.example/inbox", sharedInbox: undefined };

type Said = { verb: "follow" | "undo"; saidAt: number };

function apply(known: KnownFollower | undefined, { verb, saidAt }: Said): KnownFollower | undefined {
  const next =
    verb === "follow"
      ? afterFollow(known, { follower: FOLLOWER, followId: `https://a.example/follows/${saidAt}`, state: "accepted", saidAt })
      : afterUndo(known, FOLLOWER.url, saidAt);
  return next ?? known;
}

describe("a follower's Follows and Undos", () => {
  test("end the same in any order and however often each comes", () => {
    const random = randomFrom(7);
    for (let round = 0; round < 500; round++) {
      const said: Said[] = Array.from({ length: 1 + Math.floor(random() * 8) }, () => ({
        verb: random() < 0.5 ? "follow" : "undo",
        saidAt: Math.floor(random() * 6),
      }));
      const newest = Math.max(...said.map(({ saidAt }) => saidAt));
      const isUndone = said.some(({ verb, saidAt }) => verb === "undo" && saidAt === newest);
      for (let order = 0; order < 10; order++) {
        const arrived = [...said, ...said].map((one) => ({ one, at: random() })).toSorted((a, b) => a.at - b.at);
        const end = arrived.reduce<KnownFollower | undefined>((known, { one }) => apply(known, one), undefined);
        expect(end?.removed, JSON.stringify(arrived.map(({ one }) => one))).toBe(isUndone);
        expect(end?.saidAt).toBe(newest);
        if (!isUndone) {
          expect(end).toMatchObject({ followId: `https://a.example/follows/${newest}`, state: "accepted" });
        }
      }
    }
  });

  test("who was rejected stays so when it follows again, until it is undone", () => {
    const rejected: KnownFollower = { ...FOLLOWER, state: "rejected", followId: "f", saidAt: 1, removed: false };
    const again = afterFollow(rejected, { follower: FOLLOWER, followId: "g", state: "accepted", saidAt: 2 });
    expect(again?.state).toBe("rejected");
    const undone = afterUndo(again, FOLLOWER.url, 3);
    expect(afterFollow(undone, { follower: FOLLOWER, followId: "h", state: "accepted", saidAt: 4 })?.state).toBe("accepted");
  });

  test("who is accepted needn't wait again where followers are now approved by hand, but can be rejected", () => {
    const accepted: KnownFollower = { ...FOLLOWER, state: "accepted", followId: "f", saidAt: 1, removed: false };
    const follow = { follower: FOLLOWER, followId: "g", saidAt: 2 };
    expect(afterFollow(accepted, { ...follow, state: "pending" })?.state).toBe("accepted");
    expect(afterFollow(accepted, { ...follow, state: "rejected" })?.state).toBe("rejected");
  });
});

/** The same numbers in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
