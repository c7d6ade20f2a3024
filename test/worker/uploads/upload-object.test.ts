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
import type { VideoMetadata } from "../../../src/contract/upload";
import { freshUploadId } from "../../../src/protocol/upload/upload-id";
import { pieceLengthFor } from "../../../src/protocol/torrent/pieces";
import { videoFileKey } from "../../../src/storage/r2/keys";

const MIB = 1024 * 1024;
const METADATA: VideoMetadata = {
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

describe("one writer at a time", () => {
  test("a second is refused while the first brings bytes, and a cancellation ends the first", async () => {
    const size = 10 * MIB;
    const { stub } = await opened(size);
    const { readable, writable } = new IdentityTransformStream();
    const first = put(stub, { range: { start: 0, end: size - 1 }, total: size, digest: undefined }, readable).catch(() => undefined);
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(1000));
    expect(await putRange(stub, fileOf(size), 0, size)).toEqual({ outcome: "locked" });
    expect(await stub.progress(size)).toEqual({ outcome: "locked" });
    expect(await stub.discard()).toBe("gone");
    await first;
    await writer.abort().catch(() => undefined);
    expect(await stub.progress(size)).toEqual({ outcome: "unknown" });
  });
});

describe("publication", () => {
  async function whole(size = MIB) {
    const upload = await opened(size);
    await putRange(upload.stub, fileOf(size), 0, size);
    return upload;
  }

  test("is claimed by one at a time, and again when that one gave up", async () => {
    const { stub, upload } = await whole();
    const first = await stub.claim();
    expect(await stub.claim()).toEqual({ claim: "busy" });
    expect(await stub.discard()).toBe("busy");
    await stub.release();
    const second = await stub.claim();
    expect(second).toMatchObject({ claim: "yours", target: upload.target });
    expect(first).toMatchObject({ claim: "yours", target: upload.target });
  });

  test("its answer is kept, also over an eviction", async () => {
    const { stub } = await whole();
    await stub.claim();
    const outcome = { status: 200, contentType: "application/json", body: "{}" };
    await stub.settle(outcome);
    await evictDurableObject(stub);
    expect(await stub.claim()).toEqual({ claim: "settled", outcome });
    expect(await putRange(stub, fileOf(MIB), 0, MIB)).toEqual({ outcome: "whole" });
  });

  test("the file and the video keep their UUIDs when the upload is opened again; the image is the newest", async () => {
    const { stub, upload } = await opened(MIB, { image: { bytes: fileOf(3 * MIB), mimeType: "image/jpeg" } });
    const again = opening(MIB, { image: { bytes: fileOf(2 * MIB + 7, 8), mimeType: "image/png" } });
    await stub.open(again);
    await putRange(stub, fileOf(MIB), 0, MIB);
    const claim = await stub.claim();
    expect(claim).toMatchObject({
      assembled: { fileUuid: upload.fileUuid },
      target: { kind: "video", videoUuid: upload.target?.videoUuid },
      image: { mimeType: "image/png" },
    });
    expect(claim.claim === "yours" && claim.image && Buffer.compare(claim.image.bytes, fileOf(2 * MIB + 7, 8))).toBe(0);
  });

  test("the same file after a publication is a new upload", async () => {
    const { stub, upload } = await whole();
    await stub.claim();
    await stub.settle({ status: 200, contentType: "application/json", body: "{}" });
    const next = opening(MIB);
    expect(await stub.open(next)).toEqual({ received: 0 });
    await putRange(stub, fileOf(MIB), 0, MIB);
    await expectStored(stub, next, fileOf(MIB));
    expect(await env.MEDIA.head(videoFileKey(upload.fileUuid))).not.toBeNull();
  });
});

describe("what is given up leaves nothing", () => {
  async function expectNothing(stub: Stub, key: string): Promise<void> {
    expect(await stub.progress(undefined)).toEqual({ outcome: "unknown" });
    expect(await env.MEDIA.head(key)).toBeNull();
    await runInDurableObject(stub, async (_instance, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('session', 'part', 'tail')").toArray()).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  }

  /** As if the last byte had come so long ago. */
  async function age(stub: Stub, ms: number): Promise<void> {
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec("UPDATE session SET json = json_set(json, '$.lastByteAt', ?, '$.leasedUntil', 0)", Date.now() - ms);
    });
  }

  const DAY = 24 * 60 * 60 * 1000;

  test("cancelled in the middle: R2's parts are gone too", async () => {
    const file = fileOf(20 * MIB);
    const { stub, key } = await opened(file.byteLength);
    await putRange(stub, file, 0, 18 * MIB);
    const multipartId = await runInDurableObject(
      stub,
      (_instance, { storage }) => storage.sql.exec<{ id: string }>("SELECT json ->> '$.multipartId' AS id FROM session").one().id,
    );
    expect(await stub.discard()).toBe("gone");
    await expectNothing(stub, key);
    await expect(env.MEDIA.resumeMultipartUpload(key, multipartId).uploadPart(3, new Uint8Array(10))).rejects.toThrow();
  });

  test("not continued for a day", async () => {
    const file = fileOf(9 * MIB);
    const { stub, key } = await opened(file.byteLength);
    await putRange(stub, file, 0, 8 * MIB + 5);
    await age(stub, DAY - 60_000);
    await runDurableObjectAlarm(stub);
    expect(await stub.progress(undefined)).toEqual({ outcome: "partial", received: 8 * MIB + 5 });
    await age(stub, DAY + 1000);
    await runDurableObjectAlarm(stub);
    await expectNothing(stub, key);
  });

  test("whole, and never published", async () => {
    const { stub, key } = await opened(MIB);
    await putRange(stub, fileOf(MIB), 0, MIB);
    expect(await env.MEDIA.head(key)).not.toBeNull();
    await age(stub, DAY + 1000);
    await runDurableObjectAlarm(stub);
    await expectNothing(stub, key);
  });

  test("a file that a video has is never removed, whatever the upload believes", async () => {
    const { stub, key, upload } = await opened(MIB);
    await putRange(stub, fileOf(MIB), 0, MIB);
    await publishedAs(upload.fileUuid);
    await age(stub, DAY + 1000);
    await runDurableObjectAlarm(stub);
    expect(await stub.progress(undefined)).toEqual({ outcome: "unknown" });
    expect(await env.MEDIA.head(key)).not.toBeNull();
  });

  test("a file of unknown size that nobody closes", async () => {
    const { stub, key } = await opened(100 * MIB, { size: undefined, target: undefined });
    await put(stub, { range: undefined, total: undefined, digest: undefined }, fileOf(10 * MIB));
    await age(stub, 11 * 60 * 1000);
    await runDurableObjectAlarm(stub);
    await expectNothing(stub, key);
  });
});

test("a file of unknown size is whole when it is closed, and no larger than allowed", async () => {
  const file = fileOf(9 * MIB + 3);
  const { stub, upload } = await opened(20 * MIB, { size: undefined, target: undefined });
  const chunk = { range: undefined, total: undefined, digest: undefined };
  expect(await put(stub, chunk, file)).toEqual({ outcome: "partial", received: file.byteLength });
  const target = { kind: "video" as const, videoUuid: crypto.randomUUID(), metadata: { ...METADATA } };
  expect(await stub.close(target, undefined)).toEqual({ outcome: "whole" });
  await expectStored(stub, upload, file);

  const large = await opened(1000, { size: undefined, target: undefined });
  expect(await put(large.stub, chunk, new Uint8Array(1001))).toMatchObject({ outcome: "too-large" });
  const empty = await opened(1000, { size: undefined, target: undefined });
  expect(await put(empty.stub, chunk, new Uint8Array(0))).toEqual({ outcome: "partial", received: 0 });
  expect(await empty.stub.close(target, undefined)).toEqual({ outcome: "empty" });
});

/** A video with this file, in the database alone. */
async function publishedAs(fileUuid: string): Promise<void> {
  const statements = [
    "INSERT INTO users (id, username, email, password_hash, role, created_at) VALUES (99, 'u', 'u@x', '', 2, 0)",
    "INSERT INTO accounts (id, user_id, name, display_name, created_at, updated_at) VALUES (99, 99, 'u', 'u', 0, 0)",
    "INSERT INTO channels (id, account_id, name, display_name, created_at, updated_at) VALUES (99, 99, 'uc', 'uc', 0, 0)",
    `INSERT INTO videos (id, uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at)
     VALUES (99, 'v', 99, 'v', 1, 0, 0, 0, 0)`,
    `INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, info_hash, piece_length, created_at)
     VALUES (99, '${fileUuid}', 'f', 'source', 'video/mp4', 1, 'e', 1, 1, 1, 1, 1, 'h', 1, 0)`,
  ];
  await env.DB.batch(statements.map((statement) => env.DB.prepare(statement)));
}
