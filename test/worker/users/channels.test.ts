import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { CreatedChannel } from "../../../src/contract/channel";
import type { Account, Channel, ListResponse } from "../../../src/contract/video";
import { removeChannel } from "../../../src/domain/channels";
import { updateSettings } from "../../../src/domain/settings";
import { userOfAccessToken } from "../../../src/domain/users/tokens";
import { thumbnailKey, torrentInfoKey, videoFileKey } from "../../../src/storage/r2/keys";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs, testDeps, type ProblemBody, type Tokens } from "./support";

const CHANNELS = "/api/v1/video-channels";
let tokens: Tokens;

beforeEach(async () => {
  await setUpInstance();
  tokens = await signInAs();
});

async function send(method: string, path: string, body: unknown, by: Tokens = tokens): Promise<Response> {
  return await request(path, { method, headers: { ...bearer(by), "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function listNames(path: string): Promise<{ total: number; names: string[] }> {
  const list = await readJson<ListResponse<Channel>>(await request(path));
  return { total: list.total, names: list.data.map((channel) => channel.name) };
}

describe("accounts", () => {
  it("are found by name in any case, and by name and host", async () => {
    for (const handle of ["root", "ROOT", "root@edgetube.test", "root%40edgetube.test"]) {
      const response = await request(`/api/v1/accounts/${handle}`);
      expect(response.status, handle).toBe(200);
      expect(await readJson<Account>(response)).toMatchObject({
        name: "root",
        host: "edgetube.test",
        displayName: "root",
        followersCount: 0,
      });
    }
  });

  it.each(["nobody", "root@elsewhere.test", "a%20b", "%25", "root_channel"])("aren't found as %s", async (handle) => {
    const response = await request(`/api/v1/accounts/${handle}`);
    expect(response.status).toBe(404);
    expect((await readJson<ProblemBody>(response)).detail).toContain("account");
  });

  it("list their channels, and only theirs", async () => {
    await makeUser("ada", "ada-password");
    expect(await listNames("/api/v1/accounts/ada/video-channels")).toEqual({ total: 1, names: ["ada_channel"] });
    expect((await request("/api/v1/accounts/nobody/video-channels")).status).toBe(404);
  });

  it("are listed", async () => {
    await makeUser("ada", "ada-password");
    expect(await listNames("/api/v1/accounts?sort=name")).toEqual({ total: 2, names: ["ada", "root"] });
  });
});

describe("channels", () => {
  it("are shown with their owner", async () => {
    const channel = await readJson<Channel>(await request(`${CHANNELS}/root_channel`));
    expect(channel).toMatchObject({
      name: "root_channel",
      displayName: "Main root channel",
      isLocal: true,
      banners: [],
      support: null,
      ownerAccount: { name: "root" },
    });
    expect((await request(`${CHANNELS}/root_channel@edgetube.test`)).status).toBe(200);
    expect((await request(`${CHANNELS}/nothing`)).status).toBe(404);
  });

  it("are made by whoever is signed in", async () => {
    const fields = { name: "Films", displayName: "My <i>films</i>", description: "All of them", support: "" };
    const response = await send("POST", CHANNELS, fields);
    expect([response.status, await response.json()]).toEqual([200, { videoChannel: { id: expect.any(Number) } }]);
    expect(await readJson<Channel>(await request(`${CHANNELS}/films`))).toMatchObject({ ...fields, support: null });
    expect((await request(CHANNELS, { method: "POST" })).status).toBe(401);
  });

  it("have a name of their own, among accounts too, in any case", async () => {
    for (const name of ["root", "ROOT", "root_channel", "Root_Channel"]) {
      expect((await send("POST", CHANNELS, { name, displayName: "x" })).status, name).toBe(409);
    }
  });

  it.each(["", "..", ".", "a b", "a/b", "ä", "a@b", "x".repeat(51), "<b>"])("can't be called %j", async (name) => {
    const response = await send("POST", CHANNELS, { name, displayName: "x" });
    expect(response.status).toBe(400);
    expect((await readJson<ProblemBody>(response))["invalid-params"]).toHaveProperty("name.location", "body");
  });

  it("are as many as the settings allow", async () => {
    await updateSettings(testDeps(), { channels: { maxPerUser: 2 } });
    expect((await send("POST", CHANNELS, { name: "second", displayName: "x" })).status).toBe(200);
    const third = await send("POST", CHANNELS, { name: "third", displayName: "x" });
    expect([third.status, (await readJson<ProblemBody>(third)).detail]).toEqual([400, expect.stringContaining("2 channels")]);
  });

  it("are changed by their owner and by the administrator, not by others", async () => {
    await makeUser("ada", "ada-password");
    const ada = await signInAs("ada", "ada-password");
    expect(
      (await send("PUT", `${CHANNELS}/ada_channel`, { displayName: "Ada's", support: "Give", bulkVideosSupportUpdate: false }, ada)).status,
    ).toBe(204);
    expect((await send("PUT", `${CHANNELS}/ada_channel`, { description: "Now described" })).status).toBe(204);
    expect(await readJson<Channel>(await request(`${CHANNELS}/ada_channel`))).toMatchObject({
      displayName: "Ada's",
      support: "Give",
      description: "Now described",
    });
    expect((await send("PUT", `${CHANNELS}/root_channel`, { displayName: "Taken" }, ada)).status).toBe(403);
    expect((await send("PUT", `${CHANNELS}/nothing`, { displayName: "x" }, ada)).status).toBe(404);
    expect((await request(`${CHANNELS}/ada_channel`, { method: "PUT" })).status).toBe(401);
  });

  it("are deleted with their videos and the videos' bytes, by their owner only", async () => {
    await makeUser("ada", "ada-password");
    const ada = await signInAs("ada", "ada-password");
    const { videoChannel } = await readJson<CreatedChannel>(await send("POST", CHANNELS, { name: "films", displayName: "x" }));
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO videos (uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at) VALUES ('v1', ?, 'v', 1, 1, 1, 1, 1)",
      ).bind(videoChannel.id),
      env.DB.prepare(
        "INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, info_hash, piece_length, created_at) SELECT id, 'f1', 'f1.mp4', 'source', 'video/mp4', 1, 'e', 1, 1, 1, 1, 1, 'h1', 1, 1 FROM videos",
      ),
      env.DB.prepare(
        "INSERT INTO thumbnails (video_id, kind, filename, mime_type, width, height, size, created_at) SELECT id, 'thumbnail', 't1.jpg', 'image/jpeg', 1, 1, 1, 1 FROM videos",
      ),
      env.DB.prepare("INSERT INTO video_tags (video_id, position, tag) SELECT id, 0, 'tag' FROM videos"),
    ]);
    expect((await send("DELETE", `${CHANNELS}/films`, {}, ada)).status).toBe(403);
    const queued: unknown[] = [];
    const mediaJobs = { ...testDeps().mediaJobs, sendBatch: (messages: unknown) => Promise.resolve(void queued.push(messages)) };
    const root = await userOfAccessToken(testDeps(), tokens.access_token);
    expect(root && (await removeChannel({ ...testDeps(), mediaJobs: mediaJobs as never }, root, "films"))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(queued).toEqual([
      [{ body: { type: "remove-objects", keys: [videoFileKey("f1"), torrentInfoKey("f1"), thumbnailKey("t1.jpg")] } }],
    ]);
    expect((await request(`${CHANNELS}/films`)).status).toBe(404);
    for (const table of ["videos", "video_files", "thumbnails", "video_tags"]) {
      expect(await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n"), table).toBe(0);
    }
  });

  it("are deleted by request, but for an account's last", async () => {
    expect((await send("DELETE", `${CHANNELS}/root_channel`, {})).status).toBe(409);
    await send("POST", CHANNELS, { name: "films", displayName: "x" });
    const both = await Promise.all([send("DELETE", `${CHANNELS}/root_channel`, {}), send("DELETE", `${CHANNELS}/films`, {})]);
    expect(both.map((response) => response.status).toSorted()).toEqual([204, 409]);
    expect((await send("DELETE", `${CHANNELS}/nothing`, {})).status).toBe(404);
    expect((await request(`${CHANNELS}/films`, { method: "DELETE" })).status).toBe(401);
  });

  it("are listed in pages, in the asked order", async () => {
    await makeUser("ada", "ada-password");
    await makeUser("ben", "ben-password");
    expect(await listNames(`${CHANNELS}?sort=name`)).toEqual({ total: 3, names: ["ada_channel", "ben_channel", "root_channel"] });
    expect(await listNames(`${CHANNELS}?sort=-name&start=1&count=1`)).toEqual({ total: 3, names: ["ben_channel"] });
    expect(await listNames(`${CHANNELS}?count=0`)).toEqual({ total: 3, names: [] });
  });

  it.each([
    ["count=101", "count"],
    ["count=x", "count"],
    ["start=-1", "start"],
    ["start=1.5", "start"],
    ["sort=passwordHash", "sort"],
    ["sort=name&sort=id", "sort"],
  ])("aren't listed by %s", async (query, field) => {
    const response = await request(`${CHANNELS}?${query}`);
    const body = await readJson<ProblemBody>(response);
    expect([response.status, body.detail]).toEqual([400, `Incorrect request parameters: ${field}`]);
    expect(body["invalid-params"]?.[field]).toMatchObject({ type: "field", path: field, location: "query", msg: expect.any(String) });
  });
});

describe("bodies", () => {
  async function post(body: BodyInit, type?: string): Promise<Response> {
    return await request(CHANNELS, {
      method: "POST",
      headers: { ...bearer(tokens), ...(type !== undefined && { "content-type": type }) },
      body,
    });
  }

  it("may be JSON or either kind of form", async () => {
    const multipart = new FormData();
    multipart.set("name", "multipart");
    multipart.set("displayName", "x");
    expect((await post(multipart)).status).toBe(200);
    expect((await post(new URLSearchParams({ name: "urlencoded", displayName: "x" }))).status).toBe(200);
  });

  it.each([
    [400, "{", "application/json"],
    [400, "[]", "application/json"],
    [400, "null", "application/json"],
    [400, "name[=x", "application/x-www-form-urlencoded"],
    [400, "no boundary", "multipart/form-data"],
    [400, "no parts", "multipart/form-data; boundary=x"],
    [415, "<name/>", "application/xml"],
    [413, `{"name": "${"x".repeat(1024 * 1024)}"}`, "application/json"],
  ])("are answered %i when they are %s as %s", async (status, body, type) => {
    const response = await post(body, type);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.status).toBe(status);
  });
});
