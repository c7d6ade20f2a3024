import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseContentRange, receivedRange } from "../../../src/protocol/upload/content-range.ts";
import { parseChunkDigest } from "../../../src/protocol/upload/digest.ts";
import { MAX_PARTS, PART_BYTES, partSizeFor } from "../../../src/protocol/upload/parts.ts";
import { freshUploadId, uploadIdOf, userOfUploadId } from "../../../src/protocol/upload/upload-id.ts";
import { pieceLengthFor } from "../../../src/protocol/torrent/pieces.ts";

describe("Content-Range", () => {
  test("a chunk", () => {
    expect(parseContentRange("bytes 0-99/1000")).toEqual({ ok: true, value: { kind: "bytes", start: 0, end: 99, total: 1000 } });
    expect(parseContentRange("bytes 5-5/*")).toEqual({ ok: true, value: { kind: "bytes", start: 5, end: 5, total: undefined } });
  });

  test("the question how far it has come", () => {
    expect(parseContentRange("bytes */1000")).toEqual({ ok: true, value: { kind: "question", total: 1000 } });
    expect(parseContentRange("bytes */*")).toEqual({ ok: true, value: { kind: "question", total: undefined } });
  });

  test.each([
    "",
    "bytes",
    "bytes 5-4/10",
    "bytes -5/10",
    "bytes 0-/10",
    "items 0-1/10",
    "bytes 0-1",
    "bytes 0-9999999999999999/99999999999999999",
    "bytes 0x1-2/3",
  ])("«%s» is refused", (header) => {
    expect(parseContentRange(header).ok).toBe(false);
  });

  test("Range tells the last byte, and nothing where there is none", () => {
    expect(receivedRange(0)).toBeUndefined();
    expect(receivedRange(1)).toBe("bytes=0-0");
    expect(receivedRange(1000)).toBe("bytes=0-999");
  });
});

describe("a chunk's checksum", () => {
  const digest = (algorithm: string) => createHash(algorithm).update("chunk").digest("base64");

  test.each([
    ["sha", "sha1"],
    ["sha1", "sha1"],
    ["SHA-256", "sha256"],
    ["md5", "md5"],
  ])("Digest: %s", (name, algorithm) => {
    expect(parseChunkDigest(`${name}=${digest(algorithm)}`, null)).toEqual({ ok: true, value: { algorithm, base64: digest(algorithm) } });
  });

  test("without padding", () => {
    expect(parseChunkDigest(`sha1=${digest("sha1").replace("=", "")}`, null)).toEqual({
      ok: true,
      value: { algorithm: "sha1", base64: digest("sha1") },
    });
  });

  test("the strongest of several", () => {
    expect(parseChunkDigest(`md5=${digest("md5")}, sha-256=${digest("sha256")}`, null)).toMatchObject({
      ok: true,
      value: { algorithm: "sha256" },
    });
  });

  test("Content-MD5", () => {
    expect(parseChunkDigest(null, digest("md5"))).toEqual({ ok: true, value: { algorithm: "md5", base64: digest("md5") } });
  });

  test("none", () => {
    expect(parseChunkDigest(null, null)).toEqual({ ok: true, value: undefined });
  });

  test.each(["crc32=AAAA", "sha1=short", "sha1", "", "sha1=%%%%%%%%%%%%%%%%%%%%%%%%%%%="])("«%s» is refused", (header) => {
    expect(parseChunkDigest(header, null).ok).toBe(false);
  });
});

describe("an upload's id", () => {
  const identity = { userId: 7, originalName: "clip.mp4", size: 10, lastModified: "1", videoUuid: undefined };

  test("is the same for the same user and file, and begins with the user", async () => {
    const id = await uploadIdOf(identity);
    expect(await uploadIdOf({ ...identity })).toBe(id);
    expect(userOfUploadId(id)).toBe(7);
  });

  test.each([
    { userId: 8 },
    { originalName: "b.mp4" },
    { size: 11 },
    { lastModified: "2" },
    { lastModified: undefined },
    { videoUuid: "x" },
  ])("differs by %o", async (change) => {
    expect(await uploadIdOf({ ...identity, ...change })).not.toBe(await uploadIdOf(identity));
  });

  test("is fresh for a file that is never resumed", () => {
    expect(freshUploadId(7)).not.toBe(freshUploadId(7));
    expect(userOfUploadId(freshUploadId(7))).toBe(7);
  });

  test.each(["", "7", "7-abc", "x-" + "0".repeat(64), "07-" + "0".repeat(64), "7-" + "0".repeat(65)])("«%s» is none", (text) => {
    expect(userOfUploadId(text)).toBeUndefined();
  });
});

describe("parts", () => {
  test.each([1, PART_BYTES, 100 * 1024 ** 2, 64 * 1024 ** 3, 200 * 1024 ** 3, 5 * 1024 ** 4])(
    "%d bytes fit in R2's parts, whole pieces in each",
    (bytes) => {
      const pieceLength = pieceLengthFor(bytes);
      const size = partSizeFor(bytes, pieceLength);
      expect(size % pieceLength).toBe(0);
      expect(size).toBeGreaterThanOrEqual(PART_BYTES);
      expect(Math.ceil(bytes / size)).toBeLessThanOrEqual(MAX_PARTS);
    },
  );
});
