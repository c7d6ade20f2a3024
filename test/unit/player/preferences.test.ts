import { describe, expect, it } from "vitest";
import { p2pWanted, parsePreferences } from "../../../src/client/player/preferences";
import { bufferedBytes, statsLine } from "../../../src/client/player/stats";

describe("parsePreferences", () => {
  it("keeps what is whole and drops what isn't", () => {
    expect(parsePreferences('{"volume":0.4,"muted":true,"resolution":720,"speed":1.5,"p2p":false}')).toEqual({
      volume: 0.4,
      muted: true,
      resolution: 720,
      speed: 1.5,
      p2p: false,
    });
    expect(parsePreferences('{"volume":7,"muted":"yes","resolution":-1,"speed":0,"p2p":null,"__proto__":{"x":1}}')).toEqual({});
  });

  it.each([null, "", "{", "null", "[1]", '"text"'])("takes %j for nothing remembered", (text) => {
    expect(parsePreferences(text)).toEqual({});
  });
});

describe("p2pWanted", () => {
  it("is the viewer's choice, within what the instance allows", () => {
    expect(p2pWanted({ p2p: true }, true, true)).toBe(true);
    expect(p2pWanted({ p2p: false }, true, false)).toBe(false);
    expect(p2pWanted({ p2p: true }, false, false)).toBe(false);
  });

  it("is off, unasked, on a connection that saves data", () => {
    expect(p2pWanted({}, true, true)).toBe(false);
    expect(p2pWanted({}, true, false)).toBe(true);
  });
});

describe("stats", () => {
  const stats = {
    peers: 1,
    fromPeers: 2_000_000,
    fromWebSeed: 1_000_000,
    fromHttp: 500_000,
    uploaded: 0,
    progress: 1,
    engine: "http",
  } as const;

  it("say in one line where the bytes come from", () => {
    expect(statsLine(stats, true)).toBe("1 viewer connected · 2.0 MB from viewers · 1.5 MB from the server");
    expect(statsLine({ ...stats, peers: 2, uploaded: 3000 }, true)).toBe(
      "2 viewers connected · 2.0 MB from viewers · 1.5 MB from the server · 3.0 kB sent to viewers",
    );
    expect(statsLine(stats, false)).toBe("P2P is off · 1.5 MB from the server");
  });

  it("estimate the bytes of what is buffered, never more than the file", () => {
    expect(bufferedBytes(5, 10, 1000)).toBe(500);
    expect(bufferedBytes(11, 10, 1000)).toBe(1000);
    expect(bufferedBytes(5, Number.NaN, 1000)).toBe(0);
    expect(bufferedBytes(5, 0, 1000)).toBe(0);
  });
});
