import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { openResumable, putChunk, signIn as signInAsUser } from "../support/client.ts";
import { freePort, startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";

const folder = mkdtempSync(join(tmpdir(), "edgetube-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the start script where it should refuse. */
async function runStart(env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [inProject("scripts/start.mjs")], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], DATA_DIR: join(folder, "refused"), ...env },
  });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (ended.stdout += chunk));
  child.stderr.on("data", (chunk) => (ended.stderr += chunk));
  ended.code = await new Promise((resolve) => child.once("close", resolve));
  return ended;
}

/** One line that names the setting, and nothing of the program's inside. */
function expectRefusal(ended: Ended, sentence: RegExp): void {
  expect(ended.stderr.trim()).toMatch(sentence);
  expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  expect(ended.stdout).toBe("");
  expect(ended.code).toBe(1);
}

async function signIn(url: string, password: string): Promise<number> {
  const client = (await (await fetch(`${url}/api/v1/oauth-clients/local`)).json()) as Record<string, string>;
  const body = new URLSearchParams({ ...client, grant_type: "password", username: "root", password });
  return (await fetch(`${url}/api/v1/users/token`, { method: "POST", body })).status;
}

describe("a start that can't succeed", () => {
  it.each([
    [{ PORT: "abc" }, /^PORT is «abc», but must be a whole number from 1 to 65535/],
    [{ PORT: "70000" }, /^PORT is «70000»/],
    [{ PUBLIC_URL: "videos.example.org" }, /^PUBLIC_URL is «videos.example.org»/],
    [{ PUBLIC_URL: "https://videos.example.org/tube" }, /^PUBLIC_URL is .*without a path/],
    [{ PUBLIC_URL: "ftp://videos.example.org" }, /^PUBLIC_URL is .*http:\/\/ or https:\/\//],
    [{ ADMIN_PASSWORD: "five5" }, /^ADMIN_PASSWORD is too short: it needs at least 6 characters/],
  ])("%o: one sentence", async (env, sentence) => {
    expectRefusal(await runStart(env), sentence);
  });

  it("a port in use: one sentence", async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const ended = await runStart({ PORT: String(port) });
    await new Promise((resolve) => server.close(resolve));
    expectRefusal(ended, new RegExp(`^Port ${port} is in use`));
  });

  it("a data folder that is a file: one sentence", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expectRefusal(await runStart({ DATA_DIR: file, PORT: String(await freePort()) }), /^The data folder .*file can't be read and written/);
  });

  it("a data folder below one that may not be written: one sentence", async ({ skip }) => {
    if (process.getuid?.() === 0) {
      skip("root may write everywhere");
    }
    const locked = mkdtempSync(join(folder, "locked-"));
    chmodSync(locked, 0o500);
    const ended = await runStart({ DATA_DIR: join(locked, "data"), PORT: String(await freePort()) });
    expectRefusal(ended, /^The data folder .* can't be read and written/);
  });
});

describe("an instance of the normal profile", () => {
  let instance: Instance;
  let generated: string | undefined;

  beforeAll(async () => {
    instance = await startInstance({ testProfile: false, env: { ADMIN_PASSWORD: undefined } });
    generated = /as root with the password (\S+) /.exec(instance.output())?.[1];
  });
  afterAll(async () => {
    await instance.stop();
  });

  it("answers ping, and says where it is in one line", async () => {
    expect(await (await fetch(`${instance.url}/api/v1/ping`)).text()).toBe("pong");
    expect(instance.output().match(/^Edgetube is ready at http:\/\/localhost:\d+ .*$/gm)).toHaveLength(1);
  });

  it("made root with a generated password, printed once", async () => {
    expect(generated).toBeDefined();
    expect(await signIn(instance.url, generated ?? "")).toBe(200);
    expect(await signIn(instance.url, "another-password")).toBe(400);
  });

  it("has nothing of the test profile", async () => {
    expect((await fetch(`${instance.url}/__test__/reset`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${instance.url}/__test__/stats`)).status).toBe(404);
    expect(readFileSync(inProject(".build/worker/index.js"), "utf8")).not.toContain("__test__");
  });

  it("serves the client's files with their caching", async () => {
    const worker = await fetch(`${instance.url}/sw.min.js`);
    expect(worker.status).toBe(200);
    expect(worker.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(worker.headers.get("cache-control")).toBe("no-cache");
    const assets = JSON.parse(readFileSync(inProject("dist/client-assets.json"), "utf8")) as Record<string, { js?: string }>;
    const script = await fetch(instance.url + (Object.values(assets).find(({ js }) => js !== undefined)?.js ?? ""));
    expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    await script.body?.cancel();
    // Inflated by the page: a content-encoding would have the browser do it.
    const core = await fetch(`${instance.url}/vendor/ffmpeg-core.wasm.gz`);
    expect(core.headers.get("content-encoding")).toBeNull();
    expect([...new Uint8Array(await core.arrayBuffer()).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  it("keeps its data to itself: a second one on the same folder is refused in one sentence", async () => {
    const ended = await runStart({ DATA_DIR: instance.dataDir, PORT: String(await freePort()) });
    expectRefusal(ended, /^The data folder .* is in use by another instance \(process \d+\)/);
  });

  it("ends cleanly at an interruption", async () => {
    const before = instance.output();
    await instance.restart();
    const added = instance.output().slice(before.length);
    expect(added).not.toContain("password");
    expect(added.trim().split("\n")).toEqual([expect.stringMatching(/^Edgetube is ready at /)]);
    expect(existsSync(join(instance.dataDir, "lock"))).toBe(true);
    expect(await signIn(instance.url, generated ?? "")).toBe(200);
  });

  it("comes back with its data after it was killed", async () => {
    await instance.kill();
    await instance.restart();
    expect(await signIn(instance.url, generated ?? "")).toBe(200);
  });
});

describe("the test profile", () => {
  let instance: Instance;
  let other: Instance;

  beforeAll(async () => {
    instance = await startInstance();
    other = await startInstance();
  });
  afterAll(async () => {
    await other.stop();
    expect(await instance.stop()).toBe(0);
    expect(existsSync(instance.dataDir)).toBe(false);
  });

  async function control(operation: string, body?: object): Promise<number> {
    return (await fetch(`${instance.url}/__test__/${operation}`, { method: "POST", body: JSON.stringify(body ?? {}) })).status;
  }

  it("resets to a fresh instance, with settings", async () => {
    await signIn(instance.url, "root-password");
    expect(await control("reset", { settings: { instance: { name: "Renamed" } } })).toBe(204);
    expect(await signIn(instance.url, "root-password")).toBe(200);
    const config = (await (await fetch(`${instance.url}/api/v1/config`)).json()) as { instance: { name: string } };
    expect(config.instance.name).toBe("Renamed");
  });

  it("forgets at a reset what was being uploaded", async () => {
    const bytes = new Uint8Array(1000);
    const open = async () => {
      const user = await signInAsUser(instance, "root", "root-password");
      const answer = await openResumable(instance, user, { name: "a.mp4", size: bytes.length });
      return { answer, chunk: await putChunk(answer.headers.get("location") ?? "", user, bytes, 0, 500) };
    };
    expect((await open()).answer.status).toBe(201);
    await control("reset");
    const again = await open();
    expect(again.answer.status).toBe(201);
    expect(again.chunk.headers.get("range")).toBe("bytes=0-499");
  });

  it("drops requests until it is switched back, all or those of some paths", async () => {
    await control("offline", { offline: true, paths: ["/static/"] });
    expect((await fetch(`${instance.url}/static/web-videos/x.mp4`)).status).toBe(503);
    expect((await fetch(`${instance.url}/api/v1/ping`)).status).toBe(200);
    await control("offline", { offline: true });
    expect((await fetch(`${instance.url}/api/v1/ping`)).status).toBe(503);
    await control("offline", { offline: false });
    expect((await fetch(`${instance.url}/api/v1/ping`)).status).toBe(200);
  });

  it("finds no object without a row, and no row without its object", async () => {
    const report = await fetch(`${instance.url}/__test__/sweep`, { method: "POST" });
    expect(await report.json()).toEqual({ orphans: [], missing: [], broken: [] });
  });

  it("runs beside another instance, each with its own data", async () => {
    expect(other.url).not.toBe(instance.url);
    expect((await fetch(`${other.url}/api/v1/ping`)).status).toBe(200);
  });
});
