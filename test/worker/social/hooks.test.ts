import { beforeEach, describe, expect, it } from "vitest";
import { askedTasks, call, idOf, refuseTasks, seedRemoteAccount, seedRemoteVideo, setUpPeople, watchTasks, type Person } from "./support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;

beforeEach(async () => {
  ({ root, alice } = await setUpPeople());
});

/** What a change asks for; it must be made. */
async function asks(method: string, path: string, json?: unknown, as: Person = alice): Promise<string[]> {
  await watchTasks();
  const { status } = await call(method, path, { as, ...(json !== undefined && { json }) });
  expect([200, 204]).toContain(status);
  return (await askedTasks()).toSorted();
}

describe("what others should hear of is asked for with the change", () => {
  it("a video's details and its end", async () => {
    const { uuid } = await seedVideoRows({ channel: "alice_channel" });
    expect(await asks("PUT", `/api/v1/videos/${uuid}`, { name: "Another name" })).toEqual([`video ${uuid}`]);
    expect(await asks("DELETE", `/api/v1/videos/${uuid}`)).toEqual([`video ${uuid}`]);
  });

  it("an account's and a channel's profile, and a channel's beginning", async () => {
    expect(await asks("PUT", "/api/v1/users/me", { displayName: "Alice A." })).toEqual(["actor account/alice"]);
    expect(await asks("POST", "/api/v1/video-channels", { name: "second", displayName: "Second" })).toEqual(["actor channel/second"]);
    expect(await asks("PUT", "/api/v1/video-channels/second", { displayName: "2nd" })).toEqual(["actor channel/second"]);
  });

  it("each video of a channel that gets another support text, or ends", async () => {
    await call("POST", "/api/v1/video-channels", { as: alice, json: { name: "second", displayName: "Second" } });
    const { uuid } = await seedVideoRows({ channel: "second" });
    const videoChannelId = await idOf("SELECT id FROM channels WHERE name = 'second'");
    const list = await call<{ videoPlaylist: { uuid: string } }>("POST", "/api/v1/video-playlists", {
      as: alice,
      json: { displayName: "List", privacy: 1, videoChannelId },
    });
    await seedVideoRows({ channel: "alice_channel" });
    const support = { support: "Give me money", bulkVideosSupportUpdate: true };
    expect(await asks("PUT", "/api/v1/video-channels/second", support)).toEqual(["actor channel/second", `video ${uuid}`]);
    expect(await asks("DELETE", "/api/v1/video-channels/second")).toEqual([
      "actor channel/second",
      `playlist ${list.body.videoPlaylist.uuid}`,
      `video ${uuid}`,
    ]);
  });

  it("or the change isn't made", async () => {
    const { uuid } = await seedVideoRows({ channel: "alice_channel" });
    await refuseTasks();
    expect((await call("PUT", `/api/v1/videos/${uuid}`, { as: alice, json: { name: "Another name" } })).status).toBe(500);
    expect((await call("PUT", "/api/v1/users/me", { as: alice, json: { displayName: "Alice A." } })).status).toBe(500);
    expect((await call("POST", "/api/v1/video-channels", { as: alice, json: { name: "second", displayName: "2" } })).status).toBe(500);
    expect((await call("DELETE", `/api/v1/videos/${uuid}`, { as: alice })).status).toBe(500);
    expect((await call<{ name: string }>("GET", `/api/v1/videos/${uuid}`)).body.name).toBe("A video");
    expect((await call("GET", "/api/v1/video-channels/second")).status).toBe(404);
  });
});

describe("another instance's video", () => {
  it("is changed by nobody here, and removed by moderators alone", async () => {
    await seedRemoteAccount("rita");
    const { uuid } = await seedRemoteVideo("rita");
    expect((await call("PUT", `/api/v1/videos/${uuid}`, { as: root, json: { name: "Mine now" } })).status).toBe(403);
    expect((await call("PUT", `/api/v1/videos/${uuid}/chapters`, { as: root, json: { chapters: [] } })).status).toBe(403);
    expect((await call("DELETE", `/api/v1/videos/${uuid}`, { as: alice })).status).toBe(403);
    expect((await call("DELETE", `/api/v1/videos/${uuid}`, { as: root })).status).toBe(204);
  });
});
