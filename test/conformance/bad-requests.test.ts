import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { json, uploadForm, type SignedIn } from "../support/client.ts";
import type { Instance } from "../support/instance.ts";
import { expectNothingLeft } from "../support/left-open.ts";
import { startWithTwoUsers } from "../support/two-users.ts";

// Requests that no client should send: an error that says what is wrong, and nothing internal in any answer.

/** More find more: FUZZ_RUNS=20000 npm test conformance bad-requests */
const FUZZ_RUNS = Number(process.env["FUZZ_RUNS"] ?? 1000);

let instance: Instance;
let root: SignedIn;
let mallory: SignedIn;
let clip: Buffer<ArrayBuffer>;

beforeAll(async () => {
  ({ instance, root, mallory } = await startWithTwoUsers());
  clip = await fixture("faststart.mp4");
});

afterAll(async () => {
  await instance?.stop();
});

async function fixture(name: string): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(await readFile(inProject("test/fixtures", name)));
}

interface Answer {
  status: number;
  text: string;
}

/** Sends what fetch would refuse to send. */
async function send(method: string, path: string, headers: Record<string, string>, body?: Uint8Array | string): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sized = body === undefined ? headers : { ...headers, "content-length": String(Buffer.byteLength(body)) };
    const request = httpRequest({ host: "localhost", port: instance.port, method, path, headers: sized }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The head of the answer to bytes that no HTTP library would send. */
async function sendRaw(text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(instance.port, "localhost", () => socket.write(text));
    let answer = "";
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

function expectNoSecrets({ status, text }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(
    /\bat (?:async )?[\w.<>]+ \(|node_modules|\.tsx?:\d|SQLITE|D1_|\bSELECT \b|drizzle|ZodError|TypeError|\bundefined\b is/,
  );
}

describe("requests that no client should send", () => {
  test.each([
    "start=-1",
    "start=1e999",
    "start=9007199254740993",
    "start[toString]=1",
    "count=1e9",
    "count=NaN",
    "sort=;drop table videos",
    "sort=__proto__",
    "__proto__[x]=1",
    "constructor[prototype][x]=1",
    "categoryOneOf[toString]=1",
    "a[b][c][d][e]=1",
    "nsfw=perhaps",
    `${"tagsOneOf=x&".repeat(101)}`,
  ])("?%s is 400 with what is wrong", async (query) => {
    const response = await fetch(`${instance.url}/api/v1/videos?${query}`);
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/problem+json; charset=utf-8"]);
    expect(((await response.json()) as { detail: string }).detail).not.toBe("");
  });

  test.each([
    ["/w/%zz", 400],
    ["/w/%E0%A4%A", 400],
    ["/w/%00", 404],
    [`/w/${"z".repeat(22)}`, 404],
    [`/w/${"a".repeat(30_000)}`, 404],
    ["/static/web-videos/..%2f..%2f..%2fetc%2fpasswd", 404],
    ["/static/web-videos/../../../../etc/passwd", 404],
    ["/lazy-static/thumbnails/%2e%2e%2fvideos%2fx", 404],
    ["/lazy-static/torrents/%00.torrent", 404],
    ["//evil.example/x", 404],
    ["/api/v1/accounts/root%00", 404],
    ["/api/v1/videos/1/metadata/__proto__", 404],
    ["/c/x%0d%0aset-cookie:a=b/videos", 302],
  ] as const)("%s is %d", async (path, status) => {
    for (const accept of ["text/html", "application/json"]) {
      const answer = await send("GET", path, { accept });
      expect([path.slice(0, 60), answer.status]).toEqual([path.slice(0, 60), status]);
      expectNoSecrets(answer);
    }
  });

  test.each(["abc", '"abc" "def"', ",", '"', "W/", "x".repeat(5000), "*"])("a conditional request with the tag %s", async (tag) => {
    const { uuid } = await uploadForm(
      instance,
      root,
      { bytes: clip, name: "a.mp4" },
      { thumbnailfile: new Blob([await fixture("picture.png")]) },
    );
    const video = await json<{ thumbnailPath: string; files: { fileUrl: string; torrentUrl: string }[] }>(
      await fetch(`${instance.url}/api/v1/videos/${uuid}`),
    );
    const paths = [
      video.thumbnailPath,
      new URL(video.files[0]?.fileUrl ?? "").pathname,
      new URL(video.files[0]?.torrentUrl ?? "").pathname,
      `/w/${uuid}`,
    ];
    for (const path of paths) {
      for (const name of ["if-none-match", "if-match", "if-range", "if-modified-since"]) {
        expectNoSecrets(await send("GET", path, { [name]: tag, range: "bytes=0-9" }));
      }
    }
    const image = await fetch(instance.url + video.thumbnailPath);
    await image.arrayBuffer();
    const etag = image.headers.get("etag") ?? "";
    expect((await fetch(instance.url + video.thumbnailPath, { headers: { "if-none-match": `"x", W/${etag}` } })).status).toBe(304);
    expect((await send("DELETE", `/api/v1/videos/${uuid}`, root.headers)).status).toBe(204);
  });

  test.each(["/api/v1/users/token", "/api/v1/videos/upload", "/api/v1/videos/upload-resumable"])(
    "a body to %s whose coding breaks is the client's fault",
    async (path) => {
      const type = path.endsWith("upload") ? "multipart/form-data; boundary=b" : "application/x-www-form-urlencoded";
      const headers = {
        ...root.headers,
        host: "x",
        "content-type": type,
        "transfer-encoding": "chunked",
        "x-upload-content-length": "9",
        "x-upload-content-type": "video/mp4",
      };
      const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const answer = await sendRaw(`POST ${path} HTTP/1.1\r\n${head.join("")}connection: close\r\n\r\nzz\r\nabc\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*broke off before its end/);
    },
  );

  test("a stranger's name for the host gets no client secret", async () => {
    const answer = await send("GET", "/api/v1/oauth-clients/local", { host: "evil.example" });
    expect([answer.status, answer.text.includes("client_secret")]).toEqual([403, false]);
  });

  test("random requests over all routes: never 5xx, nothing internal", { timeout: 60_000 + 60 * FUZZ_RUNS }, async () => {
    const { uuid } = await uploadForm(instance, mallory, { bytes: clip, name: "a.mp4" });
    const odd = fc.oneof(
      fc.constantFrom(
        "",
        "1",
        "-1",
        "0",
        uuid,
        "root",
        "root_channel",
        "%00",
        "%2e%2e",
        "__proto__",
        "constructor",
        "null",
        "9".repeat(30),
        "a@b",
        "'--",
        "😀",
      ),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    const routes = [
      "/",
      "/login",
      "/studio",
      "/my/videos",
      "/w/:x",
      "/videos/watch/:x",
      "/c/:x",
      "/a/:x",
      "/@:x",
      "/c/:x/videos",
      "/api/v1/ping",
      "/api/v1/config",
      "/api/v1/config/about",
      "/api/v1/oauth-clients/local",
      "/api/v1/users/token",
      "/api/v1/users/me",
      "/api/v1/users/me/videos",
      "/api/v1/users/me/video-quota-used",
      "/api/v1/accounts",
      "/api/v1/accounts/:x",
      "/api/v1/accounts/:x/videos",
      "/api/v1/accounts/:x/video-channels",
      "/api/v1/video-channels",
      "/api/v1/video-channels/:x",
      "/api/v1/video-channels/:x/videos",
      "/api/v1/videos",
      "/api/v1/videos/:x",
      "/api/v1/videos/:x/description",
      "/api/v1/videos/:x/token",
      "/api/v1/videos/:x/metadata/:x",
      "/api/v1/videos/categories",
      "/api/v1/videos/upload",
      "/api/v1/videos/upload-resumable",
      "/api/v1/videos/:x/renditions/upload-resumable",
      "/static/web-videos/:x",
      "/download/web-videos/:x",
      "/download/torrents/:x",
      "/lazy-static/torrents/:x",
      "/lazy-static/thumbnails/:x",
      "/tracker/socket",
      "/tracker/socket/:x",
    ];
    const path = fc
      .tuple(fc.constantFrom(...routes), odd, odd)
      .map(([route, a, b]) => route.replace(":x", escaped(a)).replace(":x", escaped(b)));
    const query = fc.array(
      fc.tuple(fc.constantFrom("start", "count", "sort", "search", "page", "nsfw", "tagsOneOf[]", "upload_id", "isLocal", "a[b]"), odd),
      { maxLength: 3 },
    );
    const fields = fc.dictionary(
      fc.constantFrom(
        "name",
        "channelId",
        "privacy",
        "tags",
        "tags[0]",
        "filename",
        "username",
        "password",
        "grant_type",
        "displayName",
        "description",
        "lastModified",
        "resolution",
        "__proto__[a]",
      ),
      fc.oneof(odd, fc.jsonValue({ maxDepth: 2 })),
      { maxKeys: 6 },
    );
    const body = fc.oneof(
      fc.constant({ type: undefined, bytes: undefined }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ type: "application/octet-stream", bytes })),
      fields.map((value) => ({ type: "application/json", bytes: JSON.stringify(value) })),
      fc.string({ maxLength: 60 }).map((bytes) => ({ type: "application/json", bytes })),
      fields.map((value) => ({
        type: "application/x-www-form-urlencoded",
        bytes: new URLSearchParams(Object.entries(value).map(([k, v]) => [k, JSON.stringify(v)])).toString(),
      })),
      fields.map((value) => ({
        type: "multipart/form-data; boundary=b",
        bytes:
          Object.entries(value)
            .map(([k, v]) => `--b\r\ncontent-disposition: form-data; name="${k}"\r\n\r\n${JSON.stringify(v)}\r\n`)
            .join("") + "--b--",
      })),
      fc.string({ unit: "binary", maxLength: 100 }).map((bytes) => ({ type: "multipart/form-data; boundary=b", bytes: `--b\r\n${bytes}` })),
    );
    const header = fc.constantFrom(
      "range",
      "content-range",
      "if-none-match",
      "if-range",
      "digest",
      "content-md5",
      "x-upload-content-length",
      "x-upload-content-type",
      "accept",
      "upgrade",
      "cf-connecting-ip",
    );
    const value = fc.oneof(
      fc.constantFrom("bytes=0-", "bytes 0-9/10", "bytes */*", "bytes */10", '"x"', "10", "video/mp4", "text/html", "sha=AAAA", "::1"),
      fc.string({ maxLength: 30 }),
    );
    const headers = fc.dictionary(
      header,
      value.map((text) => text.replace(/[^\x20-\x7e]/g, "")),
      { maxKeys: 3 },
    );
    const method = fc.constantFrom("GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        query,
        headers,
        body,
        fc.boolean(),
        async (verb, route, parameters, extra, { type, bytes }, isSignedIn) => {
          const search = parameters.map(([name, text]) => `${name}=${escaped(text)}`).join("&");
          const { upgrade, ...rest } = extra;
          const all = {
            ...rest,
            ...(isSignedIn && mallory.headers),
            ...(type !== undefined && { "content-type": type }),
            ...(upgrade !== undefined && verb !== "GET" && { upgrade }),
          };
          expectNoSecrets(await send(verb, search === "" ? route : `${route}?${search}`, all, bytes));
        },
      ),
      { numRuns: FUZZ_RUNS, endOnFailure: true },
    );
    expect((await fetch(`${instance.url}/api/v1/ping`)).status).toBe(200);
  });

  test("nothing of all that is left behind", async () => {
    await expectNothingLeft(instance);
    expect(instance.output()).not.toMatch(/unexpected|Uncaught/);
  });
});

/** As a path's or query's part; half of it stays as it is, where HTTP allows that. */
function escaped(text: string): string {
  return text.replace(/[^\w.~!$'()*,;:@%-]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}
