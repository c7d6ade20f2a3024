import { env } from "cloudflare:workers";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs } from "../users/support";
import { seedVideoRows, type SeedOptions } from "../videos/seed";

export const ELSEWHERE = "elsewhere.test";

export interface Person {
  headers: Record<string, string>;
  accountId: number;
}

/** An instance with its administrator and two users who own nothing of root's. */
export async function setUpPeople(): Promise<{ root: Person; alice: Person; bob: Person }> {
  await setUpInstance();
  await makeUser("alice", "alice-password");
  await makeUser("bob", "bob-password");
  return {
    root: await signedIn("root"),
    alice: await signedIn("alice", "alice-password"),
    bob: await signedIn("bob", "bob-password"),
  };
}

async function signedIn(name: string, password?: string): Promise<Person> {
  return { headers: bearer(await signInAs(name, password)), accountId: await idOf("SELECT id FROM accounts WHERE name = ?", name) };
}

/** A call with JSON in and out; `body` undefined where the answer has none. */
export async function call<T>(
  method: string,
  path: string,
  { as, json }: { as?: Person | undefined; json?: unknown } = {},
): Promise<{ status: number; body: T }> {
  const response = await request(path, {
    method,
    headers: { ...as?.headers, ...(json !== undefined && { "content-type": "application/json" }) },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const body = isJson ? await readJson<T>(response) : (undefined as T);
  if (!isJson) {
    await response.body?.cancel();
  }
  return { status: response.status, body };
}

/** An account of another instance with a channel `NAME_channel` there; gives the account's number. */
export async function seedRemoteAccount(name: string, host = ELSEWHERE): Promise<number> {
  const url = `https://${host}/accounts/${name}`;
  const accountId = await idOf(
    "INSERT INTO accounts (name, host, display_name, created_at, updated_at, url) VALUES (?, ?, ?, 0, 0, ?) RETURNING id",
    name,
    host,
    name,
    url,
  );
  await env.DB.prepare(
    "INSERT INTO channels (account_id, name, host, display_name, created_at, updated_at, url) VALUES (?, ?, ?, ?, 0, 0, ?)",
  )
    .bind(accountId, `${name}_channel`, host, name, `https://${host}/video-channels/${name}_channel`)
    .run();
  return accountId;
}

/** A video of the channel of an account of another instance. */
export async function seedRemoteVideo(name: string, options: SeedOptions = {}): Promise<{ id: number; uuid: string; url: string }> {
  const { id, uuid } = await seedVideoRows({ channel: `${name}_channel`, ...options });
  const url = `https://${ELSEWHERE}/videos/watch/${uuid}`;
  await env.DB.prepare("UPDATE videos SET url = ? WHERE id = ?").bind(url, id).run();
  return { id, uuid, url };
}

export async function setCommentsPolicy(videoId: number, policy: number): Promise<void> {
  await env.DB.prepare("UPDATE videos SET comments_policy = ? WHERE id = ?").bind(policy, videoId).run();
}

/** The counts that a video's row holds. */
export async function countsOf(videoId: number): Promise<{ likes: number; dislikes: number; comments: number; views: number }> {
  const row = await env.DB.prepare("SELECT likes, dislikes, comments, views FROM videos WHERE id = ?").bind(videoId).first();
  return row as { likes: number; dislikes: number; comments: number; views: number };
}

/**
 * Tasks that were asked for, as `kind subject`. What runs them is fast: a trigger notes each that is asked for, so that none
 * is missed. Call `watchTasks` first.
 */
export async function askedTasks(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT kind || ' ' || subject AS task FROM asked_tasks ORDER BY rowid").all<{ task: string }>();
  return results.map(({ task }) => task);
}

export async function watchTasks(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("CREATE TABLE IF NOT EXISTS asked_tasks (kind TEXT, subject TEXT)"),
    env.DB.prepare("DELETE FROM asked_tasks"),
    env.DB.prepare(
      "CREATE TRIGGER IF NOT EXISTS note_new_task AFTER INSERT ON federation_tasks BEGIN INSERT INTO asked_tasks VALUES (new.kind, new.subject); END",
    ),
    env.DB.prepare(
      "CREATE TRIGGER IF NOT EXISTS note_task_again AFTER UPDATE OF revision ON federation_tasks BEGIN INSERT INTO asked_tasks VALUES (new.kind, new.subject); END",
    ),
  ]);
}

/** Lets no task be asked for any more: whatever asks for one in the same batch must then fail as a whole. */
export async function refuseTasks(): Promise<void> {
  await env.DB.prepare(
    "CREATE TRIGGER refuse_tasks BEFORE INSERT ON federation_tasks BEGIN SELECT raise(abort, 'no tasks today'); END",
  ).run();
}

export async function idOf(query: string, ...values: unknown[]): Promise<number> {
  const row = await env.DB.prepare(query)
    .bind(...values)
    .first<{ id: number }>();
  if (row === null) {
    throw new Error(`nothing found: ${query}`);
  }
  return row.id;
}
