import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { deleteRemoteVideo, fetchVideo, findVideoByUrl, ingestVideo, resolveVideo } from "../../../src/domain/remote/videos.ts";
import { syncVideo } from "../../../src/domain/remote/sync-video.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocuments } from "../../support/wire.ts";
import {
  activityJson,
  keptVideo,
  PEERTUBE,
  reasonOf,
  REMOTE_VIDEO_URL,
  rows,
  startReader,
  UPDATED,
  valueOf,
  videoDocument,
} from "./support.ts";

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader();
});

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** Everything that is kept of the recorded video, without what is fresh each time. */
async function kept() {
  return {
    video: await rows("SELECT name, description, views, privacy FROM videos WHERE url = ?", REMOTE_VIDEO_URL),
    tags: await rows("SELECT tag FROM video_tags ORDER BY position"),
    files: await rows("SELECT url, in_playlist FROM remote_files ORDER BY id"),
    images: await rows("SELECT kind, remote_url FROM thumbnails ORDER BY kind"),
    captions: await rows("SELECT language, remote_url FROM video_captions ORDER BY language"),
    details: await rows("SELECT said_at, playlist_url FROM remote_videos"),
  };
}

test("a video is kept with its files, pictures, captions and tags", async () => {
  const { outcome, videoId } = valueOf(await ingestVideo(reader.deps, videoDocument(), UPDATED));
  expect(outcome).toBe("created");
  expect(await keptVideo()).toMatchObject({
    id: videoId,
    uuid: "fe56f858-6739-4b4c-8937-a0e00e103e3f",
    name: "Wire test video one (renamed)",
    description: "New description",
    support: "Support text",
    category: 15,
    licence: 1,
    language: "en",
    privacy: 1,
    state: 1,
    comments_policy: 1,
    duration_ms: 8000,
    views: 5,
    published_at: Date.parse("2026-11-23T00:56:38.684Z"),
    originally_published_at: Date.parse("2020-02-03T04:05:06.000Z"),
  });
  const { tags, images, captions } = await kept();
  expect(tags).toEqual([{ tag: "federation" }, { tag: "test" }, { tag: "wire" }]);
  expect(images).toMatchObject([{ kind: "preview" }, { kind: "thumbnail", remote_url: expect.stringContaining("/thumbnails/9d949d25") }]);
  expect(captions).toMatchObject([{ language: "en", remote_url: expect.stringContaining("f9295e3b") }]);
  expect(
    await rows("SELECT in_playlist, resolution, size, fps, has_audio, length(info_hash) AS hash FROM remote_files ORDER BY id"),
  ).toEqual([
    { in_playlist: 0, resolution: 360, size: 167_667, fps: 30, has_audio: 1, hash: 40 },
    { in_playlist: 0, resolution: 240, size: 152_603, fps: 30, has_audio: 1, hash: 40 },
    { in_playlist: 0, resolution: 144, size: 134_196, fps: 30, has_audio: 1, hash: 40 },
    { in_playlist: 1, resolution: 360, size: expect.any(Number), fps: 30, has_audio: 1, hash: 40 },
    { in_playlist: 1, resolution: 240, size: expect.any(Number), fps: 30, has_audio: 1, hash: 40 },
    { in_playlist: 1, resolution: 144, size: expect.any(Number), fps: 30, has_audio: 1, hash: 40 },
  ]);
  expect(await rows("SELECT kind FROM federation_tasks WHERE subject = ?", REMOTE_VIDEO_URL)).toEqual([{ kind: "sync-video" }]);
});

test("every recorded video is taken", async () => {
  const videos = recordedDocuments.filter(({ status, document }) => status === 200 && (document as JsonObject)["type"] === "Video");
  expect(videos.length).toBeGreaterThan(2);
  for (const { document } of videos) {
    expect(reasonOf(await ingestVideo(reader.deps, document as JsonObject, UPDATED))).toBe("taken");
  }
});

test("a change keeps what stays, by its address, and replaces the rest", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const names = () => rows("SELECT kind, filename FROM thumbnails ORDER BY kind");
  const [preview] = await names();
  const icon = (videoDocument()["icon"] as JsonObject[]).with(0, {
    type: "Image",
    url: `${PEERTUBE}/lazy-static/thumbnails/new.jpg`,
    mediaType: "image/jpeg",
    width: 280,
    height: 157,
  });
  const changed = videoDocument({ name: "Anew", icon, tag: [], subtitleLanguage: [], url: [] });
  expect(valueOf(await ingestVideo(reader.deps, changed, UPDATED + 1)).outcome).toBe("updated");
  expect(await kept()).toMatchObject({ video: [{ name: "Anew" }], tags: [], files: [], captions: [], details: [{ playlist_url: null }] });
  const [samePreview, newThumbnail] = await names();
  expect(samePreview).toEqual(preview);
  expect(newThumbnail?.["filename"]).not.toBe((await rows("SELECT 1"))[0]);
  expect((await kept()).images).toMatchObject([{}, { remote_url: `${PEERTUBE}/lazy-static/thumbnails/new.jpg` }]);
});

test("the newest word holds, whatever the order, and doubled or not", { timeout: 60_000 }, async () => {
  type Said = { at: number; deleted: boolean };
  const says = fc.uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 9 }), deleted: fc.boolean() }), {
    minLength: 1,
    maxLength: 5,
    selector: ({ at, deleted }) => `${at} ${deleted}`,
  });
  const orders = says.chain((facts) =>
    fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length, maxLength: facts.length * 2 }).map((order) => ({ facts, order })),
  );
  await ingestVideo(reader.deps, videoDocument(), UPDATED); // Its channel is known from now on.
  await fc.assert(
    fc.asyncProperty(orders, async ({ facts, order }) => {
      await env.DB.batch([env.DB.prepare("DELETE FROM videos WHERE url IS NOT NULL"), env.DB.prepare("DELETE FROM tombstones")]);
      const all = [...order, ...facts];
      for (const said of all) {
        await apply(said);
      }
      // Of the same time the taking back holds.
      const last = facts.toSorted((a: Said, b: Said) => a.at - b.at || Number(a.deleted) - Number(b.deleted)).at(-1);
      const { video, tags, files } = await kept();
      const at = last?.at ?? 0;
      expect({ video: video.map(({ name }) => name), tags: tags.length, files: files.length }).toEqual(
        last?.deleted === true ? { video: [], tags: 0, files: 0 } : { video: [`said at ${at}`], tags: at, files: at },
      );
    }),
    { numRuns: 60 },
  );

  async function apply({ at, deleted }: Said): Promise<void> {
    const saidAt = UPDATED + at;
    if (deleted) {
      await deleteRemoteVideo(reader.deps, { url: REMOTE_VIDEO_URL, saidAt });
      return;
    }
    const url = Array.from({ length: at }, (_, n) => ({
      type: "Link",
      mediaType: "video/mp4",
      href: `${PEERTUBE}/${at}-${n}.mp4`,
      height: 100 + n,
      size: 1,
      fps: 30,
    }));
    const tag = Array.from({ length: at }, (_, n) => ({ type: "Hashtag", name: `tag ${at} ${n}` }));
    await ingestVideo(reader.deps, videoDocument({ name: `said at ${at}`, url, tag }), saidAt);
  }
});

test("what was read from its origin is what is, but for what was said since it was asked", async () => {
  const said = UPDATED + 10_000;
  await ingestVideo(reader.deps, videoDocument({ name: "said" }), said);
  // As its origin serves it: changed, with the time of its last edit.
  reader.answers[REMOTE_VIDEO_URL] = videoDocument({ name: "served", views: 77 });
  reader.setTime(reader.deps.now() + 1000);
  await fetchVideo(reader.deps, { kind: "fetch-video", videoUrl: REMOTE_VIDEO_URL });
  expect(await keptVideo()).toMatchObject({ name: "served", views: 77 });
  expect((await kept()).details).toMatchObject([{ said_at: said }]);
  // A slow answer that was overtaken.
  const askedAt = reader.deps.now() + 1000;
  reader.setTime(askedAt + 1000);
  await ingestVideo(reader.deps, videoDocument({ name: "said later" }), said + 1);
  expect(valueOf(await ingestVideo(reader.deps, videoDocument({ name: "old answer" }), UPDATED, { askedAt })).outcome).toBe("unchanged");
  expect(await keptVideo()).toMatchObject({ name: "said later" });
});

test("deleted and there again: by a newer word", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  await deleteRemoteVideo(reader.deps, { url: REMOTE_VIDEO_URL, saidAt: UPDATED + 100 });
  expect(reasonOf(await ingestVideo(reader.deps, videoDocument(), UPDATED + 50))).toBe("gone");
  expect(reasonOf(await resolveVideo(reader.deps, REMOTE_VIDEO_URL))).toBe("gone");
  reader.answers[REMOTE_VIDEO_URL] = videoDocument({ updated: iso(UPDATED + 200) });
  expect(reasonOf(await resolveVideo(reader.deps, REMOTE_VIDEO_URL))).toBe("taken");
});

test("one that its origin hasn't any more goes, and comes back should it be there again", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED + 5000);
  reader.answers[REMOTE_VIDEO_URL] = new Response(null, { status: 503 });
  await expect(fetchVideo(reader.deps, { kind: "fetch-video", videoUrl: REMOTE_VIDEO_URL })).rejects.toThrow("503");
  expect(await keptVideo()).toBeDefined();
  reader.setTime(reader.deps.now() + 20_000);
  reader.answers[REMOTE_VIDEO_URL] = new Response(null, { status: 404 });
  await fetchVideo(reader.deps, { kind: "fetch-video", videoUrl: REMOTE_VIDEO_URL });
  expect(await keptVideo()).toBeUndefined();
  reader.setTime(reader.deps.now() + 20_000);
  delete reader.answers[REMOTE_VIDEO_URL];
  await fetchVideo(reader.deps, { kind: "fetch-video", videoUrl: REMOTE_VIDEO_URL });
  expect(await keptVideo()).toBeDefined();
});

test("who announced it is kept with it", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const announceUrl = `${REMOTE_VIDEO_URL}/announces/6`;
  await fetchVideo(reader.deps, {
    kind: "fetch-video",
    videoUrl: REMOTE_VIDEO_URL,
    announceUrl,
    announcerUrl: `${PEERTUBE}/video-channels/ada_channel`,
  });
  expect(await rows("SELECT url, shared FROM video_shares")).toEqual([{ url: announceUrl, shared: 1 }]);
});

test("what isn't for everybody isn't listed", async () => {
  await ingestVideo(reader.deps, videoDocument({ to: [], cc: [] }), UPDATED);
  expect(await keptVideo()).toMatchObject({ privacy: 2 });
});

test("a video is nobody's but its host's", async () => {
  const foreign = "https://evil.example/videos/watch/1";
  // Another's UUID.
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const copy = videoDocument({ id: `${PEERTUBE}/videos/watch/copy` });
  expect(reasonOf(await ingestVideo(reader.deps, copy, UPDATED + 1))).toBe("invalid");
  expect(await rows("SELECT url FROM videos WHERE url IS NOT NULL")).toEqual([{ url: REMOTE_VIDEO_URL }]);
  // Another host's channel.
  const uuid = "11111111-2222-4333-8444-555555555555";
  expect(reasonOf(await ingestVideo(reader.deps, videoDocument({ id: foreign, uuid }), UPDATED))).toBe("invalid");
  // One of here.
  const own = `${reader.deps.publicUrl}/videos/watch/${uuid}`;
  expect(reasonOf(await ingestVideo(reader.deps, videoDocument({ id: own, uuid }), UPDATED))).toBe("refused");
  // A person is no channel.
  const ada = `${PEERTUBE}/accounts/ada`;
  expect(reasonOf(await ingestVideo(reader.deps, videoDocument({ id: `${PEERTUBE}/v/2`, uuid, attributedTo: [ada] }), UPDATED))).toBe(
    "invalid",
  );
});

test("a blocked host's video isn't taken, nor is its origin asked", async () => {
  await env.DB.prepare("INSERT INTO blocked_hosts VALUES ('127.0.0.1:9001', 0)").run();
  expect(reasonOf(await ingestVideo(reader.deps, videoDocument(), UPDATED))).toBe("refused");
  expect(reasonOf(await resolveVideo(reader.deps, REMOTE_VIDEO_URL))).toBe("refused");
  expect(reader.fetched).toEqual([]);
});

test("a video is found by its id, and by its short address when that is asked", async () => {
  expect(await findVideoByUrl(reader.deps, REMOTE_VIDEO_URL)).toBeUndefined();
  const found = valueOf(await resolveVideo(reader.deps, `${PEERTUBE}/w/xpAZyXHAwwCWqQPe5w2PpD`));
  expect(found.url).toBe(REMOTE_VIDEO_URL);
  expect((await findVideoByUrl(reader.deps, REMOTE_VIDEO_URL))?.id).toBe(found.id);
});

test("its ratings, chapters and comments are read from its origin's collections", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  await syncVideo(reader.deps, REMOTE_VIDEO_URL);
  const likes = recordedDocuments.find(({ name }) => name === "video-likes")?.document as { totalItems: number };
  const dislikes = recordedDocuments.find(({ name }) => name === "video-dislikes")?.document as { totalItems: number };
  expect(await keptVideo()).toMatchObject({ likes: likes.totalItems, dislikes: dislikes.totalItems });
  expect(await rows("SELECT timecode, title FROM video_chapters ORDER BY timecode")).toEqual([
    { timecode: 0, title: "Intro" },
    { timecode: 3, title: "Middle" },
    { timecode: 6, title: "End" },
  ]);
  const asked = await rows("SELECT subject FROM federation_tasks WHERE kind = 'fetch-comment' ORDER BY subject");
  expect(asked.map(({ subject }) => subject)).toContain(`${REMOTE_VIDEO_URL}/comments/1`);
  // Comments soon again only after a while: a busy video changes often.
  const before = reader.fetched.length;
  await syncVideo(reader.deps, REMOTE_VIDEO_URL);
  expect(reader.fetched.slice(before).filter((url) => url.includes("/comments"))).toEqual([]);
});

test("collections that are none, or go in circles, end the reading and nothing else", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const comments = `${REMOTE_VIDEO_URL}/comments`;
  reader.answers[comments] = { id: comments, type: "OrderedCollection", totalItems: 9, first: `${comments}?page=1` };
  reader.answers[`${comments}?page=1`] = { type: "OrderedCollectionPage", orderedItems: [`${comments}/8`], next: `${comments}?page=2` };
  reader.answers[`${comments}?page=2`] = { type: "OrderedCollectionPage", orderedItems: [`${comments}/9`], next: `${comments}?page=1` };
  reader.answers[`${REMOTE_VIDEO_URL}/likes`] = activityJson({ type: "OrderedCollection" });
  reader.answers[`${REMOTE_VIDEO_URL}/dislikes`] = new Response(null, { status: 404 });
  await syncVideo(reader.deps, REMOTE_VIDEO_URL);
  expect(reader.fetched.filter((url) => url.startsWith(comments))).toEqual([comments, `${comments}?page=1`, `${comments}?page=2`]);
  expect(await rows("SELECT subject FROM federation_tasks WHERE kind = 'fetch-comment' ORDER BY subject")).toHaveLength(2);
  expect(await keptVideo()).toMatchObject({ likes: 0, dislikes: 0 });
});
