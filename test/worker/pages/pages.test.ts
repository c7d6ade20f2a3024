import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { VideoDetails } from "../../../src/contract/video";
import { updateSettings } from "../../../src/domain/settings";
import { shortUuidOf } from "../../../src/protocol/paths";
import { bearer, request, setUpInstance, signInAs, testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

const HOSTILE = `</title></script><script>alert("x")</script><img src=x onerror='alert(1)'>&`;
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

beforeEach(async () => {
  await setUpInstance();
});

async function page(path: string, headers: Record<string, string> = {}): Promise<{ response: Response; html: string }> {
  const response = await request(path, { headers: { ...BROWSER, ...headers }, redirect: "manual" });
  return { response, html: await response.text() };
}

/** The texts of the page's scripts of one type, as a browser's parser sees them: up to the first end tag. */
function scripts(html: string, type: string): string[] {
  return [...html.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)]
    .filter((match) => match[1]?.includes(`type="${type}"`))
    .map((match) => match[2] ?? "");
}

function meta(html: string, property: string): string | undefined {
  return new RegExp(`<meta (?:property|name)="${property}" content="([^"]*)"`).exec(html)?.[1];
}

describe("the home page", () => {
  it("tells what to do where there are no videos", async () => {
    const { response, html } = await page("/");
    expect(response.status).toBe(200);
    expect(html).toContain("No videos yet");
    expect(html).toContain('href="/studio"');
  });

  it("lists public videos, newest first, a page at a time", async () => {
    for (let index = 1; index <= 26; index += 1) {
      await seedVideoRows({ name: `Film ${String(index).padStart(2, "0")}`, publishedAt: index * 1000 });
    }
    await seedVideoRows({ name: "Hidden film", privacy: 2 });
    await seedVideoRows({ name: "Secret film", privacy: 3 });
    const first = (await page("/")).html;
    const second = (await page("/?page=2")).html;
    expect(first.indexOf("Film 26")).toBeLessThan(first.indexOf("Film 25"));
    expect(first).toContain('rel="next" href="/?page=2"');
    expect(first).not.toContain("Film 02");
    expect(second).toContain("Film 01");
    expect(second).not.toContain('rel="next"');
    expect(first + second).not.toMatch(/Hidden|Secret/);
    expect((await page("/?page=3")).html).toContain("There is no page 3");
    expect((await page("/?page=x")).html).toContain("Film 26");
  });

  it("shows markup in names as text", async () => {
    await seedVideoRows({ name: HOSTILE });
    const { html } = await page("/");
    expect(html).not.toContain("<img src=x");
    expect(html).not.toContain('<script>alert("x")');
    expect(html).toContain("&lt;script>alert");
  });
});

describe("a watch page", () => {
  it.each([
    (uuid: string) => `/w/${shortUuidOf(uuid)}`,
    (uuid: string) => `/videos/watch/${uuid}`,
    (uuid: string) => `/videos/${shortUuidOf(uuid)}`,
  ])("plays without any script at %s", async (pathOf) => {
    const { uuid } = await seedVideoRows({ name: "Clip" });
    const { response, html } = await page(pathOf(uuid));
    expect(response.status).toBe(200);
    // Of 1080p, 720p and 360p: what most screens show and most lines carry.
    expect(html).toMatch(
      /<div id="player" class="player" style="aspect-ratio: 1280 \/ 720"><video src="\/static\/web-videos\/[0-9a-f-]{36}-720\.mp4"[^>]* controls/,
    );
    expect(html).toContain(`<link rel="canonical" href="http://edgetube.test/w/${shortUuidOf(uuid)}"`);
  });

  it("tells previews and search engines what it is", async () => {
    const { uuid, thumbnail } = await seedVideoRows({
      name: "Clip",
      description: "A **bold** text\n\nand [more](https://example.org)",
      tags: ["one"],
      thumbnail: true,
    });
    const { html } = await page(`/w/${shortUuidOf(uuid)}`);
    // yt-dlp looks for exactly this.
    expect(html).toContain('meta property="og:platform" content="PeerTube"');
    expect(meta(html, "og:title")).toBe("Clip");
    expect(meta(html, "og:type")).toBe("video.other");
    expect(meta(html, "og:description")).toBe("A bold text and more");
    expect(meta(html, "og:image")).toBe(`http://edgetube.test/lazy-static/thumbnails/${thumbnail}`);
    expect(meta(html, "og:video")).toMatch(/^http:\/\/edgetube\.test\/static\/web-videos\/.*-720\.mp4$/);
    expect(meta(html, "og:video:type")).toBe("video/mp4");
    expect(meta(html, "twitter:card")).toBe("summary_large_image");
    expect(JSON.parse(scripts(html, "application/ld+json")[0] ?? "")).toMatchObject({
      "@type": "VideoObject",
      name: "Clip",
      uploadDate: "2026-11-01T00:00:00.000Z",
      duration: "PT30S",
      thumbnailUrl: `http://edgetube.test/lazy-static/thumbnails/${thumbnail}`,
    });
    expect(html).not.toContain("oembed");
  });

  it("carries the video's details for the player", async () => {
    const { uuid } = await seedVideoRows({ name: HOSTILE, description: HOSTILE });
    const { html } = await page(`/w/${shortUuidOf(uuid)}`);
    const video = JSON.parse(/id="video-details">(.*?)<\/script>/s.exec(html)?.[1] ?? "") as VideoDetails;
    expect(video).toMatchObject({ uuid, name: HOSTILE, description: HOSTILE });
    expect(video.files).toHaveLength(3);
    expect(html).toContain('<div id="p2p-stats"></div>');
  });

  it("makes hostile names, descriptions and tags harmless", async () => {
    const description = `${HOSTILE}\n\n[click](javascript:alert(1)) <javascript:alert(2)> ![x](https://evil.example/x.png)\n\n<a href="javascript:alert(3)">x</a> [ok](https://example.org/?a=1&b="2)`;
    const { uuid } = await seedVideoRows({ name: HOSTILE, description, tags: ["<b>tag</b>"] });
    const { html } = await page(`/w/${shortUuidOf(uuid)}`);
    expect(html).not.toMatch(/<img/);
    expect(html).not.toMatch(/<b>tag/);
    expect(html).not.toMatch(/href="javascript:/i);
    expect(html).not.toContain('<script>alert("x")');
    expect(JSON.parse(scripts(html, "application/ld+json")[0] ?? "")).toMatchObject({ name: HOSTILE });
    // Only what the page itself brings runs: the theme's line, and modules.
    const executable = [...html.matchAll(/<script([^>]*)>/g)].filter((match) => !/type="application\/(ld\+)?json"/.test(match[1] ?? ""));
    expect(executable.every((match) => match[1] === "" || match[1]?.includes('type="module"'))).toBe(true);
    expect(executable.filter((match) => match[1] === "")).toHaveLength(1);
    expect(html).toContain('rel="nofollow noopener ugc"');
  });

  it("offers the file, its torrent and its magnet, unless the owner says no", async () => {
    const { uuid, id } = await seedVideoRows();
    const open = (await page(`/w/${shortUuidOf(uuid)}`)).html;
    expect(open).toMatch(/href="\/download\/web-videos\//);
    expect(open).toMatch(/href="\/download\/torrents\//);
    expect(open).toContain('href="magnet:?xt=');
    await env.DB.prepare("UPDATE videos SET download_enabled = 0 WHERE id = ?").bind(id).run();
    expect((await page(`/w/${shortUuidOf(uuid)}`)).html).not.toContain('href="/download/');
  });

  it("of a private video gives nothing of it away, and gives it to its owner's token", async () => {
    const { uuid } = await seedVideoRows({ name: "Secret film", privacy: 3 });
    const { response, html } = await page(`/w/${shortUuidOf(uuid)}`);
    expect(response.status).toBe(401);
    expect(html).not.toContain("Secret film");
    expect(html).toContain(`/login?next=${encodeURIComponent(`/w/${shortUuidOf(uuid)}`)}`);
    const owned = await page(`/w/${shortUuidOf(uuid)}`, bearer(await signInAs()));
    expect(owned.response.status).toBe(200);
    expect(owned.html).toContain("Secret film");
    expect(owned.response.headers.get("cache-control")).toBe("private, no-store");
    expect(meta(owned.html, "robots")).toBe("noindex");
  });

  it("of an unlisted video is kept out of search engines", async () => {
    const { uuid } = await seedVideoRows({ privacy: 2 });
    const { response, html } = await page(`/w/${shortUuidOf(uuid)}`);
    expect(response.status).toBe(200);
    expect(meta(html, "robots")).toBe("noindex");
  });
});

describe("channels and accounts", () => {
  it("have pages with their videos, also at /@name and PeerTube's other addresses", async () => {
    await seedVideoRows({ name: "Film" });
    for (const path of ["/c/root_channel", "/a/root", "/@root", "/@root_channel", "/a/root@edgetube.test"]) {
      const { response, html } = await page(path);
      expect(response.status, path).toBe(200);
      expect(html, path).toContain("Film");
      expect(html, path).toContain("1 video");
    }
    expect((await page("/video-channels/root_channel")).response.headers.get("location")).toBe("/c/root_channel");
    expect((await page("/accounts/root")).response.headers.get("location")).toBe("/a/root");
    expect((await page("/c/nobody")).response.status).toBe(404);
  });
});

describe("failures", () => {
  it("are pages for browsers and problems for programs", async () => {
    const { response, html } = await page("/no/such/page");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(html).toContain("There is nothing at this address.");
    const program = await request("/no/such/page", { headers: { accept: "*/*" } });
    expect(program.status).toBe(404);
    expect(program.headers.get("content-type")).toContain("application/problem+json");
    const api = await page("/api/v1/videos/999");
    expect(api.response.headers.get("content-type")).toContain("application/problem+json");
  });

  it("of an unknown video say so", async () => {
    const { response, html } = await page("/w/aaaaaaaaaaaaaaaaaaaaaa");
    expect(response.status).toBe(404);
    expect(html).toContain("There is no such video here");
  });
});

describe("every page", () => {
  it.each(["/", "/login", "/my/videos", "/nothing"])("%s forbids foreign code, frames and sniffing", async (path) => {
    const { response } = await page(path);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/]+=*'(;|$)/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBeTruthy();
  });

  it("allows exactly the inline script that it has", async () => {
    const { response, html } = await page("/");
    const inline = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(inline)));
    expect(response.headers.get("content-security-policy")).toContain(`'sha256-${btoa(String.fromCharCode(...digest))}'`);
  });

  it("is sent again only where it changed", async () => {
    await seedVideoRows({ name: "Film" });
    const { response } = await page("/login");
    const etag = response.headers.get("etag") ?? "";
    expect((await page("/login", { "if-none-match": etag })).response.status).toBe(304);
    const home = (await page("/")).response.headers.get("etag") ?? "";
    await seedVideoRows({ name: "Another film" });
    expect((await page("/", { "if-none-match": home })).response.status).toBe(200);
  });

  it("sends PeerTube's upload addresses to the studio", async () => {
    expect((await page("/videos/upload")).response.headers.get("location")).toBe("/studio");
    expect((await page("/videos/publish")).response.headers.get("location")).toBe("/studio");
  });

  it("bears the instance's name, whatever it is, and tells the player whether viewers share", async () => {
    const { uuid } = await seedVideoRows({ name: "Film" });
    const before = (await page(`/w/${shortUuidOf(uuid)}`)).html;
    expect(before).toContain("<title>Film · Edgetube</title>");
    expect(before).not.toContain("data-p2p");
    await updateSettings(testDeps(), { instance: { name: "Kino <i>" }, p2p: { enabled: false } });
    const { html } = await page(`/w/${shortUuidOf(uuid)}`);
    expect(html).toContain("<title>Film · Kino &lt;i></title>");
    expect(html).toContain('data-p2p="off"');
    expect((await page("/")).html).toContain("<title>Kino &lt;i></title>");
  });
});
