import { scryptSync } from "node:crypto";
import { env, exports } from "cloudflare:workers";
import { ensureInstance } from "../../../src/domain/setup";
import { forgetSettings } from "../../../src/domain/settings";
import { UserRole } from "../../../src/domain/users/signed-in-user";
import { insertFirstUser } from "../../../src/storage/d1/users";
import { composeDeps, type WorkerDeps } from "../../../src/worker/deps";
import { forgetPreparation } from "../../../src/worker/prepare";

export const ORIGIN = "http://edgetube.test";
export const ROOT_PASSWORD = "root-password";

/** The domain's dependencies with a clock that the test may set forward. */
export function testDeps(advanceMs = 0): WorkerDeps {
  return { ...composeDeps(env, `${ORIGIN}/`, () => undefined), now: () => Date.now() + advanceMs };
}

/**
 * An instance with its administrator, as after the first request, but for the cost of the password's hash: every test
 * would pay it several times. Call in beforeEach.
 */
export async function setUpInstance(): Promise<void> {
  forgetPreparation();
  forgetSettings();
  const deps = testDeps();
  await deps.database.batch(
    insertFirstUser(deps.database, {
      username: "root",
      email: "root@edgetube.test",
      passwordHash: cheapHash(ROOT_PASSWORD),
      role: UserRole.administrator,
      channelName: "root_channel",
      channelDisplayName: "Main root channel",
      now: deps.now(),
    }),
  );
  await ensureInstance(deps, { adminPassword: ROOT_PASSWORD });
}

/** A password's hash that takes no time to verify. */
export function cheapHash(password: string): string {
  const salt = Buffer.from("salt for tests..");
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$scrypt$ln=4,r=1,p=1$${base64(salt)}$${base64(scryptSync(password, salt, 32, { N: 16, r: 1, p: 1 }))}`;
}

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  return await exports.default.fetch(new Request(new URL(path, ORIGIN), init));
}

/** The form that PeerTube's clients send, with this instance's client id. */
export async function requestToken(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  const client = await readJson<{ client_id: string; client_secret: string }>(await request("/api/v1/oauth-clients/local"));
  return await request("/api/v1/users/token", { method: "POST", headers, body: new URLSearchParams({ ...client, ...fields }) });
}

export interface Tokens {
  token_type: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_token_expires_in: number;
}

export async function signInAs(username = "root", password = ROOT_PASSWORD): Promise<Tokens> {
  const response = await requestToken({ grant_type: "password", username, password });
  if (response.status !== 200) {
    throw new Error(`sign-in of ${username}: ${response.status} ${await response.text()}`);
  }
  return await readJson<Tokens>(response);
}

export function bearer(tokens: Tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.access_token}` };
}

export async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

export interface ProblemBody {
  status: number;
  detail: string;
  code?: string;
  instance?: string;
  error?: string;
  "invalid-params"?: Record<string, { type: string; msg: string; path: string; location: string; value?: unknown }>;
}

/** A second user with account and channel `NAME_channel`. */
export async function makeUser(name: string, password: string, { blocked = false } = {}): Promise<void> {
  const hash = cheapHash(password);
  const now = Date.now();
  await env.DB.batch([
    env.DB.prepare("INSERT INTO users (username, email, password_hash, role, blocked, created_at) VALUES (?, ?, ?, 2, ?, ?)").bind(
      name,
      `${name}@example.com`,
      hash,
      blocked ? 1 : 0,
      now,
    ),
    env.DB.prepare(
      "INSERT INTO accounts (user_id, name, display_name, created_at, updated_at) SELECT id, username, username, created_at, created_at FROM users WHERE username = ?",
    ).bind(name),
    env.DB.prepare(
      "INSERT INTO channels (account_id, name, display_name, created_at, updated_at) SELECT id, name || '_channel', name, created_at, created_at FROM accounts WHERE name = ?",
    ).bind(name),
  ]);
}
