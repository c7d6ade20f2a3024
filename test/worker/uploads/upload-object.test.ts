import { createHash } from "node:crypto";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import {
  CHUNK_HEADER,
  uploadObject,
  type ChunkDescription,
  type ChunkOutcome,
  type OpenUpload,
} from "../../../src/domain/uploads/upload-object";
import type { UploadSession } from "../../../src/domain/uploads/upload-session";
import { freshUploadId } from "../../../src/protocol/upload/upload-id";
import { pieceLengthFor } from "../../../src/protocol/torrent/pieces";
import { videoFileKey } from "../../../src/storage/r2/keys";

const MIB = 1024 * 1024;
const METADATA = {
  name: "A clip",
  channelId: 1,
  privacy: 1,
  nsfw: false,
  waitTranscoding: false,
  commentsPolicy: 1,
  downloadEnabled: true,
  tags: [],
};

/** Bytes that are the same in each run and in no two places. */
function fileOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed >>> 0;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, size).slice();
}

function opening(size: number, more: Partial<OpenUpload> = {}): OpenUpload {
  return {
    userId: 1,
    fileUuid: crypto.randomUUID(),
    originalFilename: "clip.mp4",
    mimeType: "video/mp4",
    pieceLength: pieceLengthFor(size),
    size,
    maxBytes: size,
    target: { kind: "video", videoUuid: crypto.randomUUID(), metadata: { ...METADATA } },
    image: undefined,
    ...more,
  };
}

async function opened(size: number, more: Partial<OpenUpload> = {}) {
  const id = freshUploadId(1);
  const upload = opening(size, more);
  const stub = uploadObject(env.UPLOADS, id);
  await stub.open(upload);
  return { stub, upload, key: videoFileKey(upload.fileUuid) };
}

type Stub = Awaited<ReturnType<typeof opened>>["stub"];

async function put(stub: Stub, chunk: ChunkDescription, body: BodyInit): Promise<ChunkOutcome> {
  const response = await stub.fetch("https://upload.invalid/", { method: "PUT", headers: { [CHUNK_HEADER]: JSON.stringify(chunk) }, body });
  return await response.json<ChunkOutcome>();
}

async function putRange(
  stub: Stub,
  file: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  digest?: ChunkDescription["digest"],
): Promise<ChunkOutcome> {
  return await put(stub, { range: { start, end: end - 1 }, total: file.byteLength, digest }, file.subarray(start, end));
}

function piecesOf(file: Uint8Array, pieceLength: number): Buffer {
  const hashes: Buffer[] = [];
  for (let start = 0; start < file.byteLength; start += pieceLength) {
    hashes.push(
      createHash("sha1")
        .update(file.subarray(start, start + pieceLength))
        .digest(),
    );
  }
  return Buffer.concat(hashes);
}

async function expectStored(stub: Stub, upload: OpenUpload, file: Uint8Array): Promise<void> {
  const claim = await stub.claim();
  if (claim.claim !== "yours") {
    throw new Error(`not claimed: ${claim.claim}`);
  }
  const object = await env.MEDIA.get(videoFileKey(upload.fileUuid));
  const bytes = await object?.bytes();
  expect(bytes && Buffer.compare(bytes, file)).toBe(0);
  expect(claim.assembled).toMatchObject({
    fileUuid: upload.fileUuid,
    size: file.byteLength,
    etag: object?.etag,
    pieceLength: upload.pieceLength,
  });
  expect(Buffer.compare(claim.assembled.pieces, piecesOf(file, upload.pieceLength))).toBe(0);
}

describe("chunks of any size give the same file", () => {
  test.each([
    { size: 1, chunk: 1 },
    { size: 100 * 1024, chunk: 8 * 1024 },
    { size: 8 * MIB, chunk: 8 * MIB },
    { size: 8 * MIB + 1, chunk: 8 * MIB },
    { size: 17 * MIB + 333, chunk: 1_234_567 },
    { size: 24 * MIB, chunk: 5 * MIB },
    { size: 40 * MIB + 5, chunk: 19 * MIB + 7 },
    { size: 33 * MIB + 1, chunk: 64 * MIB },
  ])("$size bytes in chunks of $chunk", async ({ size, chunk }) => {
    const file = fileOf(size);
    const { stub, upload } = await opened(size);
    for (let start = 0; start < size; start += chunk) {
      const end = Math.min(size, start + chunk);
      const outcome = await putRange(stub, file, start, end);
      expect(outcome).toEqual(end === size ? { outcome: "whole" } : { outcome: "partial", received: end });
    }
    await expectStored(stub, upload, file);
  });

  test("8 KiB chunks across a part's border", async () => {
    const size = 8 * MIB + 64 * 1024;
    const file = fileOf(size, 5);
    const { stub, upload } = await opened(size);
    await putRange(stub, file, 0, 8 * MIB - 20_000);
    for (let start = 8 * MIB - 20_000; start < size; start += 8192) {
      await putRange(stub, file, start, Math.min(size, start + 8192));
    }
    await expectStored(stub, upload, file);
  });
});

describe("nothing acknowledged is lost", () => {
  test("the object is evicted between chunks", async () => {
    const size = 20 * MIB + 99;
    const file = fileOf(size, 2);
    const { stub, upload } = await opened(size);
    for (let start = 0; start < size; start += 3_000_001) {
      await putRange(stub, file, start, Math.min(size, start + 3_000_001));
      await evictDurableObject(stub);
    }
    await expectStored(stub, upload, file);
  });

  test("a connection that breaks in the middle of a chunk leaves what it brought", async () => {
    const size = 20 * MIB;
    const file = fileOf(size, 3);
    const { stub, upload } = await opened(size);
    const cut = 11 * MIB + 13;
    const { readable, writable } = new IdentityTransformStream();
    const sent = put(stub, { range: { start: 0, end: size - 1 }, total: size, digest: undefined }, readable).catch(() => undefined);
    const writer = writable.getWriter();
    await writer.write(file.subarray(0, cut));
    await writer.abort(new Error("gone"));
    await sent;
    await expect.poll(async () => await stub.progress(size)).toEqual({ outcome: "partial", received: cut });
    await evictDurableObject(stub);
    expect(await putRange(stub, file, cut, size)).toEqual({ outcome: "whole" });
    await expectStored(stub, upload, file);
  });

  test("killed after R2 joined the parts and before that was noted", async () => {
    const file = fileOf(9 * MIB);
    const { stub, upload } = await opened(file.byteLength);
    await putRange(stub, file, 0, file.byteLength);
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec("UPDATE session SET json = json_set(json_remove(json, '$.etag'), '$.state', 'receiving')");
    });
    await evictDurableObject(stub);
    expect(await stub.progress(file.byteLength)).toEqual({ outcome: "whole" });
    await expectStored(stub, upload, file);
  });
});

describe("checksums", () => {
  const algorithms = ["md5", "sha1", "sha256"] as const;
  test.each(algorithms)("a chunk whose %s is right counts, one whose isn't doesn't", async (algorithm) => {
    const size = 18 * MIB;
    const file = fileOf(size, 4);
    const { stub, upload } = await opened(size);
    await putRange(stub, file, 0, 1000);
    const digest = (from: number, to: number) => ({
      algorithm,
      base64: createHash(algorithm).update(file.subarray(from, to)).digest("base64"),
    });
    expect(await putRange(stub, fileOf(size, 9), 1000, size, digest(1000, size))).toEqual({ outcome: "digest-mismatch", received: 1000 });
    expect(await stub.progress(size)).toEqual({ outcome: "partial", received: 1000 });
    expect(await putRange(stub, file, 1000, 9 * MIB, digest(1000, 9 * MIB))).toEqual({ outcome: "partial", received: 9 * MIB });
    expect(await putRange(stub, file, 9 * MIB, size, digest(9 * MIB, size))).toEqual({ outcome: "whole" });
    await expectStored(stub, upload, file);
  });
});
