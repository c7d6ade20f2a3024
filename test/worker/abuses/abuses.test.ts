import { beforeEach, describe, expect, it } from "vitest";
import type { Abuse, CreatedAbuse } from "../../../src/contract/abuse";
import type { ListResponse } from "../../../src/contract/video";
import { storeRemoteAbuse } from "../../../src/domain/abuses/store-abuse";
import { askedTasks, call, idOf, seedRemoteAccount, seedRemoteVideo, setUpPeople, watchTasks, type Person } from "../social/support";
import { testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  ({ root, alice, bob } = await setUpPeople());
});

async function report(as: Person | undefined, json: unknown) {
  return await call<CreatedAbuse>("POST", "/api/v1/abuses", { as, json });
}

async function list(query = ""): Promise<ListResponse<Abuse>> {
  return (await call<ListResponse<Abuse>>("GET", `/api/v1/abuses${query}`, { as: root })).body;
}

describe("reporting", () => {
  it("a video, a comment or an account, for the moderators to see", async () => {
    const video = await seedVideoRows({ name: "Bad film" });
    const path = `/api/v1/videos/${video.uuid}/comment-threads`;
    const { body } = await call<{ comment: { id: number } }>("POST", path, { as: bob, json: { text: "bad words" } });
    await watchTasks();
    const about = [
      { video: { id: video.id, startAt: 3, endAt: 9 }, predefinedReasons: ["privacy", "rights"] },
      { comment: { id: body.comment.id } },
      { account: { id: bob.accountId } },
    ];
    for (const what of about) {
      expect((await report(alice, { reason: "It is bad", ...what })).status).toBe(200);
    }
    const { total, data } = await list();
    expect(total).toBe(3);
    expect(data[2]).toMatchObject({
      reason: "It is bad",
      predefinedReasons: ["privacy", "rights"],
      state: { id: 1, label: "Pending" },
      reporterAccount: { name: "alice" },
      flaggedAccount: { name: "root" },
      video: { uuid: video.uuid, name: "Bad film", startAt: 3, endAt: 9, channel: { name: "root_channel" } },
      comment: null,
    });
    expect(data[1]).toMatchObject({
      video: null,
      comment: { text: "bad words", video: { uuid: video.uuid } },
      flaggedAccount: { name: "bob" },
    });
    expect(data[0]).toMatchObject({ video: null, comment: null, flaggedAccount: { name: "bob" } });
    expect((await list("?filter=comment")).data.map(({ id }) => id)).toEqual([data[1]?.id]);
    // All of it is of here.
    expect(await askedTasks()).toEqual([]);
  });

  it("something of elsewhere asks for its own moderators to be told", async () => {
    const rita = await seedRemoteAccount("rita");
    const theirs = await seedRemoteVideo("rita");
    await watchTasks();
    const ids: number[] = [];
    for (const what of [{ video: { id: theirs.uuid } }, { account: { id: rita } }]) {
      ids.push((await report(alice, { reason: "It is bad", ...what })).body.abuse.id);
    }
    expect(await askedTasks()).toEqual(ids.map((id) => `flag ${id}`));
  });

  it("needs a user, a reason and one thing that is there", async () => {
    const { id } = await seedVideoRows();
    const hidden = await seedVideoRows({ privacy: 3 });
    const video = { id };
    expect((await report(undefined, { reason: "bad", video })).status).toBe(401);
    for (const wrong of [
      { video },
      { reason: "", video },
      { reason: "bad" },
      { reason: "bad", video, account: { id: 1 } },
      { reason: "bad", video, predefinedReasons: ["boring"] },
      { reason: "bad", video: { id, startAt: 9, endAt: 3 } },
      { reason: "bad", video: { id: "x" } },
    ]) {
      expect((await report(alice, wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    expect((await report(alice, { reason: "bad", video: { id: 4711 } })).status).toBe(404);
    expect((await report(alice, { reason: "bad", video: { id: hidden.id } })).status).toBe(404);
    expect((await report(alice, { reason: "bad", comment: { id: 4711 } })).status).toBe(404);
    expect((await report(alice, { reason: "bad", account: { id: 4711 } })).status).toBe(404);
    expect(await idOf("SELECT count(*) AS id FROM abuses")).toBe(0);
  });
});

describe("reports", () => {
  it("are the moderators' alone to read, judge and remove", async () => {
    const { id: videoId } = await seedVideoRows();
    const { body } = await report(alice, { reason: "It is bad", video: { id: videoId } });
    const path = `/api/v1/abuses/${body.abuse.id}`;
    const judgement = { state: 3, moderationComment: "Indeed" };
    for (const as of [undefined, alice]) {
      const status = as === undefined ? 401 : 403;
      expect((await call("GET", "/api/v1/abuses", { as })).status).toBe(status);
      expect((await call("PUT", path, { as, json: judgement })).status).toBe(status);
      expect((await call("DELETE", path, { as })).status).toBe(status);
    }
    expect((await call("PUT", path, { as: root, json: { state: 9 } })).status).toBe(400);
    expect((await call("PUT", path, { as: root, json: judgement })).status).toBe(204);
    expect((await call("PUT", path, { as: root, json: {} })).status).toBe(204);
    expect((await list("?state=3")).data[0]).toMatchObject({ state: { id: 3, label: "Accepted" }, moderationComment: "Indeed" });
    expect((await call("DELETE", path, { as: root })).status).toBe(204);
    expect((await call("DELETE", path, { as: root })).status).toBe(404);
    expect((await call("PUT", path, { as: root, json: judgement })).status).toBe(404);
  });

  it("that come from elsewhere are kept once", async () => {
    const rita = await seedRemoteAccount("rita");
    const { id } = await seedVideoRows();
    const flag = {
      url: "https://elsewhere.test/flags/1",
      reporterAccountId: rita,
      about: { videoId: id, startAt: null, endAt: 4 },
      reason: "It is bad",
      predefinedReasons: ["rights" as const],
    };
    expect(await storeRemoteAbuse(testDeps(), flag)).toBe("stored");
    expect(await storeRemoteAbuse(testDeps(), flag)).toBe("unchanged");
    expect((await list()).data).toMatchObject([{ reporterAccount: { name: "rita", host: "elsewhere.test" }, video: { id, endAt: 4 } }]);
  });
});
