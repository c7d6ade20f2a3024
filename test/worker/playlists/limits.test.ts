import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import type { CreatedElement, CreatedPlaylist, Playlist } from "../../../src/contract/playlist";
import { moved } from "../../../src/domain/playlists/write-playlists";
import { call, idOf, refuseTasks, setUpPeople, type Person } from "../social/support";
import { readJson, request } from "../users/support";
import { seedVideoRows } from "../videos/seed";

const PLAYLISTS = "/api/v1/video-playlists";

let alice: Person;
let channelId: number;
/** A public one of alice. */
let path: string;

beforeEach(async () => {
  ({ alice } = await setUpPeople());
  channelId = await idOf("SELECT id FROM channels WHERE name = 'alice_channel'");
  const json = { displayName: "Films", privacy: 1, videoChannelId: channelId };
  const { body } = await call<CreatedPlaylist>("POST", PLAYLISTS, { as: alice, json });
  path = `${PLAYLISTS}/${body.videoPlaylist.uuid}`;
});

async function add(videoId: number): Promise<{ status: number; id: number | undefined }> {
  const { status, body } = await call<Partial<CreatedElement>>("POST", `${path}/videos`, { as: alice, json: { videoId } });
  return { status, id: body.videoPlaylistElement?.id };
}

async function shown(): Promise<Playlist> {
  return (await call<Playlist>("GET", path)).body;
}

it.each([3, 4])("the image of a video of privacy %i isn't told of by a playlist", async (privacy) => {
  const options = { channel: "alice_channel", thumbnail: true, resolutions: [] };
  const first = await seedVideoRows(options);
  const second = await seedVideoRows(options);
  await add(first.id);
  await add(second.id);
  expect((await shown()).thumbnailPath).toContain(first.thumbnail);
  await env.DB.prepare("UPDATE videos SET privacy = ? WHERE id = ?").bind(privacy, first.id).run();
  expect((await shown()).thumbnailPath).toContain(second.thumbnail);
  await env.DB.prepare("UPDATE videos SET state = 2 WHERE id = ?").bind(second.id).run();
  expect(await shown()).toMatchObject({ thumbnailPath: null, thumbnailUrl: null, videosLength: 2 });
});

it("a playlist has an end: of 5,000", async () => {
  const { id } = await seedVideoRows({ resolutions: [] });
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
     INSERT INTO playlist_elements (playlist_id, video_id, position) SELECT p.id, ?, i FROM n, playlists p`,
  )
    .bind(id)
    .run();
  expect((await add(id)).status).toBe(409);
  expect((await shown()).videosLength).toBe(5000);
});

it("each change asks in its transaction for others to be told, or isn't made", async () => {
  const { id } = await seedVideoRows({ name: "a", resolutions: [] });
  const element = (await add(id)).id;
  await add((await seedVideoRows({ name: "b", resolutions: [] })).id);
  await refuseTasks();
  // Else a statement that asks again for what is asked for already wouldn't be refused.
  await env.DB.prepare("DELETE FROM federation_tasks").run();
  const before = await env.DB.prepare("SELECT * FROM playlists JOIN playlist_elements ON playlist_id = playlists.id").all();
  for (const [method, rest, json] of [
    ["POST", "/videos", { videoId: id }],
    ["PUT", "", { displayName: "New" }],
    ["PUT", `/videos/${element}`, { startTimestamp: 1 }],
    ["DELETE", `/videos/${element}`, undefined],
    ["POST", "/videos/reorder", { startPosition: 1, insertAfterPosition: 2 }],
    ["DELETE", "", undefined],
  ] as const) {
    expect([method, rest, (await call(method, path + rest, { as: alice, json })).status]).toEqual([method, rest, 500]);
  }
  expect((await call("POST", PLAYLISTS, { as: alice, json: { displayName: "Another" } })).status).toBe(500);
  const after = await env.DB.prepare("SELECT * FROM playlists JOIN playlist_elements ON playlist_id = playlists.id").all();
  expect(after.results).toEqual(before.results);
});

it("in a form, null is a word", async () => {
  const form = new FormData();
  form.set("displayName", "By form");
  form.set("privacy", "1");
  form.set("videoChannelId", String(channelId));
  const created = await request(PLAYLISTS, { method: "POST", headers: alice.headers, body: form });
  expect(created.status).toBe(200);
  path = `${PLAYLISTS}/${(await readJson<CreatedPlaylist>(created)).videoPlaylist.uuid}`;
  const change = new FormData();
  change.set("privacy", "2");
  change.set("videoChannelId", "null");
  expect((await request(path, { method: "PUT", headers: alice.headers, body: change })).status).toBe(204);
  expect(await shown()).toMatchObject({ displayName: "By form", privacy: { id: 2 }, videoChannel: null });
});

it("whatever is moved, nothing is lost, and the moved ones stand together behind the named one", () => {
  const positions = fc.record({
    startPosition: fc.integer({ min: 1, max: 12 }),
    insertAfterPosition: fc.integer({ min: 0, max: 12 }),
    reorderLength: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 }), positions, (length, fields) => {
      const { startPosition, insertAfterPosition, reorderLength } = fields;
      const list = Array.from({ length }, (_, index) => index + 1);
      const result = moved(list, fields);
      const isThere = startPosition + reorderLength - 1 <= length && insertAfterPosition <= length;
      expect(result !== undefined).toBe(isThere);
      if (result === undefined) {
        return;
      }
      expect(result.toSorted((a, b) => a - b)).toEqual(list);
      const block = list.slice(startPosition - 1, startPosition - 1 + reorderLength);
      const at = result.indexOf(startPosition);
      expect(result.slice(at, at + reorderLength)).toEqual(block);
      if (!block.includes(insertAfterPosition)) {
        expect(at === 0 ? 0 : result[at - 1]).toBe(insertAfterPosition);
      }
    }),
    { numRuns: 500 },
  );
});
