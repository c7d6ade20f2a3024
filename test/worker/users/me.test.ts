import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { MyUser } from "../../../src/contract/user";
import {
  bearer,
  makeUser,
  readJson,
  request,
  requestToken,
  ROOT_PASSWORD,
  setUpInstance,
  signInAs,
  type ProblemBody,
  type Tokens,
} from "./support";

let tokens: Tokens;

beforeEach(async () => {
  await setUpInstance();
  tokens = await signInAs();
});

async function getMe(): Promise<MyUser> {
  // With a query string, as Grayjay waits for it.
  return await readJson<MyUser>(await request("/api/v1/users/me?v=1", { headers: bearer(tokens) }));
}

async function putMe(body: unknown): Promise<Response> {
  return await request("/api/v1/users/me", {
    method: "PUT",
    headers: { ...bearer(tokens), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("GET /api/v1/users/me", () => {
  it("shows the user with account and channels, in PeerTube's shape, and nothing secret", async () => {
    const me = await getMe();
    expect(me).toMatchObject({
      username: "root",
      email: "root@edgetube.test",
      role: { id: 0, label: "Administrator" },
      blocked: false,
      videoQuota: -1,
      videoQuotaDaily: -1,
      p2pEnabled: true,
      nsfwPolicy: "display",
      account: {
        name: "root",
        displayName: "root",
        host: "edgetube.test",
        url: "http://edgetube.test/accounts/root",
        userId: me.id,
        avatars: [],
      },
    });
    expect(me.videoChannels).toHaveLength(1);
    expect(me.videoChannels[0]).toMatchObject({
      name: "root_channel",
      url: "http://edgetube.test/video-channels/root_channel",
      isLocal: true,
      ownerAccount: { name: "root" },
    });
    expect(new Date(me.createdAt).toISOString()).toBe(me.createdAt);
    expect(JSON.stringify(me)).not.toContain("scrypt");
  });
});

describe("PUT /api/v1/users/me", () => {
  it("changes the profile without the password, and only what is given", async () => {
    expect((await putMe({ displayName: "  Root <b>  ", description: "About me" })).status).toBe(204);
    expect((await getMe()).account).toMatchObject({ displayName: "Root <b>", description: "About me" });
    expect((await putMe({ description: null })).status).toBe(204);
    expect((await getMe()).account).toMatchObject({ displayName: "Root <b>", description: null });
  });

  it("changes the password with the current one, and signs out everywhere else", async () => {
    const other = await signInAs();
    expect((await putMe({ currentPassword: ROOT_PASSWORD, password: "another-password" })).status).toBe(204);
    expect((await request("/api/v1/users/me", { headers: bearer(other) })).status).toBe(401);
    expect((await getMe()).username).toBe("root");
    expect((await requestToken({ grant_type: "password", username: "root", password: ROOT_PASSWORD })).status).toBe(400);
    await signInAs("root", "another-password");
  });

  it("changes neither password nor e-mail address without the current password or with a wrong one", async () => {
    for (const change of [{ password: "another-password" }, { email: "me@example.org" }]) {
      expect((await putMe(change)).status).toBe(400);
      const wrong = await putMe({ ...change, currentPassword: "wrong" });
      expect([wrong.status, (await readJson<ProblemBody>(wrong)).code]).toEqual([401, "current_password_is_invalid"]);
    }
    expect((await getMe()).email).toBe("root@edgetube.test");
    await signInAs("root", ROOT_PASSWORD);
  });

  it("lets a stolen token guess the current password 15 times in 5 minutes", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 17 }, () => putMe({ currentPassword: "wrong", password: "another-password" }).then(({ status }) => status)),
    );
    expect(statuses.toSorted()).toEqual([...Array.from({ length: 15 }, () => 401), 429, 429]);
  });

  it("changes the e-mail address, unless it is another user's in any case", async () => {
    await makeUser("ada", "ada-password");
    expect((await putMe({ currentPassword: ROOT_PASSWORD, email: "me@example.org" })).status).toBe(204);
    expect((await getMe()).email).toBe("me@example.org");
    expect((await putMe({ currentPassword: ROOT_PASSWORD, email: "ADA@example.com" })).status).toBe(409);
    expect((await putMe({ currentPassword: ROOT_PASSWORD, email: "ME@example.org" })).status).toBe(204);
  });

  it.each([
    [{ displayName: "" }, ["displayName"]],
    [{ displayName: "x".repeat(121), description: "xx" }, ["displayName", "description"]],
    [{ currentPassword: ROOT_PASSWORD, password: "short" }, ["password"]],
    [{ currentPassword: ROOT_PASSWORD, email: "no address" }, ["email"]],
    [{ p2pEnabled: false, theme: "dark" }, ["p2pEnabled", "theme"]],
  ])("refuses %j, naming what is wrong", async (change, fields) => {
    const response = await putMe(change);
    const body = await readJson<ProblemBody>(response);
    expect(response.status).toBe(400);
    expect(Object.keys(body["invalid-params"] ?? {})).toEqual(fields);
    expect(body.detail).toBe(`Incorrect request parameters: ${fields.join(", ")}`);
    expect(JSON.stringify(body)).not.toContain("short");
  });
});

describe("GET /api/v1/users/me/video-quota-used", () => {
  it("sums the user's own files", async () => {
    await makeUser("ada", "ada-password");
    const insertVideo =
      "INSERT INTO videos (uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at) SELECT ?, id, 'v', 1, 1, 1, 1, 1 FROM channels WHERE name = ?";
    const insertFile =
      "INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, info_hash, piece_length, created_at) SELECT id, ?, ?, 'source', 'video/mp4', ?, 'e', 1, 1, 1, 1, 1, ?, 1, ? FROM videos WHERE uuid = ?";
    await env.DB.batch([
      env.DB.prepare(insertVideo).bind("v1", "root_channel"),
      env.DB.prepare(insertVideo).bind("v2", "ada_channel"),
      env.DB.prepare(insertFile).bind("f1", "f1", 100, "h1", 1, "v1"),
      env.DB.prepare(insertFile).bind("f2", "f2", 20, "h2", Date.now(), "v1"),
      env.DB.prepare(insertFile).bind("f3", "f3", 3, "h3", Date.now(), "v2"),
    ]);
    const used = await request("/api/v1/users/me/video-quota-used", { headers: bearer(tokens) });
    expect(await used.json()).toEqual({ videoQuotaUsed: 120, videoQuotaUsedDaily: 20 });
  });

  it("is zero without videos", async () => {
    const used = await request("/api/v1/users/me/video-quota-used", { headers: bearer(tokens) });
    expect(await used.json()).toEqual({ videoQuotaUsed: 0, videoQuotaUsedDaily: 0 });
  });
});
