import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { askedTasks, call, countsOf, seedRemoteAccount, seedRemoteVideo, setUpPeople, watchTasks } from "../social/support";
import { seedVideoRows } from "../videos/seed";

beforeEach(async () => {
  await setUpPeople();
});

async function report(uuid: string, json: object): Promise<number> {
  return (await call("POST", `/api/v1/videos/${uuid}/views`, { json })).status;
}

/** What the video's row says once its counter has written. */
async function countedOf(video: { id: number; uuid: string }): Promise<{ views: number; watched: number }> {
  await runDurableObjectAlarm(env.VIDEO_VIEWS.getByName(video.uuid));
  const watched = await env.DB.prepare("SELECT watched_seconds AS n FROM videos WHERE id = ?").bind(video.id).first<number>("n");
  return { views: (await countsOf(video.id)).views, watched: watched ?? 0 };
}

describe("reporting what is watched", () => {
  it("counts a viewer once, after ten seconds", async () => {
    const video = await seedVideoRows();
    expect(await report(video.uuid, { currentTime: 9, sessionId: "a" })).toBe(204);
    expect((await countedOf(video)).views).toBe(0);
    for (const currentTime of [10, 15, 20]) {
      expect(await report(video.uuid, { currentTime, sessionId: "a" })).toBe(204);
    }
    expect(await report(video.uuid, { currentTime: 10, sessionId: "b" })).toBe(204);
    expect((await countedOf(video)).views).toBe(2);
  });

  it("counts a short video when most of it was watched, and no jump", async () => {
    const video = await seedVideoRows({ durationMs: 4400 });
    await report(video.uuid, { currentTime: 4, sessionId: "a", viewEvent: "seek" });
    expect((await countedOf(video)).views).toBe(0);
    await report(video.uuid, { currentTime: 3, sessionId: "a" });
    expect((await countedOf(video)).views).toBe(0);
    await report(video.uuid, { currentTime: 4, sessionId: "a" });
    expect((await countedOf(video)).views).toBe(1);
  });

  it("adds what was watched up, each second once and none beyond the end", async () => {
    const video = await seedVideoRows({ durationMs: 30_000 });
    const watchedSections = [
      { start: 20, end: 4000 },
      { start: 0, end: 5 },
      { start: 3, end: 6 },
    ];
    expect(await report(video.uuid, { currentTime: 30, sessionId: "a", watchedSections })).toBe(204);
    expect(await countedOf(video)).toEqual({ views: 1, watched: 16 });
  });

  it("tells the origin of another instance's video once per viewer", async () => {
    await seedRemoteAccount("rita");
    const video = await seedRemoteVideo("rita");
    await watchTasks();
    await report(video.uuid, { currentTime: 10, sessionId: "a" });
    await report(video.uuid, { currentTime: 20, sessionId: "a" });
    await report(video.uuid, { currentTime: 30, sessionId: "a", watchedSections: [{ start: 0, end: 30 }] });
    expect((await askedTasks()).map((task) => task.split(" ")[0])).toEqual(["view", "watch-action"]);
  });

  it("refuses what can't be, and videos that aren't for the viewer", async () => {
    const video = await seedVideoRows();
    const hidden = await seedVideoRows({ privacy: 3 });
    expect(await report(video.uuid, {})).toBe(400);
    expect(await report(video.uuid, { currentTime: -1 })).toBe(400);
    expect(await report(video.uuid, { currentTime: "soon" })).toBe(400);
    expect(await report(video.uuid, { currentTime: 10, viewEvent: "wink" })).toBe(400);
    expect(await report(video.uuid, { currentTime: 10, watchedSections: [{ start: 5, end: 1 }] })).toBe(400);
    expect(await report(hidden.uuid, { currentTime: 10 })).toBe(401);
    expect(await report(crypto.randomUUID(), { currentTime: 10 })).toBe(404);
    expect((await countedOf(video)).views).toBe(0);
  });
});
