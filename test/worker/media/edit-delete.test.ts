import { createExecutionContext, createMessageBatch, getQueueResult, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { MediaJob } from "../../../src/domain/deps";
import { findOrphans, sweepOrphans } from "../../../src/domain/sweep";
import { handleMediaBatch, retryDelaySeconds } from "../../../src/queue-consumers/media";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../../src/storage/r2/keys";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs, testDeps, type ProblemBody } from "../users/support";
import { fixture } from "./fixtures";
import { countRows, publishFixture, storedKeys } from "./support";

beforeEach(setUpInstance);

const stored = async (uuid: string) => await env.DB.prepare("SELECT * FROM videos WHERE uuid = ?").bind(uuid).first();

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.append(name, value);
  }
  return data;
}

describe("PUT /api/v1/videos/:id", () => {
  it("changes what is sent and nothing else, by id, UUID or short UUID, and not the info-hash", async () => {
    const video = await publishFixture("faststart.mp4", { description: "As it was", tags: ["old"], privacy: 3 });
    const headers = { ...bearer(await signInAs()), "content-type": "application/json" };
    const infoHash = await env.DB.prepare("SELECT info_hash FROM video_files").first("info_hash");
    const changes: [string | number, object][] = [
      [video.id, { name: "Renamed <i>& sound</i>", tags: ["new", "New", "two"] }],
      [video.uuid, { category: 2, language: "fr", nsfw: true, commentsEnabled: false }],
      [video.shortUUID, { privacy: 1, support: null }],
    ];
    for (const [id, body] of changes) {
      const response = await request(`/api/v1/videos/${id}`, { method: "PUT", headers, body: JSON.stringify(body) });
      expect(response.status).toBe(204);
    }
    expect(await stored(video.uuid)).toMatchObject({
      name: "Renamed <i>& sound</i>",
      description: "As it was",
      category: 2,
      language: "fr",
      nsfw: 1,
      comments_policy: 2,
      privacy: 1,
    });
    expect(await countRows("video_tags")).toBe(2);
    expect(await env.DB.prepare("SELECT info_hash FROM video_files").first("info_hash")).toBe(infoHash);
  });

  it("names every field that is wrong", async () => {
    const video = await publishFixture("faststart.mp4");
    const response = await request(`/api/v1/videos/${video.id}`, {
      method: "PUT",
      headers: { ...bearer(await signInAs()), "content-type": "application/json" },
      body: JSON.stringify({ name: "x".repeat(10_000), privacy: 9, category: 99, tags: ["a"], language: "toString" }),
    });
    expect(response.status).toBe(400);
    const problem = await readJson<ProblemBody>(response);
    expect(Object.keys(problem["invalid-params"] ?? {}).toSorted()).toEqual(["category", "language", "name", "privacy", "tags.0"]);
    expect(await stored(video.uuid)).toMatchObject({ name: "A clip", privacy: 1 });
  });

  it("is for the owner and the moderators", async () => {
    await makeUser("alice", "alice-password");
    const video = await publishFixture("faststart.mp4");
    const put = async (headers: Record<string, string>) =>
      (await request(`/api/v1/videos/${video.id}`, { method: "PUT", headers, body: form({ name: "Mine now" }) })).status;
    expect(await put({})).toBe(401);
    expect(await put(bearer(await signInAs("alice", "alice-password")))).toBe(403);
    expect(
      (await request("/api/v1/videos/99999", { method: "PUT", headers: bearer(await signInAs()), body: form({ name: "None" }) })).status,
    ).toBe(404);
    expect(await stored(video.uuid)).toMatchObject({ name: "A clip" });
  });

  it("takes an image in a form, serves it for ever, and drops the one before", async () => {
    const video = await publishFixture("faststart.mp4");
    const headers = bearer(await signInAs());
    const put = async (name: string) => {
      const body = form({ thumbnailfile: new File([await fixture(name)], "<x>.svg", { type: "image/svg+xml" }) });
      expect((await request(`/api/v1/videos/${video.id}`, { method: "PUT", headers, body })).status).toBe(204);
      return (await env.DB.prepare("SELECT filename FROM thumbnails").first<string>("filename")) ?? "";
    };
    const first = await put("picture.png");
    const second = await put("picture.jpg");
    expect(second).not.toBe(first);
    expect(await countRows("thumbnails")).toBe(1);

    for (const place of ["thumbnails", "previews"]) {
      const response = await request(`/lazy-static/${place}/${second}`);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "image/jpeg",
        "x-content-type-options": "nosniff",
        "cache-control": expect.stringContaining("immutable"),
        etag: expect.stringMatching(/^"/),
      });
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(await fixture("picture.jpg"));
      const again = await request(`/lazy-static/${place}/${second}`, { headers: { "if-none-match": response.headers.get("etag") ?? "" } });
      expect(again.status).toBe(304);
    }
    expect((await request(`/lazy-static/thumbnails/${first}`)).status).toBe(404);
    expect((await request("/lazy-static/thumbnails/..%2Fvideos%2Fx")).status).toBe(404);
  });

  it.each([
    ["text as an image", new TextEncoder().encode("<svg onload=alert(1)>"), /JPEG, PNG or WebP/],
    ["five megabytes", new Uint8Array(5 * 1024 * 1024), /4 MiB/],
  ])("refuses %s", async (_what, bytes, sentence) => {
    const video = await publishFixture("faststart.mp4");
    const body = form({ thumbnailfile: new File([bytes], "a.png", { type: "image/png" }) });
    const response = await request(`/api/v1/videos/${video.id}`, { method: "PUT", headers: bearer(await signInAs()), body });
    expect(response.status).toBe(400);
    expect((await readJson<ProblemBody>(response))["invalid-params"]?.thumbnailfile?.msg).toMatch(sentence);
    expect(await countRows("thumbnails")).toBe(0);
  });
});

describe("DELETE /api/v1/videos/:id", () => {
  it("removes the rows at once and the bytes by the queue", async () => {
    const video = await publishFixture("faststart.mp4", { tags: ["one"] });
    await makeUser("alice", "alice-password");
    const remove = async (headers: Record<string, string>) =>
      (await request(`/api/v1/videos/${video.uuid}`, { method: "DELETE", headers })).status;
    expect(await remove({})).toBe(401);
    expect(await remove(bearer(await signInAs("alice", "alice-password")))).toBe(403);
    const root = bearer(await signInAs());
    expect(await remove(root)).toBe(204);
    expect(await remove(root)).toBe(404);
    expect(await Promise.all((["videos", "video_files", "video_tags", "thumbnails"] as const).map(countRows))).toEqual([0, 0, 0, 0]);
    await expect.poll(storedKeys, { timeout: 10_000 }).toEqual([]);
  });
});

describe("the media queue", () => {
  async function handle(bodies: unknown[], media: R2Bucket = env.MEDIA) {
    const batch = createMessageBatch(
      "edgetube-media-jobs",
      bodies.map((body, index) => ({ id: String(index), timestamp: new Date(), attempts: 1, body })),
    );
    const ctx = createExecutionContext();
    await handleMediaBatch(batch, { ...testDeps(), media });
    await waitOnExecutionContext(ctx);
    const result = await getQueueResult(batch, ctx);
    return { acked: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
  }
  const job = (keys: string[]): MediaJob => ({ type: "remove-objects", keys });

  it("settles each message by itself", async () => {
    await env.MEDIA.put("videos/a", "a");
    await env.MEDIA.put("videos/b", "b");
    const failing = new Proxy(env.MEDIA, {
      get: (target, property) =>
        property === "delete"
          ? async (keys: string[]) => (keys.includes("videos/a") ? Promise.reject(new Error("R2 is away")) : await target.delete(keys))
          : Reflect.get(target, property),
    });
    expect(await handle([job(["videos/a"]), { type: "unheard-of" }, job(["videos/b"])], failing)).toEqual({
      acked: ["2"],
      retried: ["0", "1"],
    });
    expect(await storedKeys()).toEqual(["videos/a"]);
    expect(await handle([job(["videos/a"])])).toEqual({ acked: ["0"], retried: [] });
    expect(await handle([job(["videos/a"])])).toEqual({ acked: ["0"], retried: [] });
    expect(await storedKeys()).toEqual([]);
  });

  it("removes nothing outside the media", async () => {
    await env.MEDIA.put("other/thing", "x");
    expect(await handle([job(["other/thing"]), job(["videos/"])])).toEqual({ acked: [], retried: ["0", "1"] });
    expect(await env.MEDIA.head("other/thing")).not.toBeNull();
  });

  it("waits longer each time", () => {
    expect([1, 2, 3, 4, 20].map(retryDelaySeconds)).toEqual([10, 20, 40, 80, 3600]);
  });
});

describe("the sweep", () => {
  it("finds nothing after publishing", async () => {
    await publishFixture("faststart.mp4");
    expect(await findOrphans(testDeps(1000), { graceMs: 0 })).toMatchObject({
      orphanObjects: [],
      missingObjects: [],
      seen: 2,
      next: undefined,
    });
  });

  it("finds and removes what no row names once it is old, and reports what is missing", async () => {
    const video = await publishFixture("faststart.mp4");
    const litter = [videoFileKey(crypto.randomUUID()), torrentInfoKey(crypto.randomUUID()), thumbnailKey("left.jpg")];
    await Promise.all(litter.map(async (key) => await env.MEDIA.put(key, "x")));
    await env.MEDIA.delete(torrentInfoKey(video.assembled.fileUuid));
    const expected = { orphanObjects: expect.arrayContaining(litter), missingObjects: [torrentInfoKey(video.assembled.fileUuid)] };
    expect(await findOrphans(testDeps(1000), { graceMs: 0 })).toMatchObject(expected);

    const hour = 3_600_000;
    expect((await sweepOrphans(testDeps(47 * hour))).orphanObjects).toEqual([]);
    expect(await sweepOrphans(testDeps(49 * hour))).toMatchObject(expected);
    expect(await storedKeys()).toEqual([videoFileKey(video.assembled.fileUuid)]);
  });

  it("goes on where it stopped", async () => {
    const keys = Array.from({ length: 13 }, (_, index) => videoFileKey(`0000${String(index).padStart(4, "0")}`));
    await Promise.all(keys.map(async (key) => await env.MEDIA.put(key, "")));
    await env.MEDIA.put(thumbnailKey("left.jpg"), "x");
    const swept: string[] = [];
    for (let run = 0; run < 4; run += 1) {
      const report = await sweepOrphans(testDeps(1000), { graceMs: 0, maxPages: 1, objectsPerPage: 10 });
      expect(report.orphanObjects.length).toBeLessThanOrEqual(10);
      swept.push(...report.orphanObjects);
    }
    expect(swept.toSorted()).toEqual([...keys, thumbnailKey("left.jpg")].toSorted());
    expect(await storedKeys()).toEqual([]);
  });

  it("removes nothing where most of the bucket seems litter: then the database is the wrong one", async () => {
    await Promise.all(Array.from({ length: 100 }, async () => await env.MEDIA.put(videoFileKey(crypto.randomUUID()), "")));
    expect((await sweepOrphans(testDeps(1000), { graceMs: 0 })).orphanObjects).toHaveLength(100);
    expect(await storedKeys()).toHaveLength(100);
  });
});
