import { beforeEach, expect, it, vi } from "vitest";
import { authorizedFetch, bearerToken, currentUser, isSignedIn, signIn, signOut } from "../../../src/client/session/session";

// The browser's session against a small instance of OAuth's rules: a refresh token works once.

const storage = new Map<string, string>();
const instance = {
  access: "a0",
  refresh: "r0",
  refreshes: 0,
  requests: [] as string[],
  failing: false,
};

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

async function answer(path: string, init: RequestInit = {}): Promise<Response> {
  instance.requests.push(path);
  const form = init.body instanceof URLSearchParams ? init.body : new URLSearchParams();
  if (path === "/api/v1/oauth-clients/local") {
    return json({ client_id: "id", client_secret: "secret" });
  }
  if (path === "/api/v1/users/token") {
    if (instance.failing) {
      return json({}, 500);
    }
    if (form.get("grant_type") === "password" && form.get("password") !== "right") {
      return json({ detail: "Wrong user name or password.", code: "invalid_grant" }, 400);
    }
    if (form.get("grant_type") === "refresh_token") {
      if (form.get("refresh_token") !== instance.refresh) {
        return json({ code: "invalid_grant" }, 400);
      }
      instance.refreshes += 1;
    }
    instance.access = `a${instance.refreshes + 1}`;
    instance.refresh = `r${instance.refreshes + 1}`;
    return json({ access_token: instance.access, refresh_token: instance.refresh, expires_in: 3600 });
  }
  if (new Headers(init.headers).get("authorization") !== `Bearer ${instance.access}`) {
    return json({ detail: "Token is invalid." }, 401);
  }
  return json({ id: 1, username: "root", path });
}

beforeEach(async () => {
  storage.clear();
  Object.assign(instance, { access: "a0", refresh: "r0", refreshes: 0, requests: [], failing: false });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
    removeItem: (key: string) => storage.delete(key),
  });
  let last: Promise<unknown> = Promise.resolve();
  vi.stubGlobal("navigator", {
    locks: {
      request: async (_name: string, work: () => Promise<unknown>) => {
        const turn = last.then(work, work);
        last = turn;
        return await turn;
      },
    },
  });
  vi.stubGlobal("fetch", answer);
  await signOut();
  instance.requests = [];
});

it("signs in, sends the token, and signs out", async () => {
  expect(await signIn("root", "right")).toEqual({ ok: true });
  expect(isSignedIn()).toBe(true);
  expect((await authorizedFetch("/api/v1/users/me")).status).toBe(200);
  await signOut();
  expect(isSignedIn()).toBe(false);
  expect(instance.requests.at(-1)).toBe("/api/v1/users/revoke-token");
  expect(await bearerToken()).toBeUndefined();
});

it("tells what the instance says of a wrong password", async () => {
  expect(await signIn("root", "wrong")).toEqual({ ok: false, message: "Wrong user name or password." });
  expect(isSignedIn()).toBe(false);
});

it("tells that the instance can't be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await signIn("root", "right")).toMatchObject({ ok: false, message: expect.stringContaining("can't be reached") });
});

it("renews the token once for all requests that meet its end at the same time", async () => {
  await signIn("root", "right");
  instance.access = "revoked";
  const responses = await Promise.all([1, 2, 3].map(async (part) => await authorizedFetch(`/api/v1/part/${part}`)));
  expect(responses.map((response) => response.status)).toEqual([200, 200, 200]);
  expect(instance.refreshes).toBe(1);
});

it("renews a token that is about to end before it is used, so that a stream is sent once", async () => {
  await signIn("root", "right");
  const stored = JSON.parse(storage.get("edgetube.session") ?? "{}") as object;
  storage.set("edgetube.session", JSON.stringify({ ...stored, accessExpiresAt: Date.now() + 1000 }));
  expect((await authorizedFetch("/upload", { method: "PUT", body: new ReadableStream() })).status).toBe(200);
  expect(instance.requests.filter((path) => path === "/upload")).toHaveLength(1);
});

it("ends the session where the refresh token is refused, and keeps it where the instance fails", async () => {
  await signIn("root", "right");
  instance.access = "revoked";
  instance.failing = true;
  expect((await authorizedFetch("/api/v1/x")).status).toBe(401);
  expect(isSignedIn()).toBe(true);
  instance.failing = false;
  instance.refresh = "other";
  expect((await authorizedFetch("/api/v1/x")).status).toBe(401);
  expect(isSignedIn()).toBe(false);
});

it("asks who is signed in with a query string, once a page (Grayjay waits for that request)", async () => {
  await signIn("root", "right");
  await Promise.all([currentUser(), currentUser()]);
  expect(instance.requests.filter((path) => path.startsWith("/api/v1/users/me?"))).toHaveLength(1);
});

it("takes what isn't a session in storage for none", async () => {
  storage.set("edgetube.session", '{"accessToken":1}');
  expect(isSignedIn()).toBe(false);
  storage.set("edgetube.session", "{");
  expect(await currentUser()).toBeUndefined();
});
