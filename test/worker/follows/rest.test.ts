import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { AskedFollow, BlockedServer, CustomConfig, Follow } from "../../../src/contract/follow";
import type { Channel } from "../../../src/contract/video";
import { ensureLocalActor } from "../../../src/domain/actors/local";
import { updateSettings } from "../../../src/domain/settings";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors";
import { actorObject, followIndex } from "../actors/support";
import { bearer, makeUser, ORIGIN, readJson, request, signInAs, type ProblemBody } from "../users/support";
import { seedVideoRows } from "../videos/seed";
import { arrives, INSTANCE_URL, quietDeps, remoteActor, setUpFollows } from "./support";

let admin: Record<string, string>;
let ann: Record<string, string>;

beforeEach(async () => {
  await setUpFollows();
  await makeUser("ann", "ann-password");
  admin = bearer(await signInAs());
  ann = bearer(await signInAs("ann", "ann-password"));
});

async function call(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { ...headers, "content-type": "application/json" } };
  return await request(`/api/v1${path}`, { method, headers, ...json });
}

async function list<T>(path: string, headers: Record<string, string> = {}): Promise<{ total: number; data: T[] }> {
  const response = await call("GET", path, headers);
  expect(response.status).toBe(200);
  return await readJson(response);
}

const ADMINISTRATORS: [method: string, path: string, body?: unknown][] = [
  ["POST", "/server/following", { hosts: ["a.example"] }],
  ["GET", "/server/following/asked"],
  ["DELETE", "/server/following/a.example"],
  ["POST", "/server/following/a.example/retry"],
  ["POST", "/server/followers/reject-all"],
  ["POST", "/server/followers/peertube@a.example/accept"],
  ["POST", "/server/followers/peertube@a.example/reject"],
  ["DELETE", "/server/followers/peertube@a.example"],
  ["GET", "/server/blocklist/servers"],
  ["POST", "/server/blocklist/servers", { host: "a.example" }],
  ["DELETE", "/server/blocklist/servers/a.example"],
  ["GET", "/config/custom"],
  ["PUT", "/config/custom", {}],
];

test.each(ADMINISTRATORS)("%s %s is for administrators", async (method, path, body) => {
  const anonymous = await call(method, path, {}, body);
  expect(anonymous.status).toBe(401);
  expect((await readJson<ProblemBody>(anonymous)).code).toBe("unauthorized_request");
  const user = await call(method, path, ann, body);
  expect(user.status).toBe(403);
  expect(user.headers.get("content-type")).toContain("application/problem+json");
  expect((await call(method, path, { authorization: "Bearer no-such-token" }, body)).status).toBe(401);
});

describe("GET /server/followers and /following", () => {
  test("show PeerTube's fields to everybody, and how hosts are to administrators", async () => {
    const other = await remoteActor("a.example");
    await arrives(quietDeps(), other);
    await env.DB.prepare(
      "INSERT INTO hosts (host, score, failures, failing_since, last_error) VALUES ('a.example', 420, 3, 1000, 'no answer')",
    ).run();
    for (const host of ["a.example", "b.example"]) {
      await env.DB.prepare(
        "INSERT INTO deliveries (actor, activity_id, activity_type, host, inboxes, due_at, created_at) VALUES ('accounts/root', 'x', 'Like', ?, '[]', 0, 0)",
      )
        .bind(host)
        .run();
    }
    const { total, data } = await list<Follow>("/server/followers");
    expect(total).toBe(1);
    expect(data[0]).toEqual({
      id: expect.any(Number) as number,
      follower: {
        id: other.id,
        url: other.url,
        name: "peertube",
        host: "a.example",
        hostRedundancyAllowed: false,
        followingCount: 1,
        followersCount: 0,
        avatars: [],
        createdAt: expect.any(String) as string,
        updatedAt: expect.any(String) as string,
        type: "Application",
      },
      following: expect.objectContaining({ url: INSTANCE_URL, name: "peertube", host: "edgetube.test", followersCount: 1 }) as unknown,
      score: 420,
      state: "accepted",
      createdAt: expect.any(String) as string,
      updatedAt: expect.any(String) as string,
    });
    const [shown] = (await list<Follow>("/server/followers", admin)).data;
    expect(shown?.health).toEqual({
      failures: 3,
      failingSince: "1970-01-01T00:00:01.000Z",
      restingUntil: null,
      lastError: "no answer",
      waiting: 1,
      isBlocked: false,
    });
    expect((await list("/server/following")).total).toBe(0);
  });

  test("are of the instance alone, unless an administrator asks for all", async () => {
    const bob = await remoteActor("b.example", "bob", "Person");
    await arrives(quietDeps(), bob, { target: { kind: "channel", name: "root_channel" } });
    expect((await list("/server/followers")).total).toBe(0);
    expect((await list("/server/followers?scope=all", admin)).total).toBe(1);
    expect((await call("GET", "/server/followers?scope=all", {})).status).toBe(403);
    expect((await call("GET", "/server/followers?scope=all", ann)).status).toBe(403);
  });

  test("are searched, filtered, sorted and paged; what can't be is refused", async () => {
    await updateSettings(quietDeps(), { followers: { manualApproval: true } });
    await arrives(quietDeps(), await remoteActor("a.example"));
    await arrives(quietDeps(5), await remoteActor("b.example", "bob", "Person"));
    await actorObject("accounts/peertube").decideFollower("https://b.example/accounts/bob", "accepted");
    const hosts = async (query: string) => (await list<Follow>(`/server/followers?${query}`)).data.map(({ follower }) => follower.host);
    expect(await hosts("state=pending")).toEqual(["a.example"]);
    expect(await hosts("actorType=Person")).toEqual(["b.example"]);
    expect(await hosts("search=bob@B")).toEqual(["b.example"]);
    expect(await hosts("sort=state")).toEqual(["b.example", "a.example"]);
    expect(await hosts("sort=createdAt&start=1&count=1")).toEqual(["b.example"]);
    for (const query of ["state=maybe", "actorType=Robot", "sort=name", "count=101", "start=-1", "scope=none"]) {
      const response = await call("GET", `/server/followers?${query}`, {});
      expect(response.status, query).toBe(400);
      expect(Object.keys((await readJson<ProblemBody>(response))["invalid-params"] ?? {})).toEqual([query.split("=")[0]]);
    }
    expect((await call("GET", "/server/following?sort=-redundancyAllowed", {})).status).toBe(200);
  });
});

describe("POST /server/following", () => {
  test("asks for each, and shows what is still to be looked up until it is taken back", async () => {
    const body = { hosts: ["a.example", "A.example"], handles: ["bob@b.example"] };
    expect((await call("POST", "/server/following", admin, body)).status).toBe(204);
    const asked = await list<AskedFollow>("/server/following/asked", admin);
    expect(asked.data.map(({ target }) => target)).toEqual(["a.example", "bob@b.example"]);
    expect((await call("POST", "/server/following/a.example/retry", admin)).status).toBe(204);
    expect((await call("DELETE", "/server/following/bob%40b.example", admin)).status).toBe(204);
    expect((await call("DELETE", "/server/following/bob%40b.example", admin)).status).toBe(404);
    expect((await call("POST", "/server/following/c.example/retry", admin)).status).toBe(404);
  });

  test.each([
    [{}, "hosts"],
    [{ hosts: [], handles: [] }, "hosts"],
    [{ hosts: "a.example" }, "hosts"],
    [{ hosts: [7] }, "hosts.0"],
    [{ hosts: ["https://a.example/path"] }, "hosts"],
    [{ hosts: ["edgetube.test"] }, "hosts"],
    [{ handles: ["no handle"] }, "handles"],
    [{ hosts: ["a.example"], more: 1 }, "more"],
    [{ hosts: Array.from({ length: 101 }, (_, index) => `h${index}.example`) }, "hosts"],
  ])("refuses %j", async (body, field) => {
    const response = await call("POST", "/server/following", admin, body);
    expect(response.status).toBe(400);
    expect(Object.keys((await readJson<ProblemBody>(response))["invalid-params"] ?? {})).toEqual([field]);
  });

  test("refuses what is no JSON", async () => {
    const init = { method: "POST", headers: { ...admin, "content-type": "application/json" }, body: "{" };
    expect((await request("/api/v1/server/following", init)).status).toBe(400);
  });
});

describe("the administrator's decisions", () => {
  test("accept, reject and remove a follower; what isn't one, or is decided, is told", async () => {
    await updateSettings(quietDeps(), { followers: { manualApproval: true } });
    const other = await remoteActor("a.example");
    await arrives(quietDeps(), other);
    const path = "/server/followers/peertube%40a.example";
    expect((await call("POST", `${path}/accept`, admin)).status).toBe(204);
    expect((await call("POST", `${path}/accept`, admin)).status).toBe(400);
    expect((await call("POST", `${path}/reject`, admin)).status).toBe(204);
    expect((await call("POST", `${path}/reject`, admin)).status).toBe(400);
    expect((await call("DELETE", path, admin)).status).toBe(204);
    expect((await call("DELETE", path, admin)).status).toBe(404);
    expect((await call("POST", "/server/followers/nobody%40z.example/accept", admin)).status).toBe(404);
    expect(await followIndex()).toEqual([]);
  });

  test("concern others' followers too, by their names", async () => {
    const bob = await remoteActor("b.example", "bob", "Person");
    await arrives(quietDeps(), bob, { target: { kind: "channel", name: "root_channel" } });
    expect((await call("DELETE", "/server/followers/bob%40b.example", admin)).status).toBe(404);
    expect((await call("DELETE", "/server/followers/bob%40b.example?target=nobody", admin)).status).toBe(404);
    expect((await call("DELETE", "/server/followers/bob%40b.example?target=root_channel", admin)).status).toBe(204);
    expect(await followIndex()).toEqual([]);
  });

  test("reject all", async () => {
    await arrives(quietDeps(), await remoteActor("a.example"));
    expect((await call("POST", "/server/followers/reject-all", admin)).status).toBe(204);
    const config = await readJson<CustomConfig>(await call("GET", "/config/custom", admin));
    expect(config.followers.instance.enabled).toBe(false);
    expect(config.followers.channels.enabled).toBe(false);
    const task = await env.DB.prepare("SELECT count(*) AS tasks FROM federation_tasks WHERE kind = 'reject-followers'").first<{
      tasks: number;
    }>();
    expect(task?.tasks).toBeGreaterThan(0);
  });
});

test("blocked instances are listed, added and removed, and their videos aren't listed", async () => {
  expect((await call("POST", "/server/blocklist/servers", admin, { host: "Bad.example" })).status).toBe(204);
  const { total, data } = await list<BlockedServer>("/server/blocklist/servers?sort=-createdAt&search=BAD", admin);
  expect(total).toBe(1);
  expect(data[0]?.blockedServer).toEqual({ host: "bad.example" });
  expect(data[0]?.byAccount.name).toBe("peertube");
  for (const [body, status] of [
    [{ host: "no host" }, 400],
    [{}, 400],
    [{ host: "edgetube.test" }, 409],
  ] as const) {
    expect((await call("POST", "/server/blocklist/servers", admin, body)).status).toBe(status);
  }
  await seedVideoRows({ name: "Theirs", channel: "ann_channel" });
  await env.DB.prepare("UPDATE channels SET host = 'bad.example' WHERE name = 'ann_channel'").run();
  expect((await list("/videos")).total).toBe(0);
  expect((await call("DELETE", "/server/blocklist/servers/bad.example", admin)).status).toBe(204);
  expect((await list("/videos")).total).toBe(1);
  expect((await call("DELETE", "/server/blocklist/servers/bad.example", admin)).status).toBe(404);
});

describe("/config/custom", () => {
  test("shows and changes the sections of following; what is left out stays", async () => {
    const before = await readJson<CustomConfig>(await call("GET", "/config/custom", admin));
    expect(before).toEqual({
      followers: { instance: { enabled: true, manualApproval: false }, channels: { enabled: true } },
      followings: { instance: { autoFollowBack: { enabled: false } } },
    });
    const change = { followers: { instance: { manualApproval: true } }, followings: { instance: { autoFollowBack: { enabled: true } } } };
    const after = await readJson<CustomConfig>(await call("PUT", "/config/custom", admin, change));
    expect(after.followers).toEqual({ instance: { enabled: true, manualApproval: true }, channels: { enabled: true } });
    expect(after.followings.instance.autoFollowBack.enabled).toBe(true);
    expect((await call("PUT", "/config/custom", admin, after)).status).toBe(200);
  });

  test.each([
    [{ signup: { enabled: true } }, "signup"],
    [{ followers: { instance: { enabled: "perhaps" } } }, "followers.instance.enabled"],
    [{ followings: { instance: { autoFollowIndex: { enabled: true } } } }, "followings.instance.autoFollowIndex"],
  ])("refuses %j by name", async (body, field) => {
    const response = await call("PUT", "/config/custom", admin, body);
    expect(response.status).toBe(400);
    expect(Object.keys((await readJson<ProblemBody>(response))["invalid-params"] ?? {})).toEqual([field]);
  });
});

describe("followers of accounts and channels", () => {
  test("are shown to their owner and counted everywhere", async () => {
    const bob = await remoteActor("b.example", "bob", "Person");
    await arrives(quietDeps(), bob, { target: { kind: "channel", name: "ann_channel" } });
    await arrives(quietDeps(), bob, { target: { kind: "account", name: "ann" } });
    expect((await list<Follow>("/accounts/ann/followers", ann)).total).toBe(2);
    expect((await list<Follow>("/video-channels/ann_channel/followers", ann)).data.map(({ follower }) => follower.name)).toEqual(["bob"]);
    expect((await list("/video-channels/ann_channel/followers", admin)).total).toBe(1);
    expect((await call("GET", "/accounts/ann/followers", {})).status).toBe(401);
    await makeUser("eve", "eve-password");
    const eve = bearer(await signInAs("eve", "eve-password"));
    expect((await call("GET", "/video-channels/ann_channel/followers", eve)).status).toBe(403);
    expect((await call("GET", "/accounts/nobody/followers", ann)).status).toBe(404);
    const channel = await readJson<Channel>(await call("GET", "/video-channels/ann_channel", {}));
    expect([channel.followersCount, channel.ownerAccount.followersCount]).toEqual([1, 1]);
    const { data } = await list<Channel>("/video-channels?sort=name");
    expect(data.map(({ name, followersCount }) => [name, followersCount])).toEqual([
      ["ann_channel", 1],
      ["eve_channel", 0],
      ["root_channel", 0],
    ]);
  });
});

describe("subscriptions", () => {
  test("to a channel of here hold at once, with its videos", async () => {
    await seedVideoRows({ name: "Subscribed" });
    await seedVideoRows({ name: "Not", channel: "ann_channel" });
    expect((await call("POST", "/users/me/subscriptions", ann, { uri: "root_channel@edgetube.test" })).status).toBe(204);
    expect((await call("POST", "/users/me/subscriptions", ann, { uri: `${ORIGIN}/video-channels/root_channel` })).status).toBe(204);
    const { total, data } = await list<Channel>("/users/me/subscriptions?sort=-createdAt", ann);
    expect([total, data[0]?.name, data[0]?.followersCount]).toEqual([1, "root_channel", 1]);
    expect((await list<{ name: string }>("/users/me/subscriptions/videos", ann)).data.map(({ name }) => name)).toEqual(["Subscribed"]);
    expect((await list("/users/me/subscriptions/videos", admin)).total).toBe(0);
    const uris = "root_channel@edgetube.test,ann_channel@edgetube.test,x@z.example";
    expect(await readJson(await call("GET", `/users/me/subscriptions/exist?uris=${uris}`, ann))).toEqual({
      "root_channel@edgetube.test": true,
      "ann_channel@edgetube.test": false,
      "x@z.example": false,
    });
    expect((await call("GET", "/users/me/subscriptions/root_channel@edgetube.test", ann)).status).toBe(200);
    expect((await call("DELETE", "/users/me/subscriptions/root_channel@edgetube.test", ann)).status).toBe(204);
    expect((await call("DELETE", "/users/me/subscriptions/root_channel@edgetube.test", ann)).status).toBe(404);
    expect((await call("GET", "/users/me/subscriptions/root_channel", ann)).status).toBe(404);
    expect(await followIndex()).toEqual([]);
  });

  test("to one of elsewhere that is known are shown at once; one that isn't is looked up", async () => {
    const bob = await remoteActor("b.example", "films", "Group");
    await env.DB.batch([
      env.DB.prepare("INSERT INTO accounts (name, host, display_name, created_at, updated_at) VALUES ('bob', 'b.example', 'Bob', 0, 0)"),
      env.DB.prepare(
        "INSERT INTO channels (account_id, name, host, display_name, created_at, updated_at) SELECT id, 'films', host, 'Films', 0, 0 FROM accounts WHERE name = 'bob'",
      ),
      env.DB.prepare("UPDATE actors SET channel_id = (SELECT id FROM channels WHERE name = 'films') WHERE id = ?").bind(bob.id),
    ]);
    expect((await call("POST", "/users/me/subscriptions", ann, { uri: "films@b.example" })).status).toBe(204);
    expect((await list<Channel>("/users/me/subscriptions?search=FILMS@b", ann)).data.map(({ host }) => host)).toEqual(["b.example"]);
    expect(await followIndex()).toEqual([`${ORIGIN}/accounts/ann > ${bob.url}: pending`]);
    expect((await call("POST", "/users/me/subscriptions", ann, { uri: "other@c.example" })).status).toBe(204);
    const task = await env.DB.prepare("SELECT subject FROM federation_tasks WHERE subject LIKE '%c.example'").first();
    expect(task).toEqual({ subject: "account/ann other@c.example" });
    expect((await call("DELETE", "/users/me/subscriptions/films@b.example", ann)).status).toBe(204);
    expect(await followIndex()).toEqual([]);
  });

  test.each([
    [{}, 400],
    [{ uri: "" }, 400],
    [{ uri: "not a handle" }, 400],
    [{ uri: "nobody@edgetube.test" }, 404],
    [{ uri: "ann@edgetube.test" }, 404],
    [{ uri: `${ORIGIN}/accounts/root` }, 404],
    [{ uri: "x@bad.example" }, 403],
  ])("to %j are refused", async (body, status) => {
    await call("POST", "/server/blocklist/servers", admin, { host: "bad.example" });
    expect((await call("POST", "/users/me/subscriptions", ann, body)).status).toBe(status);
  });

  test.each(["", "/exist?uris=a@b.example", "/videos", "/a@b.example"])("GET %s needs a token", async (path) => {
    expect((await call("GET", `/users/me/subscriptions${path}`, {})).status).toBe(401);
  });

  test("exist without uris is refused", async () => {
    expect((await call("GET", "/users/me/subscriptions/exist", ann)).status).toBe(400);
  });
});

test("the instance's own actor is there before anybody followed it", async () => {
  expect((await list("/server/following")).total).toBe(0);
  expect((await ensureLocalActor(quietDeps(), INSTANCE_ACTOR))?.url).toBe(INSTANCE_URL);
});
