import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { FILE_TOKEN_LIFETIME_MS, forgetFileTokenKey, isFileTokenGood, issueFileToken } from "../../../src/domain/videos/file-token";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs, testDeps, type ProblemBody } from "../users/support";
import { seedVideo, type SeededVideo } from "./seed";

const PRIVATE = 3;
const INTERNAL = 4;

beforeEach(async () => {
  await setUpInstance();
  forgetFileTokenKey();
  await makeUser("ann", "ann-password");
  await makeUser("ben", "ben-password");
});

async function ask(video: string, user?: "ann" | "ben"): Promise<Response> {
  const headers = user && bearer(await signInAs(user, `${user}-password`));
  return await request(`/api/v1/videos/${video}/token`, { method: "POST", headers });
}

async function tokenFor(video: SeededVideo, user: "ann" | "ben" = "ann"): Promise<string> {
  const response = await ask(video.videoUuid, user);
  expect(response.status).toBe(200);
  return (await readJson<{ files: { token: string } }>(response)).files.token;
}

async function watch(video: SeededVideo, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return await request(`/static/web-videos/${video.filename}?videoFileToken=${encodeURIComponent(token)}`, { headers });
}

describe("a file token", () => {
  it("is given for four hours, to whoever may watch", async () => {
    const video = await seedVideo({ privacy: PRIVATE, channel: "ann_channel", size: 10 });
    const before = Date.now();
    const response = await ask(video.videoUuid, "ann");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { files } = await readJson<{ files: { token: string; expires: string } }>(response);
    expect(new Date(files.expires).toISOString()).toBe(files.expires);
    expect(Date.parse(files.expires) - before - 4 * 3_600_000).toBeLessThan(10_000);
    expect(Date.parse(files.expires) - before).toBeGreaterThanOrEqual(4 * 3_600_000);

    expect((await ask(video.videoUuid, "ben")).status).toBe(403);
    expect((await ask(video.videoUuid)).status).toBe(401);
    expect((await ask(crypto.randomUUID(), "ann")).status).toBe(404);
    const internal = await seedVideo({ privacy: INTERNAL, channel: "ann_channel", size: 10 });
    expect((await ask(internal.videoUuid, "ben")).status).toBe(200);
    expect((await ask(internal.videoUuid)).status).toBe(401);
  });

  it("opens the bytes by range, without entering shared caches", async () => {
    const video = await seedVideo({ privacy: PRIVATE, channel: "ann_channel" });
    const response = await watch(video, await tokenFor(video), { range: "bytes=1000-1999" });
    expect(response.status).toBe(206);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(video.bytes.subarray(1000, 2000));
    expect(response.headers.get("cache-control")).toBe("private, max-age=600");
  });

  it("opens downloads and torrents, whose WebSeed has the token and which name no tracker", async () => {
    const video = await seedVideo({ privacy: INTERNAL, channel: "ann_channel", size: 1000 });
    const token = await tokenFor(video, "ben");
    const query = `?videoFileToken=${token}`;
    const file = await request(`/download/web-videos/${video.filename}${query}`);
    expect([file.status, file.headers.get("cache-control"), (await file.arrayBuffer()).byteLength]).toEqual([
      200,
      "private, no-store",
      1000,
    ]);
    expect(file.headers.get("content-disposition")).toContain("attachment");
    for (const path of ["/lazy-static/torrents/", "/download/torrents/"]) {
      const torrent = await request(path + video.torrentFilename + query);
      const text = new TextDecoder("latin1").decode(await torrent.arrayBuffer());
      expect([torrent.status, torrent.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
      expect(text).not.toContain("announce");
      const webSeed = /url-listl\d+:(.+?)ee$/.exec(text)?.[1] ?? "";
      expect((await request(webSeed)).status).toBe(200);
    }
  });

  it("is refused for another video, altered, ended or made up, with what to do", async () => {
    const video = await seedVideo({ privacy: PRIVATE, channel: "ann_channel", size: 10 });
    const other = await seedVideo({ privacy: PRIVATE, channel: "ann_channel", size: 10 });
    const token = await tokenFor(video);
    const subject = { uuid: video.videoUuid, privacy: PRIVATE };
    const [end = "", mac = ""] = token.split(".");
    const longer = (Number.parseInt(end, 36) + 3_600_000).toString(36);
    const refused = {
      another: await tokenFor(other),
      ended: (await issueFileToken(testDeps(-FILE_TOKEN_LIFETIME_MS), subject)).token,
      prolonged: `${longer}.${mac}`,
      otherCase: `${end.toUpperCase()}.${mac}`,
      altered: `${end}.${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`,
      cut: token.slice(0, -1),
      madeUp: `${"z".repeat(10)}.${"A".repeat(43)}`,
      long: "a".repeat(5000),
      empty: "",
    };
    expect((await watch(video, token)).status).toBe(200);
    for (const [why, wrong] of Object.entries(refused)) {
      const response = await watch(video, wrong);
      expect([why, response.status, response.headers.get("cache-control")]).toEqual([why, 403, "no-store"]);
      expect((await readJson<ProblemBody>(response)).detail).toContain("/api/v1/videos/{id}/token");
    }
    expect((await watch(video, (await issueFileToken(testDeps(60_000 - FILE_TOKEN_LIFETIME_MS), subject)).token)).status).toBe(200);
  });

  it("ends when the video's privacy changes", async () => {
    const video = await seedVideo({ privacy: INTERNAL, channel: "ann_channel", size: 10 });
    const token = await tokenFor(video, "ben");
    await env.DB.prepare("UPDATE videos SET privacy = 3 WHERE uuid = ?").bind(video.videoUuid).run();
    expect((await watch(video, token)).status).toBe(403);
  });

  it("a wrong one hinders nobody who may watch anyway", async () => {
    const open = await seedVideo({ size: 10 });
    const response = await watch(open, "stale");
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    const closed = await seedVideo({ privacy: PRIVATE, channel: "ann_channel", size: 10 });
    expect((await watch(closed, "stale", bearer(await signInAs("ann", "ann-password")))).status).toBe(200);
  });

  it("is good in every isolate: the secret is made once, whoever is first", async () => {
    const subject = { uuid: crypto.randomUUID(), privacy: PRIVATE };
    // Each begins without the secret in memory, and finds none in the database.
    const issued = await Promise.all(
      [0, 1, 2].map(async () => {
        forgetFileTokenKey();
        return await issueFileToken(testDeps(), subject);
      }),
    );
    forgetFileTokenKey();
    for (const { token } of issued) {
      expect(await isFileTokenGood(testDeps(), subject, token)).toBe(true);
    }
    expect(await env.DB.prepare("SELECT value FROM settings WHERE key LIKE 'secret:%'").all()).toMatchObject({
      results: [{ value: expect.stringMatching(/^"[\w-]{43}"$/) }],
    });
  });

  it("is checked without asking the database for more than the file", async () => {
    const video = await seedVideo({ privacy: PRIVATE, channel: "ann_channel", size: 10 });
    const token = await tokenFor(video);
    expect((await watch(video, token)).status).toBe(200);
    await env.DB.exec("DROP TABLE settings");
    await env.DB.exec("DROP TABLE oauth_tokens");
    expect((await watch(video, token)).status).toBe(200);
  });
});
