import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { countViews } from "../../../src/domain/views/count-view";
import { seedVideoRows } from "../videos/seed";
import { setUpInstance, testDeps } from "../users/support";

beforeEach(setUpInstance);

const view = (key: string, watchedSeconds = 10) => ({ key, views: 1, watchedSeconds });

async function inDatabase(uuid: string) {
  return await env.DB.prepare("SELECT views, watched_seconds FROM videos WHERE uuid = ?").bind(uuid).first();
}

async function isUpdateAsked(uuid: string): Promise<boolean> {
  return (await env.DB.prepare("SELECT 1 FROM federation_tasks WHERE kind = 'video' AND subject = ?").bind(uuid).first()) !== null;
}

describe("views of a local video", () => {
  test("are in D1 after the alarm, and a key counts once", async () => {
    const uuid = await aVideo();
    await countViews(testDeps(), uuid, [view("ann"), view("bob", 5)]);
    await countViews(testDeps(), uuid, [view("ann"), { key: "ann-watches", views: 0, watchedSeconds: 7 }]);
    expect(await inDatabase(uuid)).toEqual({ views: 0, watched_seconds: 0 });
    expect(await runDurableObjectAlarm(env.VIDEO_VIEWS.getByName(uuid))).toBe(true);
    expect(await inDatabase(uuid)).toEqual({ views: 2, watched_seconds: 22 });
  });

  test("survive the object's end, and so does what was counted after a flush", async () => {
    const uuid = await aVideo();
    const object = env.VIDEO_VIEWS.getByName(uuid);
    await countViews(testDeps(), uuid, [view("ann")]);
    await evictDurableObject(object);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await inDatabase(uuid)).toMatchObject({ views: 1 });

    await countViews(testDeps(), uuid, [view("bob")]);
    await runDurableObjectAlarm(object);
    await evictDurableObject(object);
    await countViews(testDeps(), uuid, [view("bob"), view("cleo")]);
    await runDurableObjectAlarm(object);
    expect(await inDatabase(uuid)).toMatchObject({ views: 3 });
  });

  test("are told at once when nobody was told for a day, then not before the next", async () => {
    const uuid = await aVideo();
    const object = env.VIDEO_VIEWS.getByName(uuid);
    await countViews(testDeps(), uuid, [view("ann")]);
    await runDurableObjectAlarm(object);
    expect(await isUpdateAsked(uuid)).toBe(true);

    await env.DB.prepare("DELETE FROM federation_tasks").run();
    await countViews(testDeps(), uuid, [view("bob")]);
    await runDurableObjectAlarm(object);
    expect(await inDatabase(uuid)).toMatchObject({ views: 2 });
    expect(await isUpdateAsked(uuid)).toBe(false);
  });

  test("wait in the object while D1 fails", async () => {
    const uuid = await aVideo();
    const object = env.VIDEO_VIEWS.getByName(uuid);
    await countViews(testDeps(), uuid, [view("ann")]);
    await env.DB.prepare("ALTER TABLE videos RENAME COLUMN views TO seen").run();
    await runDurableObjectAlarm(object);
    await env.DB.prepare("ALTER TABLE videos RENAME COLUMN seen TO views").run();
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await inDatabase(uuid)).toMatchObject({ views: 1 });
  });

  test("of a video that was deleted leave nothing behind", async () => {
    const uuid = crypto.randomUUID();
    const object = env.VIDEO_VIEWS.getByName(uuid);
    await countViews(testDeps(), uuid, [view("ann")]);
    await runDurableObjectAlarm(object);
    expect(await runDurableObjectAlarm(object)).toBe(false);
  });
});

async function aVideo(): Promise<string> {
  return (await seedVideoRows()).uuid;
}
