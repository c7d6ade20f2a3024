import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject, projectFolder } from "../../scripts/lib/project.ts";

/** Long enough for a first build on a busy machine. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 15_000;

export const ROOT_PASSWORD = "root-password";

export interface InstanceOptions {
  /** Default: a free one. */
  port?: number;
  /** Default: a fresh folder, removed by `stop()`. */
  dataDir?: string;
  /** More environment; `undefined` unsets a variable. */
  env?: Record<string, string | undefined>;
  /** Whether /__test__/ is served; default true. */
  testProfile?: boolean;
}

export interface Instance {
  /** `http://localhost:PORT`, without a trailing slash. */
  url: string;
  port: number;
  dataDir: string;
  /** All it has printed so far, restarts included. */
  output: () => string;
  /** Ends it as Ctrl-C does and removes its data; gives the exit code. */
  stop: () => Promise<number | null>;
  /** Ends it as a power cut does (SIGKILL); the data stay for `restart()`. */
  kill: () => Promise<void>;
  /** Starts it again on the same data, after ending it as Ctrl-C does where it runs. */
  restart: () => Promise<void>;
}

/** Starts a whole instance as `npm start` does; resolves when it is ready. `stop()` must be called, best in afterAll. */
export async function startInstance(options: InstanceOptions = {}): Promise<Instance> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "edgetube-test-")));
  const env = {
    ...process.env,
    PORT: String(port),
    DATA_DIR: dataDir,
    ADMIN_PASSWORD: ROOT_PASSWORD,
    EDGETUBE_TEST_PROFILE: options.testProfile === false ? "0" : "1",
    // Set by vitest, for the test process alone.
    NODE_ENV: undefined,
    NODE_OPTIONS: undefined,
    ...options.env,
  };
  let output = "";
  let running: ChildProcess;

  async function start(): Promise<void> {
    const child = spawn(process.execPath, [inProject("scripts/start.mjs")], { cwd: projectFolder, env, stdio: ["ignore", "pipe", "pipe"] });
    running = child;
    const from = output.length;
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!output.slice(from).includes("Edgetube is ready at ")) {
      if (hasEnded(child) || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`the instance on port ${port} didn't start:\n${output.slice(from)}`);
      }
      await sleep(20);
    }
  }

  async function end(signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
    const child = running;
    if (!hasEnded(child)) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    }
    await untilFree(port);
    return child.exitCode;
  }

  await start();
  return {
    url: `http://localhost:${port}`,
    port,
    dataDir,
    output: () => output,
    async stop() {
      const code = await end("SIGINT");
      if (options.dataDir === undefined) {
        await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      }
      return code;
    },
    async kill() {
      await end("SIGKILL");
    },
    async restart() {
      await end("SIGINT");
      await start();
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** A port of this machine that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") {
    throw new Error("no free port");
  }
  return address.port;
}

/** workerd ends a moment after the script that started it. */
async function untilFree(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) {
      return;
    }
    await sleep(50);
  }
  throw new Error(`port ${port} is still in use`);
}
