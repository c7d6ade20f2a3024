import { createHash } from "node:crypto";
import parseTorrent from "parse-torrent";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { magnetUri } from "../../../src/protocol/torrent/magnet";
import { buildInfo, buildMetainfo } from "../../../src/protocol/torrent/metainfo";
import { pieceCount, pieceLengthFor } from "../../../src/protocol/torrent/pieces";
import { trackerUrls } from "../../../src/protocol/torrent/trackers";

const MIB = 1024 * 1024;

describe("pieceLengthFor", () => {
  test("starts at 256 KiB and doubles so that a file has about a thousand pieces", () => {
    expect(pieceLengthFor(0)).toBe(256 * 1024);
    expect(pieceLengthFor(256 * MIB)).toBe(256 * 1024);
    expect(pieceLengthFor(256 * MIB + 1)).toBe(512 * 1024);
    expect(pieceLengthFor(2048 * MIB)).toBe(2 * MIB);
  });

  test("always divides 8 MiB, the parts of an upload", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 43 }), (bytes) => {
        const pieceLength = pieceLengthFor(bytes);
        expect((8 * MIB) % pieceLength).toBe(0);
        expect(pieceLength).toBeGreaterThanOrEqual(256 * 1024);
      }),
    );
  });
});

const bytes = new Uint8Array(300_000).map((_, index) => (index * 7) % 251);
const pieceLength = 256 * 1024;

function sha1(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha1").update(data).digest());
}

const file = {
  name: "3f0c7d0e-9a53-4c2b-8f5e-0d6c8a2b1e4f-720.mp4",
  length: bytes.length,
  pieceLength,
  pieces: new Uint8Array([...sha1(bytes.subarray(0, pieceLength)), ...sha1(bytes.subarray(pieceLength))]),
};

describe("buildInfo", () => {
  test("gives the bytes and the hash that BEP 3 prescribes", async () => {
    const byHand = Buffer.concat([
      Buffer.from("d6:lengthi300000e4:name44:3f0c7d0e-9a53-4c2b-8f5e-0d6c8a2b1e4f-720.mp412:piece lengthi262144e6:pieces40:"),
      file.pieces,
      Buffer.from("e"),
    ]);
    const { info, infoHash } = await buildInfo(file);
    expect(Buffer.from(info).equals(byHand)).toBe(true);
    expect(infoHash).toBe(createHash("sha1").update(byHand).digest("hex"));
  });

  test("refuses digests that aren't the file's", async () => {
    await expect(buildInfo({ ...file, pieces: file.pieces.subarray(20) })).rejects.toThrow(RangeError);
    expect(pieceCount(300_000, pieceLength)).toBe(2);
  });
});

describe("buildMetainfo", () => {
  test("opens in a stock parser with the same info-hash, trackers and WebSeeds", async () => {
    const { info, infoHash } = await buildInfo(file);
    const trackers = ["wss://tube.example/tracker/socket/0", "wss://tube.example/tracker/socket"];
    const webSeeds = ["https://tube.example/static/web-videos/a.mp4", "https://cache.example/a.mp4"];
    const torrent = buildMetainfo({ info, trackers, webSeeds, createdBy: "Edgetube", creationDate: 1_790_000_000, comment: "Ärger 🎬" });
    const parsed = await parseTorrent(torrent);
    expect(parsed.infoHash).toBe(infoHash);
    expect(parsed.announce).toEqual(trackers);
    expect(parsed.urlList).toEqual(webSeeds);
    expect(parsed.length).toBe(300_000);
    expect(parsed.pieces).toHaveLength(2);
    expect(parsed.lastPieceLength).toBe(300_000 - pieceLength);
    expect(parsed.comment).toBe("Ärger 🎬");
    expect(parsed.created).toEqual(new Date(1_790_000_000_000));
    expect(Buffer.from(torrent).includes(Buffer.from(info))).toBe(true);
  });

  test("leaves out what isn't known", async () => {
    const { info, infoHash } = await buildInfo(file);
    const parsed = await parseTorrent(buildMetainfo({ info, trackers: [], webSeeds: [] }));
    expect(parsed.infoHash).toBe(infoHash);
    expect(parsed.announce).toEqual([]);
    expect(parsed.urlList).toEqual([]);
  });
});

describe("magnetUri", () => {
  const parts = {
    infoHash: "ee93946a22caf9ee044c6feace969d9c63ba35c7",
    displayName: "Fish & chips? 50% #1 = «süß» 🎬",
    trackers: trackerUrls("https://tube.example:8443", "3f0c7d0e-9a53-4c2b-8f5e-0d6c8a2b1e4f"),
    webSeeds: ["https://tube.example/static/web-videos/a.mp4?x=1&y=2"],
    torrentUrl: "https://tube.example/lazy-static/torrents/a.torrent",
  };

  test("opens in a stock parser", async () => {
    const uri = magnetUri(parts);
    expect(uri).toMatch(/^magnet:\?xt=urn:btih:[0-9a-f]{40}&/);
    const parsed = await parseTorrent(uri);
    expect(parsed.infoHash).toBe(parts.infoHash);
    expect(parsed.name).toBe(parts.displayName);
    expect(parsed.announce).toEqual(["wss://tube.example:8443/tracker/socket/3f0c7d0e-9a53-4c2b-8f5e-0d6c8a2b1e4f"]);
    expect(parsed.urlList).toEqual(parts.webSeeds);
    expect(parsed.xs).toBe(parts.torrentUrl);
  });

  test("survives any title", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (displayName) => {
        const uri = magnetUri({ ...parts, displayName });
        expect(new URLSearchParams(uri.slice("magnet:?".length)).get("dn")).toBe(displayName.toWellFormed());
      }),
    );
    expect(magnetUri({ ...parts, displayName: "half \ud83c" })).toContain("half%20%EF%BF%BD");
  });
});
