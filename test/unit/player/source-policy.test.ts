import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { initialSourceState, stepSource, waitsInVain, wantsPieces } from "../../../src/client/player/source-policy";
import type { SourceCommand, SourceEvent, SourceState } from "../../../src/client/player/source-policy";

/** What comes of the last event, for a viewer who has pressed play. */
function play(wanted: boolean, events: SourceEvent[]): { state: SourceState; commands: SourceCommand[] } {
  return visit(wanted, [{ type: "played" }, ...events]);
}

/** The same, for one who has only opened the page. */
function visit(wanted: boolean, events: SourceEvent[]): { state: SourceState; commands: SourceCommand[] } {
  let state = initialSourceState(wanted);
  let commands: SourceCommand[] = [];
  for (const event of events) {
    ({ state, commands } = stepSource(state, event));
  }
  return { state, commands };
}

const watching: SourceEvent[] = [{ type: "first-frame" }, { type: "p2p-ready" }, { type: "switched", source: "torrent" }];

describe("where the picture comes from", () => {
  it("loads the torrent's engine after the first frame, then moves to the torrent", () => {
    expect(play(true, []).state.p2p).toBe("idle");
    expect(play(true, [{ type: "first-frame" }]).commands).toEqual(["open-p2p"]);
    expect(play(true, [{ type: "first-frame" }, { type: "p2p-ready" }]).commands).toEqual(["switch-to-torrent"]);
    expect(play(true, watching).state).toMatchObject({ source: "torrent", switchingTo: undefined });
  });

  it("fetches nothing for a page that was only opened, and is ready when play is pressed", () => {
    const opened: SourceEvent[] = [{ type: "first-frame" }, { type: "p2p-ready" }];
    expect(visit(true, opened).commands).toEqual([]);
    expect(wantsPieces(visit(true, opened).state)).toBe(false);
    expect(visit(true, [...opened, { type: "played" }]).commands).toEqual(["switch-to-torrent"]);
    expect(wantsPieces(visit(true, [...opened, { type: "played" }]).state)).toBe(true);
    // Without the server there is no first frame but from other viewers.
    const cutOff: SourceEvent[] = [{ type: "media-failed", source: "http" }];
    expect(visit(true, [...cutOff, { type: "p2p-ready" }]).commands).toEqual(["switch-to-torrent"]);
    expect(wantsPieces(visit(true, cutOff).state)).toBe(true);
  });

  it("joins without moving where the browser already holds the whole file", () => {
    const { state, commands } = play(true, [{ type: "first-frame" }, { type: "buffered" }, { type: "p2p-ready" }]);
    expect(commands).toEqual([]);
    expect(state).toMatchObject({ source: "http", p2p: "ready" });
  });

  it("gives a switch up when the file turns out to be there already", () => {
    const { state, commands } = play(true, [{ type: "first-frame" }, { type: "p2p-ready" }, { type: "buffered" }]);
    expect(commands).toEqual(["cancel-switch"]);
    expect(state).toMatchObject({ source: "http", switchingTo: undefined });
  });

  it("stays on HTTP without a word where P2P is off or fails", () => {
    expect(play(false, [{ type: "first-frame" }]).commands).toEqual([]);
    expect(play(true, [{ type: "first-frame" }, { type: "p2p-failed" }]).commands).toEqual([]);
    expect(play(true, [{ type: "first-frame" }, { type: "p2p-ready" }, { type: "switch-failed", source: "torrent" }]).commands).toEqual([]);
  });

  it("takes the torrent at once where the server doesn't deliver", () => {
    expect(play(true, [{ type: "media-failed", source: "http" }]).commands).toEqual(["open-p2p"]);
    expect(play(true, [{ type: "media-failed", source: "http" }, { type: "p2p-ready" }]).commands).toEqual(["switch-to-torrent"]);
  });

  it("takes the torrent even of a buffered file, or of one whose stream was given up, when the server fails later", () => {
    const buffered = play(true, [
      { type: "first-frame" },
      { type: "buffered" },
      { type: "p2p-ready" },
      { type: "media-failed", source: "http" },
    ]);
    expect(buffered.commands).toEqual(["switch-to-torrent"]);
    const given = play(true, [
      ...watching,
      { type: "stalled", source: "torrent" },
      { type: "http-probed", works: true },
      { type: "switched", source: "http" },
      { type: "media-failed", source: "http" },
    ]);
    expect(given.commands).toEqual(["switch-to-torrent"]);
  });

  it("goes back to HTTP when the torrent stalls and the server works, and stays there", () => {
    expect(play(true, [...watching, { type: "stalled", source: "torrent" }]).commands).toEqual(["probe-http"]);
    const back: SourceEvent[] = [...watching, { type: "stalled", source: "torrent" }, { type: "http-probed", works: true }];
    expect(play(true, back).commands).toEqual(["switch-to-http"]);
    expect(play(true, [...back, { type: "switched", source: "http" }]).commands).toEqual([]);
    expect(play(true, [...back, { type: "switched", source: "http" }]).state.source).toBe("http");
  });

  it("waits for viewers when both stand still, then says so, and takes the word back when the picture moves", () => {
    const both: SourceEvent[] = [...watching, { type: "stalled", source: "torrent" }, { type: "http-probed", works: false }];
    expect(play(true, both).commands).toEqual([]);
    expect(waitsInVain(play(true, both).state)).toBe(true);
    expect(play(true, [...both, { type: "gave-up-waiting" }]).commands).toEqual(["show-error"]);
    expect(waitsInVain(play(true, [...both, { type: "gave-up-waiting" }]).state)).toBe(false);
    expect(play(true, [...both, { type: "gave-up-waiting" }, { type: "progressed" }]).commands).toEqual(["hide-error"]);
    expect(waitsInVain(play(true, [...both, { type: "progressed" }]).state)).toBe(false);
  });

  it("shows the error at once where only the server could deliver, and loads again on request", () => {
    const dead: SourceEvent[] = [{ type: "media-failed", source: "http" }];
    expect(play(false, dead).commands).toEqual(["show-error"]);
    expect(play(false, [...dead, { type: "retry" }]).commands).toEqual(["hide-error", "reload-http"]);
    expect(play(true, [...dead, { type: "p2p-failed" }]).commands).toEqual(["show-error"]);
    expect(play(true, [...dead, { type: "p2p-failed" }, { type: "retry" }]).state.p2p).toBe("idle");
  });

  it("leaves the swarm only after HTTP has taken over", () => {
    expect(play(true, [...watching, { type: "p2p-wanted", wanted: false }]).commands).toEqual(["switch-to-http"]);
    expect(play(true, [...watching, { type: "p2p-wanted", wanted: false }, { type: "switched", source: "http" }]).commands).toEqual([
      "close-p2p",
    ]);
    const preparing = play(true, [{ type: "first-frame" }, { type: "p2p-ready" }, { type: "p2p-wanted", wanted: false }]);
    expect(preparing.commands).toEqual(["cancel-switch", "close-p2p"]);
    expect(preparing.state.switchingTo).toBeUndefined();
  });

  it("another quality comes by HTTP first, then by its own torrent", () => {
    const chosen: SourceEvent[] = [...watching, { type: "file-chosen" }];
    expect(play(true, chosen).commands).toEqual(["switch-to-http"]);
    expect(play(true, [...chosen, { type: "switched", source: "http" }]).commands).toEqual(["open-p2p"]);
    expect(play(true, [...chosen, { type: "switched", source: "http" }, { type: "p2p-ready" }]).commands).toEqual(["switch-to-torrent"]);
  });

  it("another quality comes by its torrent alone where the server fails", () => {
    const failing: SourceEvent[] = [
      { type: "media-failed", source: "http" },
      { type: "p2p-ready" },
      { type: "switched", source: "torrent" },
    ];
    expect(play(true, [...failing, { type: "file-chosen" }]).commands).toEqual(["open-p2p"]);
    expect(play(true, [...failing, { type: "file-chosen" }, { type: "p2p-ready" }]).commands).toEqual(["switch-to-torrent"]);
  });

  it("ignores what an element says that is no longer on stage", () => {
    expect(play(true, [...watching, { type: "media-failed", source: "http" }]).commands).toEqual([]);
    expect(play(true, [...watching, { type: "stalled", source: "http" }]).commands).toEqual([]);
  });
});

const anyEvent: fc.Arbitrary<SourceEvent> = fc.oneof(
  fc.constantFrom<SourceEvent>(
    { type: "first-frame" },
    { type: "start-overdue" },
    { type: "buffered" },
    { type: "p2p-ready" },
    { type: "p2p-failed" },
    { type: "file-chosen" },
    { type: "gave-up-waiting" },
    { type: "progressed" },
    { type: "retry" },
  ),
  fc.record({ type: fc.constantFrom("media-failed", "stalled", "switched", "switch-failed"), source: fc.constantFrom("http", "torrent") }),
  fc.record({ type: fc.constant("http-probed" as const), works: fc.boolean() }),
  fc.record({ type: fc.constant("p2p-wanted" as const), wanted: fc.boolean() }),
);

describe("for any course of events", () => {
  it("the torrent is opened only while it is wanted, and moved to only when it is ready", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(anyEvent, { maxLength: 40 }), (wanted, events) => {
        let state = initialSourceState(wanted);
        for (const event of events) {
          const step = stepSource(state, event);
          if (step.commands.includes("open-p2p")) {
            expect(step.state.p2p).toBe("opening");
          }
          if (step.commands.includes("switch-to-torrent")) {
            expect(step.state).toMatchObject({ p2p: "ready", source: "http", switchingTo: "torrent" });
          }
          if (step.commands.includes("switch-to-http")) {
            expect(step.state.switchingTo).toBe("http");
          }
          expect(step.commands.filter((command) => command.startsWith("switch-to")).length).toBeLessThan(2);
          expect(step.state.broken && step.commands.includes("hide-error")).toBe(false);
          expect(!step.state.broken && step.commands.includes("show-error")).toBe(false);
          state = step.state;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
