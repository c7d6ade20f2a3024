import { env } from "cloudflare:workers";
import type { Deps, InboxMessage } from "../../../src/domain/deps.ts";
import { forgetKnownKeys } from "../../../src/domain/inbox/known-keys.ts";
import { inboxMessageSchema, processEntries } from "../../../src/domain/inbox/process.ts";
import { forgetInboxes } from "../../../src/domain/inbox/receive.ts";
import { forgetFollowedHosts } from "../../../src/domain/inbox/subjects.ts";
import { runTask } from "../../../src/domain/tasks/run.ts";
import type { TaskKey } from "../../../src/storage/d1/tasks.ts";
import { composeDeps, type WorkerDeps } from "../../../src/worker/deps.ts";
import { handleRequest } from "../../../src/worker/router.ts";
import { recordedDocuments, recordedKeys, RECORDING_ORIGIN, type RecordedRequest } from "../../support/wire.ts";
import { setUpInstance } from "../users/support.ts";

/** The video of the recording instance that the recorded likes, comments, views and reports are about. */
export const LOCAL_VIDEO_UUID = "393bc17b-2201-4f67-9e85-77fad24048c6";
/** The recorded PeerTube's first video. */
export const REMOTE_VIDEO_URL = "http://127.0.0.1:9001/videos/watch/fe56f858-6739-4b4c-8937-a0e00e103e3f";

export interface InboxBench {
  deps: WorkerDeps;
  /** Messages that the inbox queued and that weren't taken yet. */
  queued: InboxMessage[];
  /** Addresses that were asked. */
  fetched: string[];
  setTime: (time: number | string) => void;
  post: (path: string, headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) => Promise<Response>;
  /** Applies what is queued, as the consumer does; gives how many are to be tried again. */
  applyQueued: () => Promise<number>;
  /** Runs the tasks of these kinds that are asked for, until none is. */
  runTasks: (...kinds: string[]) => Promise<void>;
}

/** An instance at `origin` whose clock, queue and outgoing requests are the test's. */
export async function startBench({
  origin = RECORDING_ORIGIN,
  answer = recordedAnswer,
}: { origin?: string; answer?: (url: string) => Response | Promise<Response> } = {}): Promise<InboxBench> {
  await setUpInstance();
  forgetKnownKeys();
  forgetInboxes();
  forgetFollowedHosts();
  let time = Date.now();
  const queued: InboxMessage[] = [];
  const fetched: string[] = [];
  const base = composeDeps(env, `${origin}/`, () => undefined);
  const deps: WorkerDeps = {
    ...base,
    publicUrl: origin,
    env: { ...env, INBOX_RATE: { limit: () => Promise.resolve({ success: true }) } } as Env,
    now: () => time,
    inbox: { send: (message: InboxMessage) => Promise.resolve(void queued.push(structuredClone(message))) } as unknown as Deps["inbox"],
    federationTasks: { sendBatch: () => Promise.resolve() } as unknown as Deps["federationTasks"],
    deliveries: { send: () => Promise.resolve(), sendBatch: () => Promise.resolve() } as unknown as Deps["deliveries"],
    fetch: async (input) => {
      const url = input instanceof Request ? input.url : String(input);
      fetched.push(url);
      return await answer(url);
    },
  };

  async function applyQueued(): Promise<number> {
    let again = 0;
    const entries = queued.splice(0).map((message) => ({
      message: inboxMessageSchema.parse(JSON.parse(JSON.stringify(message))),
      attempts: 1,
      done: () => undefined,
      tryAgain: () => void again++,
    }));
    await processEntries(deps, entries, () => false);
    return again;
  }

  async function runTasks(...kinds: string[]): Promise<void> {
    for (let round = 0; round < 20; round++) {
      const { results } = await env.DB.prepare(
        "SELECT kind, subject FROM federation_tasks WHERE kind IN (SELECT value FROM json_each(?)) AND attempts = 0",
      )
        .bind(JSON.stringify(kinds))
        .all<TaskKey & Record<string, unknown>>();
      if (results.length === 0) {
        return;
      }
      for (const key of results) {
        await runTask(deps, key);
      }
    }
  }

  return {
    deps,
    queued,
    fetched,
    setTime: (to) => {
      time = typeof to === "string" ? Date.parse(to) : to;
    },
    post: async (path, headers, body) => await handleRequest(new Request(origin + path, { method: "POST", headers, body }), deps),
    applyQueued,
    runTasks,
  };
}

/** Sends a recorded request as it was, or with some of it altered, at the time of its recording. */
export async function replay(
  bench: InboxBench,
  request: RecordedRequest,
  { headers = {}, body = request.body, delayMs = 0 }: { headers?: Record<string, string>; body?: string; delayMs?: number } = {},
): Promise<Response> {
  bench.setTime(Date.parse(request.time) + delayMs);
  return await bench.post(request.path, { ...sentHeaders(request), ...headers }, body);
}

/** Without those that the connection decides. */
function sentHeaders({ headers }: RecordedRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !["content-length", "connection", "accept-encoding"].includes(name.toLowerCase())),
  );
}

/** What the recorded PeerTubes answer; actors of which only the key was recorded are made up around it. */
export function recordedAnswer(url: string): Response {
  const found = recordedDocuments.find((entry) => entry.url === url && entry.status === 200);
  if (found !== undefined) {
    return new Response(JSON.stringify(found.document), { headers: { "content-type": found.contentType } });
  }
  return url in recordedKeys
    ? new Response(JSON.stringify(madeUpActor(url)), { headers: { "content-type": "application/activity+json" } })
    : new Response("not found", { status: 404 });
}

function madeUpActor(url: string): object {
  const name = url.slice(url.lastIndexOf("/") + 1);
  const isChannel = url.includes("/video-channels/");
  return {
    type: isChannel ? "Group" : name === "peertube" ? "Application" : "Person",
    id: url,
    preferredUsername: name,
    name,
    inbox: `${url}/inbox`,
    outbox: `${url}/outbox`,
    followers: `${url}/followers`,
    following: `${url}/following`,
    endpoints: { sharedInbox: new URL("/inbox", url).href },
    publicKey: { id: `${url}#main-key`, owner: url, publicKeyPem: recordedKeys[url] },
    ...(isChannel && { attributedTo: [{ type: "Person", id: url.replace(/video-channels\/([^_]+)_.*$/, "accounts/$1") }] }),
  };
}

/** The recording instance's people and its video, of which the recorded PeerTubes spoke. */
export async function seedRecordingInstance(): Promise<void> {
  await env.DB.batch([
    ...["alice", "bob"].flatMap((name) => [
      env.DB.prepare("INSERT INTO users (username, email, password_hash, role, created_at) VALUES (?, ?, 'x', 2, 0)").bind(
        name,
        `${name}@x.test`,
      ),
      env.DB.prepare(
        "INSERT INTO accounts (user_id, name, display_name, created_at, updated_at) SELECT id, username, username, 0, 0 FROM users WHERE username = ?",
      ).bind(name),
      env.DB.prepare(
        "INSERT INTO channels (account_id, name, display_name, created_at, updated_at) SELECT id, name || '_channel', name, 0, 0 FROM accounts WHERE name = ?",
      ).bind(name),
    ]),
    env.DB.prepare(
      `INSERT INTO videos (uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at)
       SELECT ?, id, 'Fake hosted video', 1, 10000, 0, 0, 0 FROM channels WHERE name = 'alice_channel'`,
    ).bind(LOCAL_VIDEO_UUID),
  ]);
}

/** Actors of elsewhere as if their documents had been read at `fetchedAt`, with the keys that were recorded. */
export async function seedActors(fetchedAt: number, keys: Record<string, string> = recordedKeys): Promise<void> {
  // Accounts first: channels are theirs.
  const sorted = Object.entries(keys).toSorted(
    ([a], [b]) => Number(a.includes("/video-channels/")) - Number(b.includes("/video-channels/")),
  );
  const statements = sorted.flatMap(([url, pem]) => {
    const { host } = new URL(url);
    const name = url.slice(url.lastIndexOf("/") + 1);
    const isChannel = url.includes("/video-channels/");
    const owner = isChannel ? `${new URL(url).origin}/accounts/${name.split("_")[0] ?? ""}` : url;
    return [
      isChannel
        ? env.DB.prepare(
            "INSERT INTO channels (account_id, name, host, display_name, created_at, updated_at, url) SELECT id, ?, ?, ?, 0, 0, ? FROM accounts WHERE url = ?",
          ).bind(name, host, name, url, owner)
        : env.DB.prepare("INSERT INTO accounts (name, host, display_name, created_at, updated_at, url) VALUES (?, ?, ?, 0, 0, ?)").bind(
            name,
            host,
            name,
            url,
          ),
      env.DB.prepare(
        `INSERT INTO actors (url, type, name, host, account_id, channel_id, inbox_url, shared_inbox_url, public_key_id, public_key_pem, keys_changed_at, fetched_at, created_at)
         VALUES (?1, ?2, ?3, ?4, (SELECT id FROM accounts WHERE url = ?1), (SELECT id FROM channels WHERE url = ?1), ?1 || '/inbox', ?5, ?1 || '#main-key', ?6, ?7, ?7, ?7)`,
      ).bind(url, isChannel ? "Group" : name === "peertube" ? "Application" : "Person", name, host, `http://${host}/inbox`, pem, fetchedAt),
    ];
  });
  await env.DB.batch(statements);
}

/** All rows of a query. */
export async function rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
  return (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results;
}
