import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureInstance } from "../../../src/domain/setup";
import { enterAttempt, MAX_FAILURES_PER_NAME, nameCounter } from "../../../src/domain/users/failure-limit";
import { signIn } from "../../../src/domain/users/sign-in";
import {
  bearer,
  makeUser,
  readJson,
  request,
  requestToken,
  ROOT_PASSWORD,
  setUpInstance,
  signInAs,
  testDeps,
  type ProblemBody,
  type Tokens,
} from "./support";

const ME = "/api/v1/users/me";

async function countRows(table: "users" | "accounts" | "channels" | "oauth_clients" | "oauth_tokens"): Promise<number> {
  return (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n")) ?? -1;
}

async function expectProblem(response: Response, status: number, code: string | undefined): Promise<ProblemBody> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  const body = await readJson<ProblemBody>(response);
  expect({ status: response.status, code: body.code, bodyStatus: body.status }).toEqual({ status, code, bodyStatus: status });
  expect(body.detail.length).toBeGreaterThan(10);
  return body;
}

beforeEach(setUpInstance);

describe("the first start", () => {
  it("makes root with account, channel and OAuth client once, also when done twice at once", async () => {
    await env.DB.exec("DELETE FROM users; DELETE FROM oauth_clients;");
    const deps = testDeps();
    await Promise.all([1, 2, 3].map(() => ensureInstance(deps, { adminPassword: ROOT_PASSWORD })));
    await ensureInstance(deps, { adminPassword: "another-password" });
    expect([await countRows("users"), await countRows("accounts"), await countRows("channels"), await countRows("oauth_clients")]).toEqual([
      1, 1, 1, 1,
    ]);
    expect(await env.DB.prepare("SELECT name FROM channels").first("name")).toBe("root_channel");
    expect(await env.DB.prepare("SELECT password_hash FROM users").first("password_hash")).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    await signInAs("root", ROOT_PASSWORD);
  });

  it("makes nobody without a password", async () => {
    await env.DB.exec("DELETE FROM users;");
    await ensureInstance(testDeps(), { adminPassword: "" });
    expect(await countRows("users")).toBe(0);
  });
});

describe("GET /api/v1/oauth-clients/local", () => {
  it("gives a client of 32 characters each, the same every time", async () => {
    const first = await readJson<Record<string, string>>(await request("/api/v1/oauth-clients/local"));
    expect(first).toEqual({ client_id: expect.stringMatching(/^[0-9a-f]{32}$/), client_secret: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await readJson(await request("/api/v1/oauth-clients/local"))).toEqual(first);
  });

  it("refuses another host than the configured", async () => {
    await expectProblem(await request("http://rebound.test/api/v1/oauth-clients/local"), 403, undefined);
  });
});

describe("the password grant", () => {
  it("answers with PeerTube's fields and headers that forbid storing", async () => {
    const response = await requestToken({
      grant_type: "password",
      response_type: "code",
      scope: "upload",
      username: "root",
      password: ROOT_PASSWORD,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("pragma")).toBe("no-cache");
    expect(await response.json()).toEqual({
      token_type: "Bearer",
      access_token: expect.stringMatching(/^[0-9a-f]{40}$/),
      refresh_token: expect.stringMatching(/^[0-9a-f]{40}$/),
      expires_in: 86_399,
      refresh_token_expires_in: 2_419_199,
    });
  });

  it("takes the name or the e-mail address in any case", async () => {
    const email = await env.DB.prepare("SELECT email FROM users").first<string>("email");
    for (const username of ["ROOT", "Root", email ?? "", (email ?? "").toUpperCase(), " root "]) {
      expect((await requestToken({ grant_type: "password", username, password: ROOT_PASSWORD })).status, username).toBe(200);
    }
    await expectProblem(
      await requestToken({ grant_type: "password", username: "root", password: ROOT_PASSWORD.toUpperCase() }),
      400,
      "invalid_grant",
    );
  });

  it("stores neither token nor password", async () => {
    const tokens = await signInAs();
    const dump = JSON.stringify([
      (await env.DB.prepare("SELECT * FROM oauth_tokens").all()).results,
      (await env.DB.prepare("SELECT * FROM users").all()).results,
    ]);
    expect(dump).not.toContain(tokens.access_token);
    expect(dump).not.toContain(tokens.refresh_token);
    expect(dump).not.toContain(ROOT_PASSWORD);
  });

  it.each([
    ["a wrong password", { grant_type: "password", username: "root", password: "wrong" }, "invalid_grant"],
    ["an unknown name", { grant_type: "password", username: "nobody", password: ROOT_PASSWORD }, "invalid_grant"],
    ["a wildcard for a name", { grant_type: "password", username: "%", password: ROOT_PASSWORD }, "invalid_grant"],
    ["no password", { grant_type: "password", username: "root" }, "invalid_request"],
    ["no name", { grant_type: "password", password: "x" }, "invalid_request"],
    ["no grant type", { username: "root", password: ROOT_PASSWORD }, "invalid_request"],
    ["another grant type", { grant_type: "authorization_code", code: "x" }, "unsupported_grant_type"],
    ["no refresh token", { grant_type: "refresh_token" }, "invalid_request"],
    ["a password without end", { grant_type: "password", username: "root", password: "x".repeat(1025) }, "too_long_password"],
    [
      "another client",
      { grant_type: "password", username: "root", password: ROOT_PASSWORD, client_secret: "0".repeat(32) },
      "invalid_client",
    ],
  ])("refuses %s", async (_, fields, code) => {
    const body = await expectProblem(await requestToken(fields as Record<string, string>), 400, code);
    expect(body.instance).toBe("/api/v1/users/token");
    expect(body.error).toBe(body.detail);
    expect(await countRows("oauth_tokens")).toBe(0);
  });

  it("says the same of a wrong password and of an unknown name", async () => {
    const wrong = await requestToken({ grant_type: "password", username: "root", password: "wrong" });
    const unknown = await requestToken({ grant_type: "password", username: "nobody", password: "wrong" });
    expect(await unknown.json()).toEqual(await wrong.json());
  });

  it("takes forms only, as PeerTube does", async () => {
    const client = await readJson<Record<string, string>>(await request("/api/v1/oauth-clients/local"));
    const fields = { ...client, grant_type: "password", username: "root", password: ROOT_PASSWORD };
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fields) };
    await expectProblem(await request("/api/v1/users/token", json), 400, "invalid_request");
    const multipart = new FormData();
    Object.entries(fields).forEach(([name, value]) => multipart.set(name, value));
    await expectProblem(await request("/api/v1/users/token", { method: "POST", body: multipart }), 400, "invalid_request");
  });

  it("tells a blocked user so, but only with the right password", async () => {
    await makeUser("mallory", "mallory-password", { blocked: true });
    await expectProblem(
      await requestToken({ grant_type: "password", username: "mallory", password: "mallory-password" }),
      400,
      "account_blocked",
    );
    await expectProblem(await requestToken({ grant_type: "password", username: "mallory", password: "wrong" }), 400, "invalid_grant");
  });
});

describe("the refresh grant", () => {
  async function refresh(tokens: Tokens): Promise<Response> {
    return await requestToken({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  }

  it("gives a new pair and ends the old one", async () => {
    const old = await signInAs();
    const response = await refresh(old);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const fresh = await readJson<Tokens>(response);
    expect(fresh.refresh_token).not.toBe(old.refresh_token);
    expect((await request(ME, { headers: bearer(fresh) })).status).toBe(200);
    expect((await request(ME, { headers: bearer(old) })).status).toBe(401);
    expect(await countRows("oauth_tokens")).toBe(1);
  });

  it("refuses a refresh token the second time, also at the same time", async () => {
    const old = await signInAs();
    const statuses = (await Promise.all([refresh(old), refresh(old), refresh(old)])).map((response) => response.status).toSorted();
    expect(statuses).toEqual([200, 400, 400]);
    await expectProblem(await refresh(old), 400, "invalid_grant");
  });

  it("takes no access token, no expired token and none of a blocked user", async () => {
    const tokens = await signInAs();
    await expectProblem(await requestToken({ grant_type: "refresh_token", refresh_token: tokens.access_token }), 400, "invalid_grant");
    await env.DB.exec("UPDATE users SET blocked = 1;");
    await expectProblem(await refresh(tokens), 400, "invalid_grant");
    await env.DB.exec("UPDATE users SET blocked = 0; UPDATE oauth_tokens SET refresh_expires_at = 1;");
    await expectProblem(await refresh(tokens), 400, "invalid_grant");
  });
});

describe("the bearer token", () => {
  it("ends when it is revoked, its partner with it", async () => {
    const tokens = await signInAs();
    const other = await signInAs();
    const response = await request("/api/v1/users/revoke-token", { method: "POST", headers: bearer(tokens) });
    expect([response.status, await response.json()]).toEqual([200, {}]);
    await expectProblem(await request(ME, { headers: bearer(tokens) }), 401, "invalid_token");
    await expectProblem(await requestToken({ grant_type: "refresh_token", refresh_token: tokens.refresh_token }), 400, "invalid_grant");
    expect((await request(ME, { headers: bearer(other) })).status).toBe(200);
  });

  it("is refused when it has expired and when its user is blocked", async () => {
    const tokens = await signInAs();
    await env.DB.exec("UPDATE users SET blocked = 1;");
    await expectProblem(await request(ME, { headers: bearer(tokens) }), 401, "invalid_token");
    await env.DB.exec("UPDATE users SET blocked = 0; UPDATE oauth_tokens SET access_expires_at = 1;");
    const response = await request(ME, { headers: bearer(tokens) });
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    await expectProblem(response, 401, "invalid_token");
  });

  it("is asked for where it is missing, and named where it isn't one", async () => {
    const missing = await request(ME);
    expect(missing.headers.get("www-authenticate")).toBe("Bearer");
    await expectProblem(missing, 401, "unauthorized_request");
    await expectProblem(await request(ME, { headers: { authorization: "Basic cm9vdDpyb290" } }), 400, "invalid_request");
    await expectProblem(await request(ME, { headers: { authorization: "Bearer nonsense" } }), 401, "invalid_token");
  });
});

describe("too many failures", () => {
  const from = (address: string) => ({ "cf-connecting-ip": address });

  async function attempt(address: string, username: string, password: string): Promise<Response> {
    return await requestToken({ grant_type: "password", username, password }, from(address));
  }

  async function countedFailures(): Promise<number[]> {
    return (await env.DB.prepare("SELECT failures FROM sign_in_failures ORDER BY failures").all<{ failures: number }>()).results.map(
      (row) => row.failures,
    );
  }

  it("stop an address after 15 in 5 minutes, whatever names it tries, and not another address", async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => attempt("192.0.2.1", `name${i}`, "wrong").then((response) => response.status)),
    );
    // At once, and still no more than 15 were tried.
    expect(codes.filter((status) => status === 400)).toHaveLength(15);
    expect(codes.filter((status) => status === 429)).toHaveLength(5);
    const limited = await attempt("192.0.2.1", "root", ROOT_PASSWORD);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(limited.headers.get("retry-after"))).toBeLessThanOrEqual(300);
    expect((await expectProblem(limited, 429, undefined)).detail).toContain("min");
    expect((await attempt("192.0.2.2", "root", ROOT_PASSWORD)).status).toBe(200);
  });

  it("are forgotten after 5 minutes", async () => {
    await Promise.all(Array.from({ length: 16 }, () => attempt("192.0.2.1", "root", "wrong")));
    const login = { login: "root", password: ROOT_PASSWORD, address: "192.0.2.1" };
    expect(await signIn(testDeps(), login)).toMatchObject({ ok: false, error: { reason: "too-many-failures" } });
    expect(await signIn(testDeps(5 * 60_000), login)).toMatchObject({ ok: true });
  });

  it("are not counted when the sign-in succeeds", async () => {
    for (let i = 0; i < 16; i++) {
      expect((await attempt("192.0.2.1", "root", ROOT_PASSWORD)).status).toBe(200);
    }
    expect(await countedFailures()).toEqual(expect.not.arrayContaining([1]));
  });

  it("from many addresses stop a name, but not its owner where they have signed in before", async () => {
    expect((await attempt("198.51.100.7", "root", ROOT_PASSWORD)).status).toBe(200);
    const { id } = (await env.DB.prepare("SELECT id FROM users").first<{ id: number }>()) ?? { id: -1 };
    const crowd = [await nameCounter(testDeps(), { userId: id })];
    for (let i = 0; i < MAX_FAILURES_PER_NAME - 1; i++) {
      await enterAttempt(testDeps(), crowd);
    }
    expect((await attempt("192.0.2.1", "root", "wrong")).status).toBe(400);
    expect((await attempt("192.0.2.4", "root", ROOT_PASSWORD)).status).toBe(429);
    expect((await attempt("192.0.2.4", "root@edgetube.test", ROOT_PASSWORD)).status).toBe(429);
    expect((await attempt("198.51.100.7", "root", ROOT_PASSWORD)).status).toBe(200);
  });

  it("of one address alone don't shut a name for others", async () => {
    await Promise.all(Array.from({ length: 20 }, () => attempt("192.0.2.1", "root", "wrong")));
    expect((await attempt("192.0.2.9", "root", ROOT_PASSWORD)).status).toBe(200);
  });

  it("count an IPv6 subscriber's whole network", async () => {
    await Promise.all(Array.from({ length: 15 }, (_, i) => attempt(`2001:db8:1:2::${i + 1}`, "root", "wrong")));
    expect((await attempt("2001:db8:1:2:ffff::1", "root", ROOT_PASSWORD)).status).toBe(429);
    expect((await attempt("2001:db8:1:3::1", "root", ROOT_PASSWORD)).status).toBe(200);
  });

  it("leave neither addresses nor mistyped names in the database", async () => {
    await attempt("192.0.2.1", "my-password-by-mistake", "wrong");
    const dump = JSON.stringify((await env.DB.prepare("SELECT * FROM sign_in_failures").all()).results);
    expect(dump).not.toContain("192.0.2.1");
    expect(dump).not.toContain("mistake");
  });
});
