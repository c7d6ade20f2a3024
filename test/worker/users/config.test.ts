import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { AboutConfig, ServerConfig } from "../../../src/contract/config";
import { runDailyMaintenance } from "../../../src/domain/maintenance";
import { forgetSettings, getSettings, updateSettings } from "../../../src/domain/settings";
import { readJson, request, requestToken, setUpInstance, signInAs, testDeps } from "./support";

const DAY_MS = 24 * 60 * 60_000;

beforeEach(setUpInstance);

async function getConfig(): Promise<ServerConfig> {
  return await readJson<ServerConfig>(await request("/api/v1/config"));
}

describe("GET /api/v1/config", () => {
  it("says what is true of this instance", async () => {
    const config = await getConfig();
    expect(config.serverVersion).toMatch(/^8\.\d+\.\d+\+[0-9A-Za-z.-]+$/);
    expect(config.signup.allowed).toBe(false);
    expect(config.live.enabled).toBe(false);
    expect(config.tracker.enabled).toBe(true);
    expect(config.transcoding).toMatchObject({ web_videos: { enabled: true }, hls: { enabled: false } });
    expect(config.transcoding.enabledResolutions).toContain(720);
    // Below Cloudflare's limit of 100 MB on a request's body.
    expect(config.client.videos.resumableUpload.maxChunkSize).toBeLessThan(100_000_000);
    expect(config.instance.name).toBe("Edgetube");
    // NewPipe refuses a body with this.
    expect(config).not.toHaveProperty("error");
  });

  it("follows the settings", async () => {
    await updateSettings(testDeps(), {
      instance: { name: "Peer <Tube>" },
      p2p: { enabled: false },
      transcoding: { resolutions: [240, 480] },
      upload: { maxFileSizeBytes: 1000 },
    });
    const config = await getConfig();
    expect(config.instance.name).toBe("Peer <Tube>");
    expect(config.defaults.p2p).toEqual({ webapp: { enabled: false }, embed: { enabled: false } });
    expect(config.transcoding.enabledResolutions).toEqual([240, 480]);
    expect(config.video.file.size.max).toBe(1000);
    const about = await readJson<AboutConfig>(await request("/api/v1/config/about"));
    expect(about.instance).toMatchObject({ name: "Peer <Tube>", languages: [], categories: [] });
  });
});

describe("settings", () => {
  it("keep what a change doesn't name, across isolates", async () => {
    await updateSettings(testDeps(), { instance: { name: "First" } });
    await updateSettings(testDeps(), { instance: { shortDescription: "Second" } });
    forgetSettings();
    expect((await getSettings(testDeps())).instance).toMatchObject({ name: "First", shortDescription: "Second" });
  });

  it("changed elsewhere are seen within 10 seconds", async () => {
    await getSettings(testDeps());
    await env.DB.prepare("INSERT INTO settings (key, value) VALUES ('p2p', '{\"enabled\":false}')").run();
    expect((await getSettings(testDeps())).p2p.enabled).toBe(true);
    expect((await getSettings(testDeps(10_000))).p2p.enabled).toBe(false);
  });

  it("that can't be read are the defaults, and harm no others", async () => {
    await env.DB.exec(
      `INSERT INTO settings (key, value) VALUES ('p2p', 'not JSON'), ('instance', '{"name":"Kept"}'), ('upload', '{"maxFileSizeBytes":-1}'), ('toString', '1'), ('sweep.position', '"videos/x"')`,
    );
    const settings = await getSettings(testDeps());
    expect(settings.p2p.enabled).toBe(true);
    expect(settings.instance.name).toBe("Kept");
    expect(settings.upload.maxFileSizeBytes).toBeGreaterThan(0);
  });

  it("refuse values that aren't possible, and keep the old", async () => {
    await expect(updateSettings(testDeps(), { instance: { name: "" } })).rejects.toThrow();
    expect((await getSettings(testDeps())).instance.name).toBe("Edgetube");
  });
});

describe("the daily maintenance", () => {
  async function counts(): Promise<number[]> {
    const tables = ["oauth_tokens", "sign_in_failures", "sign_in_addresses"];
    return await Promise.all(
      tables.map(async (table) => (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n")) ?? -1),
    );
  }

  it("forgets expired tokens, old failures and addresses, and nothing else", async () => {
    await signInAs();
    await requestToken({ grant_type: "password", username: "nobody", password: "wrong" });
    const before = await counts();
    await runDailyMaintenance(testDeps());
    expect(await counts()).toEqual(before);
    await runDailyMaintenance(testDeps(DAY_MS));
    expect(await counts()).toEqual([1, 0, 1]);
    await runDailyMaintenance(testDeps(31 * DAY_MS));
    expect(await counts()).toEqual([0, 0, 0]);
  });
});
