import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureLocalActor, instanceActor } from "../../../src/domain/actors/local";
import { acceptedFollowing, countFollows, findFollow, listFollowers, listFollowing } from "../../../src/storage/d1/follows";
import { setUpInstance, testDeps } from "../users/support";
import { actorObject, followerOf, followIndex, ROOT_URL, seedRemoteActor } from "./support";

const ANN = followerOf("a.example");

beforeEach(async () => {
  await setUpInstance();
  await ensureLocalActor(testDeps(), { kind: "account", name: "root" });
  await seedRemoteActor("a.example");
});

describe("followers", () => {
  test("are in the object and in the index, and gone from both after an Undo, whichever comes first", async () => {
    const root = actorObject();
    expect(await root.follow(ANN, "https://a.example/follows/1", "accepted", 1000)).toBe("accepted");
    expect(await followIndex()).toEqual([`${ANN.url} > ${ROOT_URL}: accepted`]);
    expect(await root.followers({ start: 0, count: 10 })).toEqual({ total: 1, urls: [ANN.url] });
    expect(await root.followerInboxes()).toEqual(["https://a.example/inbox"]);

    await root.removeFollower(ANN.url, 2000);
    expect(await root.follow(ANN, "https://a.example/follows/1", "accepted", 1000)).toBeUndefined();
    expect(await followIndex()).toEqual([]);
    expect(await root.followers({ start: 0, count: 10 })).toEqual({ total: 0, urls: [] });

    expect(await root.follow(ANN, "https://a.example/follows/2", "accepted", 3000)).toBe("accepted");
    expect(await followIndex()).toHaveLength(1);
  });

  test("wait until the administrator decides; only accepted ones are sent to", async () => {
    const root = actorObject();
    expect(await root.follow(ANN, "https://a.example/follows/1", "pending", 1000)).toBe("pending");
    expect(await root.followerInboxes()).toEqual([]);
    expect(await root.decideFollower("https://b.example/nobody", "accepted")).toBeUndefined();
    expect(await root.decideFollower(ANN.url, "accepted")).toEqual({
      url: ANN.url,
      state: "accepted",
      followId: "https://a.example/follows/1",
    });
    expect(await followIndex()).toEqual([`${ANN.url} > ${ROOT_URL}: accepted`]);
    expect(await root.followerInboxes()).toEqual(["https://a.example/inbox"]);
  });

  test("of one host share its inbox; one that moves is found at its new one", async () => {
    const root = actorObject();
    await root.follow(ANN, "https://a.example/follows/1", "accepted", 1000);
    await root.follow(followerOf("a.example", "bob"), "https://a.example/follows/2", "accepted", 1000);
    expect(await root.followerInboxes()).toEqual(["https://a.example/inbox"]);
    await root.updateFollower({ ...ANN, inbox: "https://a.example/new-inbox", sharedInbox: undefined });
    expect((await root.followerInboxes()).toSorted()).toEqual(["https://a.example/inbox", "https://a.example/new-inbox"]);
  });

  test("survive the object's end", async () => {
    await actorObject().follow(ANN, "https://a.example/follows/1", "accepted", 1000);
    await evictDurableObject(env.ACTORS.getByName("accounts/root"));
    expect(await actorObject().follow(ANN, "https://a.example/follows/0", "rejected", 500)).toBe("accepted");
  });

  test("are gone when the actor leaves", async () => {
    await actorObject().follow(ANN, "https://a.example/follows/1", "accepted", 1000);
    await actorObject().startFollowing(ROOT_URL, ANN.url);
    await actorObject().leave();
    expect(await followIndex()).toEqual([]);
    expect(await actorObject().followerInboxes()).toEqual([]);
  });
});

describe("the index of follows", () => {
  test("is mended by the alarm when D1 failed, though the object's name isn't told then", async () => {
    await env.DB.prepare("ALTER TABLE follows RENAME TO away").run();
    expect(await actorObject().follow(ANN, "https://a.example/follows/1", "accepted", 1000)).toBe("accepted");
    await env.DB.prepare("ALTER TABLE away RENAME TO follows").run();
    expect(await followIndex()).toEqual([]);
    const object = env.ACTORS.getByName("accounts/root");
    await evictDurableObject(object);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await followIndex()).toEqual([`${ANN.url} > ${ROOT_URL}: accepted`]);
    expect(await runDurableObjectAlarm(object)).toBe(false);
  });

  test("is mended by the next call too", async () => {
    await env.DB.prepare("ALTER TABLE follows RENAME TO away").run();
    await actorObject().follow(ANN, "https://a.example/follows/1", "accepted", 1000);
    await actorObject().removeFollower(ANN.url, 2000);
    await actorObject().startFollowing(ROOT_URL, ANN.url);
    await env.DB.prepare("ALTER TABLE away RENAME TO follows").run();
    await actorObject().answerFollowing(ANN.url, "accepted");
    expect(await followIndex()).toEqual([`${ROOT_URL} > ${ANN.url}: accepted`]);
  });

  test("says at last what the object says, however many changes come at once", async () => {
    const root = actorObject();
    await Promise.all([
      root.follow(ANN, "https://a.example/follows/1", "pending", 1000),
      root.removeFollower(ANN.url, 2000),
      root.follow(ANN, "https://a.example/follows/2", "accepted", 3000),
      root.decideFollower(ANN.url, "accepted"),
    ]);
    expect(await followIndex()).toEqual([`${ANN.url} > ${ROOT_URL}: accepted`]);
  });

  test("is listed with both sides, searched and counted", async () => {
    await seedRemoteActor("b.example", "bob", "Application");
    await actorObject().follow(ANN, "https://a.example/follows/1", "accepted", 1000);
    await actorObject().follow(followerOf("b.example", "bob"), "https://b.example/follows/1", "pending", 1000);
    await env.DB.prepare("INSERT INTO hosts (host, score) VALUES ('b.example', 300)").run();
    const { database } = testDeps();
    const page = { start: 0, count: 10, sort: { field: "score", descending: false } as const };
    const { total, records } = await listFollowers(database, page);
    expect(total).toBe(2);
    expect(records.map(({ follower, score }) => [follower.name, score])).toEqual([
      ["bob", 300],
      ["ann", undefined],
    ]);
    expect(records[0]?.target.url).toBe(ROOT_URL);
    expect((await listFollowers(database, { ...page, search: "ann@A" })).total).toBe(1);
    expect((await listFollowers(database, { ...page, state: "pending", actorType: "Application" })).total).toBe(1);
    expect((await listFollowing(database, page)).total).toBe(0);
    expect(await countFollows(database, records[0]?.target.id ?? 0)).toEqual({ followers: 1, following: 0 });
    expect((await findFollow(database, ANN.url, ROOT_URL))?.follow.state).toBe("accepted");
    expect(await acceptedFollowing(database, { after: 0, count: 10 })).toEqual([]);
  });
});

describe("following", () => {
  test("asks once, with one id, until it is undone or rejected", async () => {
    const root = actorObject();
    const first = await root.startFollowing(ROOT_URL, ANN.url);
    expect(first).toEqual({ url: ANN.url, state: "pending", followId: `${ROOT_URL}/follows/1` });
    expect(await root.startFollowing(ROOT_URL, ANN.url)).toEqual(first);
    expect(await followIndex()).toEqual([`${ROOT_URL} > ${ANN.url}: pending`]);

    expect(await root.answerFollowing(ANN.url, "accepted")).toEqual({ ...first, state: "accepted" });
    expect(await root.following({ start: 0, count: 10 })).toEqual({ total: 1, urls: [ANN.url] });
    expect((await acceptedFollowing(testDeps().database, { after: 0, count: 10 })).map(({ url }) => url)).toEqual([ANN.url]);

    expect(await root.stopFollowing(ANN.url)).toEqual({ ...first, state: "accepted" });
    expect(await root.stopFollowing(ANN.url)).toBeUndefined();
    expect(await root.answerFollowing(ANN.url, "accepted")).toBeUndefined();
    expect(await followIndex()).toEqual([]);

    expect((await root.startFollowing(ROOT_URL, ANN.url)).followId).toBe(`${ROOT_URL}/follows/2`);
    await root.answerFollowing(ANN.url, "rejected");
    expect((await root.startFollowing(ROOT_URL, ANN.url)).followId).toBe(`${ROOT_URL}/follows/3`);
  });

  test("of the instance's own actor", async () => {
    const row = await ensureLocalActor(testDeps(), instanceActor);
    const object = actorObject("accounts/peertube");
    await object.startFollowing(row?.url ?? "", ANN.url);
    expect(await followIndex()).toEqual([`${row?.url} > ${ANN.url}: pending`]);
  });
});
