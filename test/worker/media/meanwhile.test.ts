import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { publishVideo } from "../../../src/domain/videos/publish";
import { updateVideo } from "../../../src/domain/videos/update-video";
import type { Deps } from "../../../src/domain/deps";
import { loadVideo } from "../../../src/storage/d1/video-reads";
import { deleteVideoRows, insertRendition, updateVideoRows } from "../../../src/storage/d1/videos";
import { findOrphans } from "../../../src/domain/sweep";
import { handleMediaBatch } from "../../../src/queue-consumers/media";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../../src/storage/r2/keys";
import { setUpInstance, testDeps } from "../users/support";
import { fixture } from "./fixtures";
import { assemble, channelOf, metadataFor, publishFixture, storedKeys, userNamed } from "./support";

// What another request does between one request's reading and its writing: nothing stays behind.

beforeEach(setUpInstance);

/** Dependencies with which the first image that is stored lets something else happen first. */
function depsWhere(meanwhile: () => Promise<unknown>): Deps {
  const deps = testDeps();
  let isDone = false;
  const media = new Proxy(deps.media, {
    get(bucket, name) {
      if (name === "put") {
        return async (...args: Parameters<R2Bucket["put"]>) => {
          if (!isDone && args[0].startsWith("thumbnails/")) {
            isDone = true;
            await meanwhile();
          }
          return await bucket.put(...args);
        };
      }
      const value: unknown = Reflect.get(bucket, name);
      return typeof value === "function" ? value.bind(bucket) : value;
    },
  });
  return { ...deps, media };
}

async function picture(): Promise<File> {
  return new File([await fixture("picture.jpg")], "a.jpg", { type: "image/jpeg" });
}

test("a rendition that came while its video was being deleted goes with it", async () => {
  const { id } = await publishFixture("faststart.mp4");
  const { database } = testDeps();
  const source = (await loadVideo(database, { id }))?.files[0];
  if (source === undefined) {
    throw new Error("the video has no file");
  }
  const uuid = crypto.randomUUID();
  const rendition = { ...source, uuid, filename: `${uuid}-90.mp4`, kind: "rendition" as const, resolution: 90, infoHash: "f".repeat(40) };
  expect(await insertRendition(database, id, rendition)).toBe(true);
  const removed = await deleteVideoRows(database, id);
  expect(removed.fileUuids.toSorted()).toEqual([source.uuid, uuid].toSorted());
  expect(await deleteVideoRows(database, id)).toEqual({ fileUuids: [], thumbnailFilenames: [], captionFilenames: [] });
});

test("of two images given at the same time the later replaces the earlier, and says so", async () => {
  const { id } = await publishFixture("faststart.mp4");
  const { database } = testDeps();
  const image = (filename: string) => ({
    kind: "thumbnail" as const,
    filename,
    mimeType: "image/jpeg",
    width: 1,
    height: 1,
    size: 1,
    createdAt: 1,
  });
  const change = { video: { updatedAt: 1 }, tags: undefined };
  expect(await updateVideoRows(database, id, { ...change, images: [image("a.jpg")] })).toEqual([]);
  expect(await updateVideoRows(database, id, { ...change, images: [{ ...image("p.jpg"), kind: "preview" }] })).toEqual([]);
  expect(await updateVideoRows(database, id, { ...change, images: [image("b.jpg")] })).toEqual(["a.jpg"]);
  expect(await updateVideoRows(database, id, { ...change, images: [] })).toEqual([]);
});

test("a video deleted while it is edited is unknown, and its new image goes", async () => {
  const { id } = await publishFixture("faststart.mp4");
  const removed: string[] = [];
  const deps: Deps = {
    ...depsWhere(async () => await deleteVideoRows(testDeps().database, id)),
    mediaJobs: {
      sendBatch: async (jobs: { body: { keys: string[] } }[]) => void removed.push(...jobs.flatMap(({ body }) => body.keys)),
    } as never,
  };
  const update = await updateVideo(deps, { kind: "id", id }, await userNamed("root"), { thumbnailfile: await picture(), tags: ["films"] });
  expect(update).toEqual({ ok: false, error: { reason: "unknown-video" } });
  expect(removed).toEqual((await storedKeys()).filter((key) => key.startsWith("thumbnails/")));
  expect(removed).toHaveLength(1);
});

test("a channel deleted while its video is published refuses it, and nothing stays", async () => {
  const assembled = await assemble(await fixture("faststart.mp4"));
  const channelId = await channelOf("root");
  const deps = depsWhere(async () => await env.DB.prepare("DELETE FROM channels WHERE id = ?").bind(channelId).run());
  const thumbnail = { bytes: await fixture("picture.jpg"), mimeType: "image/jpeg" };
  const metadata = await metadataFor("root");
  const result = await publishVideo(deps, {
    videoUuid: crypto.randomUUID(),
    assembled,
    metadata,
    user: await userNamed("root"),
    thumbnail,
  });
  expect(result).toMatchObject({ ok: false, error: { reason: "unknown-channel" } });
  expect(await storedKeys()).toEqual([]);
  expect((await findOrphans(deps, { graceMs: 0 })).orphanObjects).toEqual([]);
});

test("a message of the queue that comes twice, also mixed with others, does its work once and is settled each time", async () => {
  const kept = await publishFixture("no-audio.mp4");
  const litter = [torrentInfoKey(crypto.randomUUID()), thumbnailKey("left.jpg")];
  await Promise.all(litter.map(async (key) => await env.MEDIA.put(key, "x")));
  const message = (id: string) => ({ id, timestamp: new Date(), attempts: 1, body: { type: "remove-objects", keys: litter } });
  for (const ids of [
    ["1", "1"],
    ["1", "2"],
  ]) {
    const batch = createMessageBatch("edgetube-media-jobs", ids.map(message));
    const context = createExecutionContext();
    await handleMediaBatch(batch, testDeps());
    expect((await getQueueResult(batch, context)).explicitAcks.toSorted()).toEqual(ids);
  }
  expect((await storedKeys()).toSorted()).toEqual([torrentInfoKey(kept.assembled.fileUuid), videoFileKey(kept.assembled.fileUuid)]);
});
