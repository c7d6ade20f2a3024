import { beforeEach, describe, expect, it } from "vitest";
import type { CreatedElement, CreatedPlaylist, Playlist, PlaylistElement } from "../../../src/contract/playlist";
import type { ListResponse } from "../../../src/contract/video";
import { moved } from "../../../src/domain/playlists/write-playlists";
import { askedTasks, call, idOf, refuseTasks, setUpPeople, watchTasks, type Person } from "../social/support";
import { ORIGIN } from "../users/support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;
let bob: Person;
let channelId: number;

beforeEach(async () => {
  ({ root, alice, bob } = await setUpPeople());
  channelId = await idOf("SELECT id FROM channels WHERE name = 'alice_channel'");
});

async function create(as: Person | undefined, json: unknown) {
  return await call<CreatedPlaylist>("POST", "/api/v1/video-playlists", { as, json });
}

async function created(json: object = {}): Promise<{ id: number; uuid: string; path: string }> {
  const { status, body } = await create(alice, { displayName: "My list", privacy: 1, videoChannelId: channelId, ...json });
  expect(status).toBe(200);
  const { id, uuid } = body.videoPlaylist;
  return { id, uuid, path: `/api/v1/video-playlists/${uuid}` };
}

async function add(path: string, videoId: unknown, extra: object = {}, as: Person | undefined = alice) {
  return await call<CreatedElement>("POST", `${path}/videos`, { as, json: { videoId, ...extra } });
}

async function elements(path: string, as?: Person): Promise<ListResponse<PlaylistElement>> {
  return (await call<ListResponse<PlaylistElement>>("GET", `${path}/videos`, { as })).body;
}

describe("playlists", () => {
  it("are shown as PeerTube shows them", async () => {
    await watchTasks();
    const { id, uuid, path } = await created({ description: "What I like" });
    expect(await askedTasks()).toEqual([`playlist ${uuid}`]);
    const { body } = await call<Playlist>("GET", path);
    expect(body).toMatchObject({
      id,
      uuid,
      isLocal: true,
      url: `${ORIGIN}/video-playlists/${uuid}`,
      displayName: "My list",
      description: "What I like",
      privacy: { id: 1, label: "Public" },
      type: { id: 1, label: "Regular" },
      videosLength: 0,
      thumbnailPath: null,
      ownerAccount: { name: "alice" },
      videoChannel: { name: "alice_channel" },
    });
    expect((await call<Playlist>("GET", `/api/v1/video-playlists/${body.shortUUID}`)).body.id).toBe(id);
    expect((await call<Playlist>("GET", `/api/v1/video-playlists/${id}`)).body.id).toBe(id);
  });

  it("need a name, a known privacy and, to be public, a channel of their owner's", async () => {
    expect((await create(undefined, { displayName: "x" })).status).toBe(401);
    expect((await create(alice, {})).status).toBe(400);
    expect((await create(alice, { displayName: "x".repeat(121) })).status).toBe(400);
    expect((await create(alice, { displayName: "x", privacy: 4 })).status).toBe(400);
    expect((await create(alice, { displayName: "x", privacy: 1 })).status).toBe(400);
    expect((await create(alice, { displayName: "x", privacy: 1, videoChannelId: 4711 })).status).toBe(400);
    expect((await create(bob, { displayName: "x", privacy: 1, videoChannelId: channelId })).status).toBe(403);
    const { path } = await created({ privacy: 3, videoChannelId: null });
    expect((await call("PUT", path, { as: alice, json: { privacy: 1 } })).status).toBe(400);
    expect((await call("PUT", path, { as: alice, json: { privacy: 1, videoChannelId: channelId } })).status).toBe(204);
    expect((await call("PUT", path, { as: alice, json: { videoChannelId: null } })).status).toBe(400);
  });

  it("are their owner's and the moderators' to change and to remove", async () => {
    const { path } = await created();
    const change = async (as: Person | undefined) => (await call("PUT", path, { as, json: { displayName: "Other" } })).status;
    const remove = async (as: Person | undefined) => (await call("DELETE", path, { as })).status;
    expect(await change(undefined)).toBe(401);
    expect(await change(bob)).toBe(403);
    expect(await change(root)).toBe(204);
    expect(await remove(undefined)).toBe(401);
    expect(await remove(bob)).toBe(403);
    await refuseTasks();
    // Nobody would hear of it, so it stays.
    expect(await remove(alice)).toBe(500);
    expect((await call<Playlist>("GET", path)).body.displayName).toBe("Other");
  });

  it("are gone when they are removed, with others asked to be told", async () => {
    const { path, uuid } = await created();
    await watchTasks();
    expect((await call("DELETE", path, { as: alice })).status).toBe(204);
    expect(await askedTasks()).toEqual([`playlist ${uuid}`]);
    expect((await call("GET", path)).status).toBe(404);
    expect((await call("DELETE", path, { as: alice })).status).toBe(404);
  });

  it("are listed where they are public; to their owner all", async () => {
    const open = await created();
    const unlisted = await created({ privacy: 2 });
    const hidden = await created({ privacy: 3 });
    const uuids = async (path: string, as?: Person) =>
      (await call<ListResponse<Playlist>>("GET", path, { as })).body.data.map(({ uuid }) => uuid).toSorted();
    expect(await uuids("/api/v1/video-playlists")).toEqual([open.uuid]);
    expect(await uuids("/api/v1/video-channels/alice_channel/video-playlists")).toEqual([open.uuid]);
    expect(await uuids("/api/v1/accounts/alice/video-playlists")).toEqual([open.uuid]);
    expect(await uuids("/api/v1/accounts/alice/video-playlists", bob)).toEqual([open.uuid]);
    expect(await uuids("/api/v1/accounts/alice/video-playlists", alice)).toEqual([open.uuid, unlisted.uuid, hidden.uuid].toSorted());
    expect((await call("GET", unlisted.path)).status).toBe(200);
    expect((await call("GET", `/api/v1/video-playlists/${unlisted.id}`)).status).toBe(404);
    expect((await call("GET", hidden.path)).status).toBe(401);
    expect((await call("GET", hidden.path, { as: bob })).status).toBe(403);
    expect((await call("GET", hidden.path, { as: alice })).status).toBe(200);
    expect((await call("GET", "/api/v1/accounts/nobody/video-playlists")).status).toBe(404);
  });
});

describe("what is in a playlist", () => {
  it("stands in its order, each with its times", async () => {
    const { path } = await created();
    const first = await seedVideoRows({ name: "First" });
    const second = await seedVideoRows({ name: "Second" });
    expect((await add(path, first.id, { startTimestamp: 5, stopTimestamp: 9 })).status).toBe(200);
    expect((await add(path, second.uuid)).status).toBe(200);
    const { total, data } = await elements(path);
    expect(total).toBe(2);
    expect(data.map(({ position, video, startTimestamp, type }) => [position, video?.name, startTimestamp, type])).toEqual([
      [1, "First", 5, 0],
      [2, "Second", null, 0],
    ]);
    const id = data[0]?.id;
    expect((await call("PUT", `${path}/videos/${id}`, { as: alice, json: { startTimestamp: 10 } })).status).toBe(400);
    expect((await call("PUT", `${path}/videos/${id}`, { as: alice, json: { stopTimestamp: null } })).status).toBe(204);
    expect((await elements(path)).data[0]).toMatchObject({ startTimestamp: 5, stopTimestamp: null });
    expect((await call<Playlist>("GET", path)).body.videosLength).toBe(2);
  });

  it("only the owner changes, and only with videos that they may watch", async () => {
    const { path } = await created();
    const video = await seedVideoRows();
    const hidden = await seedVideoRows({ privacy: 3 });
    expect((await add(path, video.id, {}, bob)).status).toBe(403);
    expect((await add(path, hidden.id)).status).toBe(404);
    expect((await add(path, 4711)).status).toBe(404);
    expect((await add(path, "x")).status).toBe(400);
    expect((await add(path, video.id, { startTimestamp: -1 })).status).toBe(400);
    const { body } = await add(path, video.id);
    const element = `${path}/videos/${body.videoPlaylistElement.id}`;
    expect((await call("DELETE", element)).status).toBe(401);
    expect((await call("DELETE", element, { as: bob })).status).toBe(403);
    expect((await call("DELETE", `${path}/videos/4711`, { as: alice })).status).toBe(404);
  });

  it("keeps a gapless order where something is taken out or moved, and asks for others to be told", async () => {
    const { path, uuid } = await created();
    const ids: number[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      const { body } = await add(path, (await seedVideoRows({ name, resolutions: [] })).id);
      ids.push(body.videoPlaylistElement.id);
    }
    const order = async () => (await elements(path)).data.map(({ position, video }) => `${position}${video?.name}`).join(" ");
    await watchTasks();
    const reorder = async (json: object) => (await call("POST", `${path}/videos/reorder`, { as: alice, json })).status;
    expect(await reorder({ startPosition: 1, insertAfterPosition: 3, reorderLength: 2 })).toBe(204);
    expect(await order()).toBe("1c 2a 3b 4d");
    expect(await reorder({ startPosition: 4, insertAfterPosition: 0 })).toBe(204);
    expect(await order()).toBe("1d 2c 3a 4b");
    expect(await reorder({ startPosition: 4, insertAfterPosition: 0, reorderLength: 2 })).toBe(400);
    expect(await reorder({ startPosition: 0, insertAfterPosition: 0 })).toBe(400);
    expect((await call("DELETE", `${path}/videos/${ids[2]}`, { as: alice })).status).toBe(204);
    expect(await order()).toBe("1d 2a 3b");
    expect(await askedTasks()).toEqual([`playlist ${uuid}`, `playlist ${uuid}`, `playlist ${uuid}`]);
  });

  it("shows only the place of what is private or was deleted", async () => {
    const { path } = await created();
    const video = await seedVideoRows({ channel: "alice_channel" });
    const hidden = await seedVideoRows({ channel: "alice_channel", privacy: 3 });
    await add(path, video.id);
    await add(path, hidden.id);
    expect((await call("DELETE", `/api/v1/videos/${video.uuid}`, { as: alice })).status).toBe(204);
    const types = async (as?: Person) => (await elements(path, as)).data.map(({ type, video: shown }) => [type, shown === null]);
    expect(await types()).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(await types(alice)).toEqual([
      [1, true],
      [0, false],
    ]);
  });
});

describe("moving in a list", () => {
  it.each([
    [{ startPosition: 1, insertAfterPosition: 4, reorderLength: 1 }, "bcda"],
    [{ startPosition: 2, insertAfterPosition: 1, reorderLength: 2 }, "abcd"],
    [{ startPosition: 2, insertAfterPosition: 3, reorderLength: 2 }, "abcd"],
    [{ startPosition: 3, insertAfterPosition: 0, reorderLength: 2 }, "cdab"],
    [{ startPosition: 4, insertAfterPosition: 1, reorderLength: 1 }, "adbc"],
    [{ startPosition: 5, insertAfterPosition: 0, reorderLength: 1 }, undefined],
    [{ startPosition: 1, insertAfterPosition: 5, reorderLength: 1 }, undefined],
  ])("%o gives %s", (fields, expected) => {
    expect(moved([..."abcd"], fields)?.join("")).toBe(expected);
  });
});
