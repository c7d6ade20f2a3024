import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { parseActivity, readActivity } from "../../../src/protocol/activities/incoming.ts";
import type { JsonValue } from "../../../src/protocol/activitystreams/types.ts";
import { watchedSeconds } from "../../../src/domain/inbox/watched-seconds.ts";
import { recordedRequests } from "../../support/wire.ts";

const ACTIVITY = {
  id: "https://tube.example/likes/1",
  type: "Like",
  actor: "https://tube.example/accounts/ada",
  object: "https://other.example/videos/watch/1",
};

function problemOf(text: string): unknown {
  const parsed = parseActivity(text);
  return parsed.ok ? "taken" : parsed.error;
}

describe("an activity that arrives", () => {
  it("is read whatever form its actor and type have", () => {
    for (const actor of [
      ACTIVITY.actor,
      [ACTIVITY.actor],
      { id: ACTIVITY.actor, type: "Person" },
      "HTTPS://TUBE.example:443/accounts/ada",
    ]) {
      const parsed = readActivity({ ...ACTIVITY, actor } as JsonValue);
      expect(parsed).toMatchObject({ ok: true, value: { actor: ACTIVITY.actor, type: "Like" } });
    }
    expect(readActivity({ ...ACTIVITY, type: ["Like", "x:Favourite"] })).toMatchObject({ ok: true, value: { type: "Like" } });
  });

  it("keeps the fragment of its id, by which Mastodon tells an actor's activities apart", () => {
    const id = "https://mastodon.example/users/ada#likes/1";
    expect(readActivity({ ...ACTIVITY, id, actor: "https://mastodon.example/users/ada" })).toMatchObject({ ok: true, value: { id } });
  });

  it("is read as a real PeerTube sends it", () => {
    for (const { body, name } of recordedRequests) {
      expect(parseActivity(body).ok, name).toBe(true);
    }
  });

  it("is refused without an id, a type or an actor", () => {
    for (const field of ["id", "type", "actor"]) {
      const { [field]: _, ...rest } = ACTIVITY as Record<string, string>;
      expect(problemOf(JSON.stringify(rest))).toMatchObject({ reason: "bad-field", field });
      for (const wrong of [1, null, {}, [], "", true, "javascript:alert(1)"].filter(
        (value) => field !== "type" || value !== "javascript:alert(1)",
      )) {
        expect(problemOf(JSON.stringify({ ...ACTIVITY, [field]: wrong })), `${field}: ${JSON.stringify(wrong)}`).toMatchObject({ field });
      }
    }
  });

  it("is refused with an id of another host than its actor's", () => {
    expect(problemOf(JSON.stringify({ ...ACTIVITY, id: "https://other.example/likes/1" }))).toEqual({
      reason: "id-of-another-host",
      host: "other.example",
    });
  });

  it("is refused when it is made to be hard to handle", () => {
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    const activity = (object: string) => JSON.stringify(ACTIVITY).replace(/"object":".*"/, `"object":${object}`);
    expect(problemOf(deep(200_000))).toMatchObject({ reason: "too-deep" });
    expect(problemOf(activity(deep(40)))).toMatchObject({ reason: "too-deep" });
    expect(problemOf(activity(deep(20)))).toBe("taken");
    expect(problemOf(activity(JSON.stringify(Array.from({ length: 2001 }, () => 1))))).toMatchObject({ reason: "too-long-a-list" });
    const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, index]));
    expect(problemOf(activity(JSON.stringify(wide)))).toMatchObject({ reason: "too-many-values" });
    expect(problemOf(activity('{"__proto__":{"admin":true}}'))).toEqual({ reason: "forbidden-key" });
  });

  it("never makes the reader throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json({ maxDepth: 6 }),
          fc.string(),
          fc.object({ withDate: false }).map((value) => JSON.stringify({ ...ACTIVITY, ...value })),
        ),
        (text) => {
          const parsed = parseActivity(text);
          expect(typeof parsed.ok).toBe("boolean");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("watched seconds", () => {
  it("are those of the sections within the video, and not endlessly many", () => {
    expect(watchedSeconds([{ startTimestamp: 0, endTimestamp: 5 }], 10)).toBe(5);
    expect(watchedSeconds([{ startTimestamp: 8, endTimestamp: 500 }], 10)).toBe(2);
    expect(watchedSeconds([{ startTimestamp: 9, endTimestamp: 2 }], 10)).toBe(0);
    expect(
      watchedSeconds(
        Array.from({ length: 200 }, () => ({ startTimestamp: 0, endTimestamp: 10 })),
        10,
      ),
    ).toBe(50);
  });
});
