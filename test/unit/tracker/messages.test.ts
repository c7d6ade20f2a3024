import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenBucket, takeToken } from "../../../src/protocol/tracker/limits";
import { binaryOfHex, hexOfBinary, MAX_MESSAGE_CHARACTERS, MAX_OFFERS, parseClientMessage } from "../../../src/protocol/tracker/messages";

const infoHash = binaryOfHex("ee93946a22caf9ee044c6feace969d9c63ba35c7");
const peerId = "-WW0001-aaaaaaaaaaaa";
const base = { action: "announce", info_hash: infoHash, peer_id: peerId };

function parse(message: unknown): unknown {
  const parsed = parseClientMessage(typeof message === "string" ? message : JSON.stringify(message));
  return parsed.ok ? parsed.message : parsed.error;
}

function failure(message: unknown): unknown {
  const error = parse(message) as { reply?: { "failure reason"?: string } };
  return error.reply?.["failure reason"];
}

describe("parseClientMessage", () => {
  test("reads an announce as a WebTorrent client sends it", () => {
    const offers = [{ offer: { type: "offer", sdp: "v=0" }, offer_id: "o".repeat(20) }];
    expect(parse({ ...base, numwant: 5, uploaded: 0, downloaded: 0, left: 1000, event: "started", offers })).toEqual({
      action: "announce",
      infoHash,
      peerId,
      event: "started",
      left: 1000,
      offers: [{ offerId: "o".repeat(20), sdp: "v=0" }],
      answer: undefined,
    });
  });

  test("reads an answer", () => {
    const answer = { ...base, to_peer_id: "-WW0001-bbbbbbbbbbbb", answer: { type: "answer", sdp: "v=0" }, offer_id: "o" };
    expect(parse(answer)).toMatchObject({
      answer: { toPeerId: "-WW0001-bbbbbbbbbbbb", offerId: "o", sdp: "v=0" },
      left: undefined,
      event: "update",
    });
  });

  test.each([
    [undefined, undefined],
    [null, undefined],
    ["x", undefined],
    ["", undefined],
    [0, 0],
    ["0", 0],
    [5.5, 5.5],
  ])("left %j is %j", (left, expected) => {
    expect(parse({ ...base, left })).toMatchObject({ left: expected });
  });

  test("reads a scrape of one torrent or several", () => {
    expect(parse({ action: "scrape", info_hash: infoHash })).toEqual({ action: "scrape", infoHashes: [infoHash] });
    expect(parse({ action: "scrape", info_hash: [infoHash, infoHash] })).toEqual({ action: "scrape", infoHashes: [infoHash, infoHash] });
  });

  test.each([
    [{ ...base, info_hash: "short" }, "invalid info_hash"],
    [{ ...base, info_hash: "€".repeat(20) }, "invalid info_hash"],
    [{ ...base, info_hash: 1 }, "invalid info_hash"],
    [{ ...base, peer_id: undefined }, "invalid peer_id"],
    [{ ...base, event: "bogus" }, "invalid event"],
    [{ ...base, offers: {} }, "invalid offers"],
    [{ ...base, offers: [null] }, "invalid offers"],
    [{ ...base, offers: [{ offer: { type: "answer", sdp: "" }, offer_id: "o" }] }, "invalid offers"],
    [{ ...base, offers: [{ offer: { type: "offer", sdp: "x".repeat(16_385) }, offer_id: "o" }] }, "invalid offers"],
    [{ ...base, offers: [{ offer: { type: "offer", sdp: "" }, offer_id: "x".repeat(65) }] }, "invalid offers"],
    [{ ...base, answer: {} }, "invalid answer, offer_id or to_peer_id"],
    [{ ...base, answer: { type: "answer", sdp: "" }, offer_id: "o" }, "invalid answer, offer_id or to_peer_id"],
    [{ action: "scrape", info_hash: ["short"] }, "invalid info_hash"],
    [{ action: "scrape" }, "invalid info_hash"],
    [{ action: "scrape", info_hash: [] }, "invalid info_hash"],
    [{ action: "scrape", info_hash: Array.from({ length: 51 }, () => infoHash) }, "invalid info_hash"],
    [{ action: "foo" }, "invalid action: it is announce or scrape"],
    [{}, "invalid action: it is announce or scrape"],
  ])("%j → %s", (message, reason) => {
    expect(failure(message)).toBe(reason);
  });

  test("takes as many offers as it passes on", () => {
    const offers = Array.from({ length: 30 }, (_, index) => ({ offer: { type: "offer", sdp: "" }, offer_id: `${index}` }));
    expect((parse({ ...base, offers }) as { offers: unknown[] }).offers).toHaveLength(MAX_OFFERS);
  });

  test.each(["", "null", "1", "[]", '"announce"', "{", "ping", "x".repeat(MAX_MESSAGE_CHARACTERS + 1)])("%.20j is garbage", (text) => {
    expect(parse(text)).toEqual({ reason: "garbage" });
  });

  test("never throws, and answers only with its own words and the client's info-hash", () => {
    const value = fc.oneof(fc.anything(), fc.string(), fc.constant(infoHash), fc.constant(peerId));
    const keys = fc.constantFrom(
      "action",
      "info_hash",
      "peer_id",
      "event",
      "offers",
      "answer",
      "to_peer_id",
      "offer_id",
      "left",
      "__proto__",
    );
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.dictionary(keys, value).map((fields) => safeJson({ ...base, ...fields })),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const parsed = parseClientMessage(text);
        if (!parsed.ok && parsed.error.reason === "invalid") {
          expect(parsed.error.reply.info_hash ?? infoHash).toHaveLength(20);
        }
      }),
    );
  });
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "{}";
  }
}

test("hex and binary strings are two ways of writing the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      const hex = Buffer.from(bytes).toString("hex");
      expect(binaryOfHex(hex)).toBe(Buffer.from(bytes).toString("latin1"));
      expect(hexOfBinary(binaryOfHex(hex))).toBe(hex);
    }),
  );
});

test("a flood runs dry, and time fills the bucket again", () => {
  const bucket = createTokenBucket(0);
  const taken = Array.from({ length: 200 }, () => takeToken(bucket, 0)).filter(Boolean);
  expect(taken).toHaveLength(120);
  expect(takeToken(bucket, 100)).toBe(false);
  expect(takeToken(bucket, 1000)).toBe(true);
  expect(Array.from({ length: 200 }, () => takeToken(bucket, 3_600_000)).filter(Boolean)).toHaveLength(120);
});
