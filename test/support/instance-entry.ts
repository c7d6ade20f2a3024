import { runMinutely } from "../../src/domain/maintenance";
import { forgetSettings, updateSettings } from "../../src/domain/settings";
import { findOrphans } from "../../src/domain/sweep";
import { hashPassword } from "../../src/domain/users/passwords";
import { forgetFileTokenKey } from "../../src/domain/videos/file-token";
import { UserRole } from "../../src/domain/users/signed-in-user";
import { insertFirstUser } from "../../src/storage/d1/users";
import worker from "../../src/worker/index";
import { composeDeps } from "../../src/worker/deps";
import type { WorkerDeps } from "../../src/worker/deps";
import { forgetPreparation, prepareInstance } from "../../src/worker/prepare";
import { addActors } from "./instance-federation";
import type { TestActor } from "./test-actor";

// The Worker of the test profile: the deployed one, and /__test__/ in front of it. Nothing of it is deployed.
//
//   POST /__test__/reset    {settings?}          an instance as after its first start, with these settings
//   POST /__test__/offline  {offline, paths?}    drops what begins with one of `paths` (default: everything) until switched back
//   GET  /__test__/stats                         bytes and requests of the media routes, per path, since the last reset
//   POST /__test__/sweep                         {orphans, missing, broken}: objects that no row names, however young; objects
//                                                that rows name and that aren't there; rows without what they belong to.
//                                                Changes nothing
//   POST /__test__/due      {advanceMs}          does what is due, as if so much time had passed: retries, lost messages, reconciliation
//   POST /__test__/actors   {actors, follow?}    accounts of other instances (instance-federation.ts), known here and following that account
//   GET  /__test__/queues                        how many messages each queue has handed on
//   POST /__test__/users    {username, password}  one more user, as by registration, with the channel USERNAME_channel

export * from "../../src/worker/index";

const MEDIA_PATHS = /^\/(?:static|download|lazy-static)\//;

interface Traffic {
  /** Requests that were answered with a body or without. */
  requests: number;
  /** Bytes of bodies that left. */
  bytes: number;
}

/** Where the settings keep which instance this is, counted by resets; the instance itself passes it over. */
const GENERATION_KEY = "test:generation";

let generation: string | undefined;
let droppedPaths: string[] = [];
let traffic: Record<string, Traffic> = {};
const handedOn: Record<string, number> = {};

export default {
  ...worker,
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/__test__/")) {
      const deps = composeDeps(env, request.url, (promise) => ctx.waitUntil(promise));
      return await control(`${request.method} ${pathname}`, request, deps);
    }
    if (droppedPaths.some((path) => pathname.startsWith(path))) {
      return new Response(null, { status: 503 });
    }
    const response = await worker.fetch(request, { ...env, UPLOADS: await uploadsOfGeneration(env) }, ctx);
    return MEDIA_PATHS.test(pathname) ? counted(pathname, response) : response;
  },
  async queue(batch, env, ctx) {
    handedOn[batch.queue] = (handedOn[batch.queue] ?? 0) + batch.messages.length;
    await worker.queue(batch, env, ctx);
  },
} satisfies ExportedHandler<Env>;

async function control(operation: string, request: Request, deps: WorkerDeps): Promise<Response> {
  switch (operation) {
    case "POST /__test__/reset": {
      const { settings = {} } = await readBody<{ settings?: Parameters<typeof updateSettings>[1] }>(request);
      await reset(deps);
      await updateSettings(deps, settings);
      return new Response(null, { status: 204 });
    }
    case "POST /__test__/offline": {
      const { offline, paths = ["/"] } = await readBody<{ offline: boolean; paths?: string[] }>(request);
      droppedPaths = offline ? paths : [];
      return new Response(null, { status: 204 });
    }
    case "POST /__test__/sweep": {
      const { orphanObjects, missingObjects } = await findOrphans(deps, { graceMs: 0, maxPages: Number.POSITIVE_INFINITY });
      return Response.json({ orphans: orphanObjects, missing: missingObjects, broken: await brokenRows(deps) });
    }
    case "POST /__test__/due": {
      const { advanceMs = 0 } = await readBody<{ advanceMs?: number }>(request);
      await runMinutely({ ...deps, now: () => Date.now() + advanceMs });
      return new Response(null, { status: 204 });
    }
    case "POST /__test__/users": {
      const { username, password } = await readBody<{ username: string; password: string }>(request);
      await addUser(deps, username, password);
      return new Response(null, { status: 204 });
    }
    case "POST /__test__/actors": {
      const { actors, follow } = await readBody<{ actors: TestActor[]; follow?: string }>(request);
      await addActors(deps, actors, follow === undefined ? undefined : { kind: "account", name: follow });
      return new Response(null, { status: 204 });
    }
    case "GET /__test__/queues":
      return Response.json(handedOn);
    case "GET /__test__/stats":
      return Response.json(traffic);
    default:
      return new Response(null, { status: 404 });
  }
}

/** What the foreign keys and the code together should make impossible, a sentence each. */
async function brokenRows({ env }: WorkerDeps): Promise<string[]> {
  const { results: violations } = await env.DB.prepare("PRAGMA foreign_key_check").all<{ table: string; rowid: number; parent: string }>();
  const { results: fileless } = await env.DB.prepare(
    "SELECT uuid FROM videos WHERE NOT EXISTS (SELECT 1 FROM video_files WHERE video_id = videos.id AND kind = 'source')",
  ).all<{ uuid: string }>();
  return [
    ...violations.map(({ table, rowid, parent }) => `row ${rowid} of ${table} has no row of ${parent}`),
    ...fileless.map(({ uuid }) => `the video ${uuid} has no source file`),
  ];
}

async function addUser(deps: WorkerDeps, username: string, password: string): Promise<void> {
  await prepareInstance(deps);
  const user = {
    username,
    email: `${username}@edgetube.test`,
    passwordHash: await hashPassword(password),
    role: UserRole.user,
    channelName: `${username}_channel`,
    channelDisplayName: `Main ${username} channel`,
    now: deps.now(),
  };
  await deps.env.DB.prepare("INSERT INTO users (username, email, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?)")
    .bind(user.username, user.email, user.passwordHash, user.role, user.now)
    .run();
  // Its first statement does nothing where there are users; account and channel are made for this one.
  await deps.database.batch(insertFirstUser(deps.database, user));
}

async function readBody<T extends object>(request: Request): Promise<T> {
  const text = await request.text();
  return (text === "" ? {} : JSON.parse(text)) as T;
}

/**
 * The uploads of the instance since its last reset. Objects can't be listed to empty them, and an upload's name is made of
 * its user and file, which may come again; so each reset begins new names. (A swarm's name is its video's fresh UUID.)
 */
async function uploadsOfGeneration({ DB, UPLOADS }: Env): Promise<Env["UPLOADS"]> {
  generation ??= (await DB.prepare("SELECT value FROM settings WHERE key = ?").bind(GENERATION_KEY).first<string>("value")) ?? "";
  return new Proxy(UPLOADS, {
    get(namespace, property) {
      if (property === "getByName") {
        return (name: string) => namespace.getByName(`${generation}${name}`);
      }
      const value: unknown = Reflect.get(namespace, property);
      return typeof value === "function" ? value.bind(namespace) : value;
    },
  });
}

/** Empties D1 and R2 and sets the instance up anew. */
async function reset(deps: WorkerDeps): Promise<void> {
  const { DB, MEDIA } = deps.env;
  const { results } = await DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations'",
  ).all<{ name: string }>();
  await DB.batch([
    DB.prepare("PRAGMA defer_foreign_keys = on"),
    ...results.map(({ name }) => DB.prepare(`DELETE FROM "${name}"`)),
    DB.prepare("DELETE FROM sqlite_sequence"),
  ]);
  for (let listed = await MEDIA.list(); listed.objects.length > 0; listed = await MEDIA.list()) {
    await MEDIA.delete(listed.objects.map(({ key }) => key));
  }
  generation = `${crypto.randomUUID()} `;
  await DB.prepare("INSERT INTO settings (key, value) VALUES (?, ?)").bind(GENERATION_KEY, generation).run();
  droppedPaths = [];
  traffic = {};
  forgetFileTokenKey();
  forgetSettings();
  forgetPreparation();
  await prepareInstance(deps);
}

function counted(path: string, response: Response): Response {
  const entry = (traffic[path] ??= { requests: 0, bytes: 0 });
  entry.requests += 1;
  if (response.body === null) {
    return response;
  }
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      entry.bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  const length = response.headers.get("content-length");
  const body = response.body.pipeThrough(counter);
  // A body of unknown length would be sent in chunks, and the answer would lose its Content-Length.
  return new Response(length === null ? body : body.pipeThrough(new FixedLengthStream(Number(length))), response);
}
