import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { publishVideo } from "../../../src/domain/videos/publish";
import { infoHashOf } from "../../../src/protocol/torrent/metainfo";
import { torrentInfoKey } from "../../../src/storage/r2/keys";
import { makeUser, setUpInstance, testDeps } from "../users/support";
import { fixture } from "./fixtures";
import { assemble, countRows, metadataFor, storedKeys, userNamed } from "./support";

beforeEach(setUpInstance);

describe("publishing", () => {
  it("stores the video, its tags, its file with a torrent, its image", async () => {
    const assembled = await assemble(await fixture("moov-at-end.mp4"), "Holiday <b>2026</b>.mp4");
    const videoUuid = crypto.randomUUID();
    const result = await publishVideo(testDeps(), {
      videoUuid,
      assembled,
      metadata: await metadataFor("root", {
        name: "<script>alert(1)</script> & 'quotes'",
        privacy: 2,
        tags: ["Sea", "sun", "sea"],
        originallyPublishedAt: "2020-01-02T03:04:05Z",
      }),
      user: await userNamed("root"),
      thumbnail: { bytes: await fixture("picture.webp"), mimeType: "image/jpeg" },
    });
    expect(result).toMatchObject({
      ok: true,
      value: { uuid: videoUuid, id: expect.any(Number), shortUUID: expect.stringMatching(/^\w{22}$/) },
    });

    const video = await env.DB.prepare("SELECT * FROM videos WHERE uuid = ?").bind(videoUuid).first();
    expect(video).toMatchObject({
      name: "<script>alert(1)</script> & 'quotes'",
      privacy: 2,
      state: 1,
      duration_ms: 4000,
      upload_filename: "Holiday <b>2026</b>.mp4",
      originally_published_at: Date.parse("2020-01-02T03:04:05Z"),
    });
    const file = await env.DB.prepare("SELECT * FROM video_files").first<Record<string, unknown>>();
    expect(file).toMatchObject({
      uuid: assembled.fileUuid,
      filename: `${assembled.fileUuid}-180.mp4`,
      kind: "source",
      size: assembled.size,
      etag: assembled.etag,
      resolution: 180,
      width: 320,
      height: 180,
      fps: 25,
    });
    const info = await env.MEDIA.get(torrentInfoKey(assembled.fileUuid));
    expect(await infoHashOf(new Uint8Array((await info?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(file?.info_hash);
    const tags = await env.DB.prepare("SELECT tag FROM video_tags ORDER BY position").all<{ tag: string }>();
    expect(tags.results.map(({ tag }) => tag)).toEqual(["Sea", "sun"]);
    expect(await env.DB.prepare("SELECT * FROM thumbnails").first()).toMatchObject({
      mime_type: "image/webp",
      width: 96,
      height: 64,
      kind: "thumbnail",
    });
  });

  it("gives the same answer the second time, and when both run at once, and makes nothing twice", async () => {
    const publication = {
      videoUuid: crypto.randomUUID(),
      assembled: await assemble(await fixture("faststart.mp4")),
      metadata: await metadataFor("root", { tags: ["one", "two"] }),
      user: await userNamed("root"),
      thumbnail: { bytes: await fixture("picture.jpg"), mimeType: "image/jpeg" },
    };
    const results = await Promise.all([publishVideo(testDeps(), publication), publishVideo(testDeps(), publication)]);
    results.push(await publishVideo(testDeps(), publication));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await Promise.all((["videos", "video_files", "video_tags", "thumbnails"] as const).map(countRows))).toEqual([1, 1, 2, 1]);
    expect(await storedKeys()).toHaveLength(3);
  });

  it.each([
    ["text renamed .mp4", async () => new TextEncoder().encode("no film ".repeat(500)), /isn't a video/],
    ["a truncated MP4", async () => (await fixture("faststart.mp4")).slice(0, 30_000), /cut off/],
    ["an MP4 without its index", async () => (await fixture("moov-at-end.mp4")).slice(0, 30_000), /cut off|no index/],
    ["a picture", async () => await fixture("picture.png"), /image/],
  ])("refuses %s and leaves nothing", async (_what, make, sentence) => {
    const assembled = await assemble(new Uint8Array(await make()));
    const result = await publishVideo(testDeps(), {
      videoUuid: crypto.randomUUID(),
      assembled,
      metadata: await metadataFor("root"),
      user: await userNamed("root"),
      thumbnail: { bytes: await fixture("picture.jpg"), mimeType: "image/jpeg" },
    });
    expect(result).toMatchObject({ ok: false, error: { reason: "unreadable", detail: expect.stringMatching(sentence) } });
    expect(await storedKeys()).toEqual([]);
    expect(await countRows("videos")).toBe(0);
  });

  it("refuses another user's channel and one that is gone", async () => {
    await makeUser("alice", "alice-password");
    const publish = async (channelId: number) =>
      await publishVideo(testDeps(), {
        videoUuid: crypto.randomUUID(),
        assembled: await assemble(await fixture("faststart.mp4")),
        metadata: { ...(await metadataFor("root")), channelId },
        user: await userNamed("alice"),
      });
    expect(await publish((await metadataFor("root")).channelId)).toMatchObject({ ok: false, error: { reason: "not-your-channel" } });
    expect(await publish(9999)).toMatchObject({ ok: false, error: { reason: "unknown-channel" } });
    expect(await publish((await metadataFor("alice")).channelId)).toMatchObject({ ok: true });
    expect(await storedKeys()).toHaveLength(2);
  });

  it("publishes the video without an image that isn't one", async () => {
    const result = await publishVideo(testDeps(), {
      videoUuid: crypto.randomUUID(),
      assembled: await assemble(await fixture("faststart.mp4")),
      metadata: await metadataFor("root"),
      user: await userNamed("root"),
      thumbnail: { bytes: new TextEncoder().encode("<svg onload=alert(1)>"), mimeType: "image/svg+xml" },
    });
    expect(result.ok).toBe(true);
    expect(await countRows("thumbnails")).toBe(0);
  });

  it("publishes sound alone as a video without a resolution", async () => {
    const assembled = await assemble(await fixture("sound-only.m4a"));
    const metadata = await metadataFor("root");
    await publishVideo(testDeps(), { videoUuid: crypto.randomUUID(), assembled, metadata, user: await userNamed("root") });
    expect(await env.DB.prepare("SELECT filename, resolution, fps FROM video_files").first()).toEqual({
      filename: `${assembled.fileUuid}-0.m4a`,
      resolution: 0,
      fps: 0,
    });
  });
});
