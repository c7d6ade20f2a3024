import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Miniflare, V4WorkerOptions } from "miniflare";
import { buildClient } from "./lib/client-build.ts";
import { hashInputs } from "./lib/inputs-hash.ts";
import { takeLock, withLock } from "./lib/lock.ts";
import { applyMigrations } from "./lib/migrations.ts";
import { guardAgainstOrphans } from "./lib/orphan-guard.ts";
import { inProject } from "./lib/project.ts";
import { persistFolder, readSettings } from "./lib/settings.ts";
import type { Settings } from "./lib/settings.ts";
import { StartError, hasCode, messageOf } from "./lib/start-error.ts";

// Runs a whole instance on this machine until it is interrupted: see docs/running.md.

const BUILD_LOCK_TIMEOUT_MS = 120_000;
const PARENT_CHECK_INTERVAL_MS = 500;
/**
 * The local R2 reads all that one call asks for into memory, whether the client takes it or not, and answers when it has
 * most of it: 8 s and 300 MB for a range to the end of 300 MB. On the edge a body streams, and a call costs money.
 */
const LOCAL_R2_READ_BYTES = String(16 * 1024 * 1024);
const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The local runtime opens as many connections as it is asked for, but runs one consumer of a queue at a time: it has to do more at once. */
const LOCAL_CONNECTIONS = "250";
/** The daily work of a machine that is switched off at night begins this long after the start. */
const FIRST_DAILY_DELAY_MS = 60_000;

let runtime: Miniflare | undefined;
let releaseDataFolder: (() => void) | undefined;
let ending = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void end(0));
}
try {
  await start(readSettings(process.env));
} catch (error) {
  if (!ending) {
    console.error(error instanceof StartError ? error.message : error);
    await end(1);
  }
}

async function start(settings: Settings): Promise<void> {
  await checkPort(settings);
  await openDataFolder(settings);
  // Miniflare takes a second to load: what can be refused is refused before that.
  const { startDatabase, startRuntime } = await import("./lib/instance.ts");
  const worker = await withLock(await buildLock(), BUILD_LOCK_TIMEOUT_MS, async () => {
    if (!existsSync(inProject("dist"))) {
      console.log("Building Edgetube, once …");
    }
    await buildClient();
    return await buildWorker(settings);
  });
  guardAgainstOrphans();
  const { adminPassword } = await prepareDatabase(settings, () => startDatabase(settings, worker));
  runtime = startRuntime(settings, worker, {
    PUBLIC_URL: settings.publicUrl,
    ADMIN_PASSWORD: adminPassword ?? "",
    MAX_MEDIA_READ_BYTES: LOCAL_R2_READ_BYTES,
    MAX_CONNECTIONS: LOCAL_CONNECTIONS,
  });
  takeSignalsFromMiniflare();
  await waitUntilReady(settings, runtime);
  runMinutely(runtime);
  runDaily(settings, runtime);
  endWithNpm();
  console.log(`Edgetube is ready at ${settings.publicUrl} (data in ${settings.dataFolder}; Ctrl-C ends it).`);
}

async function buildWorker(settings: Settings): Promise<V4WorkerOptions> {
  const { buildWorker: build } = await import("./lib/worker-build.ts");
  return await build(settings.testProfile ? "test-worker" : "worker");
}

async function buildLock(): Promise<string> {
  await mkdir(inProject(".build"), { recursive: true });
  return inProject(".build/lock");
}

/** Says at once, and in words, that somebody else listens there. */
async function checkPort({ host, port }: Settings): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    if (hasCode(error, "EADDRINUSE")) {
      throw new StartError(`Port ${port} is in use by another program: stop it, or choose another, such as PORT=${port + 1} npm start.`);
    }
    if (hasCode(error, "EACCES")) {
      throw new StartError(`Port ${port} may not be opened by this user: choose one above 1023, such as PORT=9000 npm start.`);
    }
    throw new StartError(`Can't listen at ${host} port ${port}: ${messageOf(error)}.`);
  }
  await new Promise((resolve) => server.close(resolve));
}

async function openDataFolder({ dataFolder }: Settings): Promise<void> {
  try {
    await mkdir(dataFolder, { recursive: true });
    const lock = takeLock(join(dataFolder, "lock"));
    if (!lock.taken) {
      throw new StartError(
        `The data folder ${dataFolder} is in use by another instance (process ${lock.pid}): choose another by DATA_DIR.`,
      );
    }
    releaseDataFolder = lock.release;
  } catch (error) {
    if (error instanceof StartError) {
      throw error;
    }
    throw new StartError(
      `The data folder ${dataFolder} can't be read and written (${messageOf(error)}): mend that, or choose another by DATA_DIR.`,
    );
  }
}

/** What this data folder is known to hold; kept beside the database, so that both go together. */
interface Prepared {
  /** Hash of migrations/ when they were last applied. */
  migrations: string;
  administrator: boolean;
}

function preparedFile(settings: Settings): string {
  return join(persistFolder(settings), "d1", "prepared.json");
}

/**
 * Before anything is served: the database has every migration, and where it has no user yet there is a password for the
 * administrator. A data folder that is known to be in that state costs nothing.
 */
async function prepareDatabase(settings: Settings, startDatabase: () => Miniflare): Promise<{ adminPassword: string | undefined }> {
  const migrations = hashInputs(["migrations"]);
  const known = await readPrepared(settings);
  if (known?.migrations === migrations && known.administrator) {
    return { adminPassword: settings.adminPassword };
  }
  runtime = startDatabase();
  takeSignalsFromMiniflare();
  const database = await runtime.getD1Database("DB");
  await applyMigrations(database);
  const hasUsers = (await database.prepare("SELECT 1 FROM users LIMIT 1").first()) !== null;
  await runtime.dispose();
  runtime = undefined;
  await writePrepared(settings, { migrations, administrator: hasUsers });
  if (hasUsers || settings.adminPassword !== undefined) {
    return { adminPassword: settings.adminPassword };
  }
  const adminPassword = randomBytes(12).toString("base64url");
  // Printed before the administrator exists: cut off here, the next start makes and prints another.
  console.log(`Sign in as root with the password ${adminPassword} (shown only this once).`);
  return { adminPassword };
}

async function readPrepared(settings: Settings): Promise<Prepared | undefined> {
  try {
    return JSON.parse(await readFile(preparedFile(settings), "utf8")) as Prepared;
  } catch {
    return undefined;
  }
}

async function writePrepared(settings: Settings, prepared: Prepared): Promise<void> {
  await writeFile(`${preparedFile(settings)}.new`, JSON.stringify(prepared));
  await rename(`${preparedFile(settings)}.new`, preparedFile(settings));
}

/** The first request sets the instance up (domain/setup.ts). */
async function waitUntilReady(settings: Settings, instance: Miniflare): Promise<void> {
  await instance.ready;
  const response = await instance.dispatchFetch(`${settings.publicUrl}/api/v1/ping`);
  if ((await response.text()) !== "pong") {
    throw new Error(`The instance doesn't answer as it should (status ${response.status}).`);
  }
  const prepared = await readPrepared(settings);
  if (prepared !== undefined && !prepared.administrator) {
    const database = await instance.getD1Database("DB");
    if ((await database.prepare("SELECT 1 FROM users LIMIT 1").first()) === null) {
      throw new Error("The administrator wasn't made; what the instance printed above says why.");
    }
    await writePrepared(settings, { ...prepared, administrator: true });
  }
}

/** Cron triggers are the edge's; here, what is due is looked for every minute, and at the start, since the local queues forget. */
function runMinutely(instance: Miniflare): void {
  async function run(): Promise<void> {
    try {
      const worker = await instance.getWorker();
      await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
    } catch (error) {
      if (!ending) {
        console.error(`What is due couldn't be done and is tried again in a minute: ${messageOf(error)}`);
      }
    }
    setTimeout(() => void run(), MINUTE_MS).unref();
  }
  void run();
}

/** What the daily cron trigger runs is run once a day, and soon where the last run was long ago. */
function runDaily(settings: Settings, instance: Miniflare): void {
  const file = join(settings.dataFolder, "last-daily");
  async function run(): Promise<void> {
    try {
      const worker = await instance.getWorker();
      await worker.scheduled({ cron: "17 3 * * *", scheduledTime: new Date() });
      await writeFile(file, new Date().toISOString());
    } catch (error) {
      if (!ending) {
        console.error(`The daily work failed and is tried again tomorrow: ${messageOf(error)}`);
      }
    }
    schedule(DAY_MS);
  }
  function schedule(delayMs: number): void {
    setTimeout(() => void run(), delayMs).unref();
  }
  void readFile(file, "utf8")
    .catch(() => "")
    .then((text) => {
      const last = Date.parse(text);
      const due = Number.isNaN(last) ? 0 : last + DAY_MS - Date.now();
      schedule(Math.min(DAY_MS, Math.max(FIRST_DAILY_DELAY_MS, due)));
    });
}

/** A signal sent to npm ends npm and the shell between, but doesn't come here. */
function endWithNpm(): void {
  if (process.env["npm_lifecycle_event"] === "start") {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) {
        void end(0);
      }
    }, PARENT_CHECK_INTERVAL_MS).unref();
  }
}

/** Miniflare ends the process at a signal, with a code of its own and before it has let go of everything. */
function takeSignalsFromMiniflare(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => void end(0));
  }
}

async function end(code: number): Promise<void> {
  if (ending) {
    return;
  }
  ending = true;
  try {
    await runtime?.dispose();
  } catch {
    // It is gone already: Ctrl-C reaches workerd as well.
  }
  releaseDataFolder?.();
  process.exit(code);
}
