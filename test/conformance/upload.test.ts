import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProject } from "../../scripts/lib/project.ts";
import { ROOT_PASSWORD, startInstance, type Instance } from "../support/instance.ts";

// PeerTube's upload protocols as a client sees them.

const RESUMABLE = "/api/v1/videos/upload-resumable";

let instance: Instance;
let token: string;
let channelId: number;
let clip: Buffer<ArrayBuffer>;

beforeAll(async () => {
  instance = await startInstance();
  clip = Buffer.from(await readFile(inProject("test/fixtures/faststart.mp4")));
  ({ token, channelId } = await signIn());
});

afterAll(async () => {
  await instance?.stop();
});

async function signIn(): Promise<{ token: string; channelId: number }> {
  const client = (await (await fetch(`${instance.url}/api/v1/oauth-clients/local`)).json()) as Record<string, string>;
  const body = new URLSearchParams({ ...client, grant_type: "password", username: "root", password: ROOT_PASSWORD });
  const tokens = (await (await fetch(`${instance.url}/api/v1/users/token`, { method: "POST", body })).json()) as { access_token: string };
  const me = await fetch(`${instance.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const { videoChannels } = (await me.json()) as { videoChannels: { id: number }[] };
  return { token: tokens.access_token, channelId: videoChannels[0]?.id ?? 0 };
}

function bearer(): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function open(size: number, fields: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(instance.url + RESUMABLE, {
    method: "POST",
    headers: {
      ...bearer(),
      "content-type": "application/json",
      "x-upload-content-length": String(size),
      "x-upload-content-type": "video/mp4",
      ...headers,
    },
    body: JSON.stringify({ name: "A clip", channelId, privacy: 1, filename: "clip.mp4", lastModified: Math.random(), ...fields }),
  });
}

async function opened(size: number, fields: Record<string, unknown> = {}): Promise<string> {
  const response = await open(size, fields);
  expect(response.status).toBe(201);
  return response.headers.get("location") ?? "";
}

async function put(
  location: string,
  file: Buffer<ArrayBuffer>,
  start: number,
  end: number,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(location, {
    method: "PUT",
    headers: {
      ...bearer(),
      "content-type": "application/octet-stream",
      "content-range": `bytes ${start}-${end - 1}/${file.byteLength}`,
      ...headers,
    },
    body: file.subarray(start, end),
    redirect: "manual",
  });
}

async function progress(location: string, size: number): Promise<Response> {
  return await fetch(location, { method: "PUT", headers: { ...bearer(), "content-range": `bytes */${size}` }, redirect: "manual" });
}

async function sendAll(location: string, file: Buffer<ArrayBuffer>, chunk: number, from = 0): Promise<Response> {
  for (let start = from; start + chunk < file.byteLength; start += chunk) {
    const response = await put(location, file, start, start + chunk);
    expect([response.status, response.headers.get("range")]).toEqual([308, `bytes=0-${start + chunk - 1}`]);
  }
  const rest = Math.floor((file.byteLength - from - 1) / chunk) * chunk + from;
  return await put(location, file, rest, file.byteLength);
}

interface Created {
  video: { id: number; uuid: string; shortUUID: string };
}

async function expectPlayable(created: Created, file: Buffer): Promise<void> {
  const video = await fetch(`${instance.url}/api/v1/videos/${created.video.uuid}`, { headers: bearer() });
  const { files } = (await video.json()) as { files: { fileUrl: string; size: number }[] };
  expect(files[0]?.size).toBe(file.byteLength);
  const bytes = Buffer.from(await (await fetch(files[0]?.fileUrl ?? "")).arrayBuffer());
  expect(sha1(bytes)).toBe(sha1(file));
}

function sha1(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("base64");
}

async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { code?: string }).code;
}

/** Sends the beginning of a chunk, and hangs up. */
async function breakOff(location: string, file: Buffer, start: number, end: number, sent: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const headers = { ...bearer(), "content-length": String(end - start), "content-range": `bytes ${start}-${end - 1}/${file.byteLength}` };
    const request = httpRequest(location, { method: "PUT", headers });
    request.on("error", () => resolve());
    request.on("close", () => resolve());
    request.write(file.subarray(start, start + sent), () => setTimeout(() => request.destroy(), 300));
  });
}

describe("resumable upload", () => {
  test("opening answers 201 with an absolute Location and no body", async () => {
    const response = await open(clip.byteLength);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toMatch(new RegExp(`^${instance.url}${RESUMABLE}\\?upload_id=1-[0-9a-f]{64}$`));
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("");
  });

  test.each([8 * 1024, 10_001, 10_000_000])("a clip in chunks of %d bytes becomes a video that plays", async (chunk) => {
    const response = await sendAll(await opened(clip.byteLength), clip, chunk);
    expect(response.status).toBe(200);
    await expectPlayable((await response.json()) as Created, clip);
  });

  test("whoever lost the last answer gets it again; cancelling afterwards keeps the video", async () => {
    const location = await opened(clip.byteLength);
    const first = (await (await sendAll(location, clip, 20_000)).json()) as Created;
    const again = await put(location, clip, clip.byteLength - 10, clip.byteLength);
    expect([again.status, await again.json()]).toEqual([200, first]);
    expect(await (await progress(location, clip.byteLength)).json()).toEqual(first);
    expect((await fetch(location, { method: "DELETE", headers: bearer() })).status).toBe(204);
    await expectPlayable(first, clip);
  });

  test("the same file opened again goes on where it stopped", async () => {
    const fields = { lastModified: "2026-11-23", name: "First name" };
    const location = await opened(clip.byteLength, fields);
    await put(location, clip, 0, 5000);
    const again = await open(clip.byteLength, { ...fields, name: "Second name" });
    expect([again.status, again.headers.get("location"), again.headers.get("range")]).toEqual([200, location, "bytes=0-4999"]);
    const created = (await (await sendAll(location, clip, 1_000_000, 5000)).json()) as Created;
    const video = (await (await fetch(`${instance.url}/api/v1/videos/${created.video.uuid}`, { headers: bearer() })).json()) as {
      name: string;
    };
    expect(video.name).toBe("Second name");
  });

  test("a connection that breaks leaves what it brought, and Range tells it", async () => {
    const location = await opened(clip.byteLength);
    await breakOff(location, clip, 0, clip.byteLength, 12_345);
    await expect.poll(async () => (await progress(location, clip.byteLength)).headers.get("range")).toBe("bytes=0-12344");
    expect((await put(location, clip, 12_345, clip.byteLength)).status).toBe(200);
  });

  test("an upload outlives the death of the instance, byte for byte", async () => {
    // Beyond one part, so that R2 and the object each hold some of it.
    const padded = Buffer.concat([clip, mp4Free(20 * 1024 * 1024)]);
    const location = await opened(padded.byteLength);
    expect((await put(location, padded, 0, 9_000_000)).status).toBe(308);
    const dying = breakOff(location, padded, 9_000_000, padded.byteLength, 9_500_000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await instance.kill();
    await dying;
    await instance.restart();
    const range = (await progress(location, padded.byteLength)).headers.get("range") ?? "";
    const received = Number(/^bytes=0-(\d+)$/.exec(range)?.[1]) + 1;
    expect(received).toBeGreaterThanOrEqual(9_000_000);
    const response = await sendAll(location, padded, 5_000_000, received);
    expect(response.status).toBe(200);
    await expectPlayable((await response.json()) as Created, padded);
  });

  test("checksums: the right one counts, a wrong one is 460 and leaves nothing, an unknown one is 400", async () => {
    const location = await opened(clip.byteLength);
    const wrong = await put(location, clip, 0, 5000, { digest: `sha=${sha1(clip)}` });
    expect([wrong.status, await codeOf(wrong)]).toEqual([460, "ChecksumMismatch"]);
    const none = await progress(location, clip.byteLength);
    expect([none.status, none.headers.get("range")]).toEqual([308, null]);
    expect((await put(location, clip, 0, 5000, { digest: "crc32=AAAA" })).status).toBe(400);
    expect((await put(location, clip, 0, 5000, { digest: `sha=${sha1(clip.subarray(0, 5000))}` })).status).toBe(308);
    const md5 = createHash("md5").update(clip.subarray(5000)).digest("base64");
    expect((await put(location, clip, 5000, clip.byteLength, { "content-md5": md5 })).status).toBe(200);
  });

  test.each([
    { what: "a gap", range: (size: number) => `bytes 10-1009/${size}`, status: 409 },
    { what: "a length that isn't the body's", range: (size: number) => `bytes 0-99/${size}`, status: 409 },
    { what: "another total", range: (size: number) => `bytes 0-999/${size + 1}`, status: 409 },
    { what: "bytes beyond the end", range: (size: number) => `bytes ${size}-${size + 999}/${size}`, status: 409 },
    { what: "nonsense", range: () => "bytes a-b/c", status: 400 },
  ])("$what is $status, and nothing is taken", async ({ range, status }) => {
    const location = await opened(clip.byteLength);
    const response = await put(location, clip, 0, 1000, { "content-range": range(clip.byteLength) });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ code: expect.any(String), message: expect.any(String) });
    expect((await progress(location, clip.byteLength)).headers.get("range")).toBeNull();
  });

  test("bytes that came before are skipped", async () => {
    const location = await opened(clip.byteLength);
    await put(location, clip, 0, 5000);
    expect((await put(location, clip, 1000, 4000)).headers.get("range")).toBe("bytes=0-4999");
    expect((await put(location, clip, 2000, 9000)).headers.get("range")).toBe("bytes=0-8999");
    const response = await put(location, clip, 0, clip.byteLength);
    await expectPlayable((await response.json()) as Created, clip);
  });

  test("ids: none 400, unknown 404, another user's 403, cancelled 404", async () => {
    const location = await opened(clip.byteLength);
    expect((await put(instance.url + RESUMABLE, clip, 0, 10)).status).toBe(400);
    expect((await put(`${instance.url}${RESUMABLE}?upload_id=1-${"0".repeat(64)}`, clip, 0, 10)).status).toBe(404);
    expect((await put(location.replace("upload_id=1-", "upload_id=2-"), clip, 0, 10)).status).toBe(403);
    await put(location, clip, 0, 10);
    expect((await fetch(location, { method: "DELETE", headers: bearer() })).status).toBe(204);
    expect((await put(location, clip, 10, 20)).status).toBe(404);
    expect((await fetch(location, { method: "DELETE" })).status).toBe(401);
  });

  test("opening is refused: no size, no type, empty, too large, no video, bad fields", async () => {
    expect((await open(1, {}, { "x-upload-content-length": "" })).status).toBe(400);
    expect((await open(1, {}, { "x-upload-content-type": "" })).status).toBe(400);
    const empty = await open(0);
    expect([empty.status, ((await empty.json()) as { detail: string }).detail]).toEqual([400, expect.stringContaining("empty")]);
    const large = await open(10 ** 14);
    expect([large.status, await codeOf(large)]).toEqual([413, "max_file_size_reached"]);
    expect((await open(1, {}, { "x-upload-content-type": "image/png" })).status).toBe(415);
    const long = await open(1, { name: "x".repeat(10_000) });
    expect(long.status).toBe(400);
    expect(await long.json()).toMatchObject({
      detail: "Incorrect request parameters: name",
      "invalid-params": { name: { location: "body" } },
    });
    expect((await open(1, { channelId: 4711 })).status).toBe(400);
  });

  test("text that calls itself a video is 422, is told again, and leaves nothing", async () => {
    const text = Buffer.from("this is no video\n".repeat(2000));
    const location = await opened(text.byteLength);
    const response = await sendAll(location, text, 10_000);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: string };
    const again = await put(location, text, text.byteLength - 10, text.byteLength);
    expect([again.status, ((await again.json()) as { detail: string }).detail]).toEqual([422, detail]);
  });

  test("of two requests at once one is refused with 423", async () => {
    const location = await opened(clip.byteLength);
    const slow = httpRequest(location, {
      method: "PUT",
      headers: {
        ...bearer(),
        "content-length": String(clip.byteLength),
        "content-range": `bytes 0-${clip.byteLength - 1}/${clip.byteLength}`,
      },
    });
    slow.on("error", () => undefined);
    await new Promise((resolve) => slow.write(clip.subarray(0, 1000), resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await put(location, clip, 0, 2000);
    expect([second.status, await codeOf(second)]).toEqual([423, "FileLocked"]);
    slow.destroy();
  });

  test("a silent connection gives way to a new one", async () => {
    const location = await opened(clip.byteLength);
    const silent = httpRequest(location, {
      method: "PUT",
      headers: {
        ...bearer(),
        "content-length": String(clip.byteLength),
        "content-range": `bytes 0-${clip.byteLength - 1}/${clip.byteLength}`,
      },
    });
    silent.on("error", () => undefined);
    await new Promise((resolve) => silent.write(clip.subarray(0, 1000), resolve));
    await expect
      .poll(async () => (await progress(location, clip.byteLength)).headers.get("range"), { timeout: 15_000, interval: 500 })
      .toBe("bytes=0-999");
    expect((await put(location, clip, 1000, clip.byteLength)).status).toBe(200);
    silent.destroy();
  });
});

describe("one-request upload", () => {
  function form(fields: Record<string, string>, file: Blob | undefined, order: "fields first" | "file first"): FormData {
    const data = new FormData();
    if (file && order === "file first") {
      data.append("videofile", file, "Ein Film – «roh».mp4");
    }
    for (const [name, value] of Object.entries({
      name: "By form",
      channelId: String(channelId),
      privacy: "1",
      "tags[0]": "one",
      "tags[1]": "two",
      ...fields,
    })) {
      data.append(name, value);
    }
    if (file && order === "fields first") {
      data.append("videofile", file, "Ein Film – «roh».mp4");
    }
    return data;
  }

  async function post(body: BodyInit, init: RequestInit = {}): Promise<Response> {
    return await fetch(`${instance.url}/api/v1/videos/upload`, { method: "POST", headers: bearer(), body, ...init });
  }

  const video = () => new Blob([clip], { type: "video/mp4" });

  test.each(["fields first", "file first"] as const)("%s", async (order) => {
    const response = await post(form({}, video(), order));
    expect(response.status).toBe(200);
    const created = (await response.json()) as Created;
    await expectPlayable(created, clip);
    const details = (await (await fetch(`${instance.url}/api/v1/videos/${created.video.uuid}`)).json()) as { tags: string[] };
    expect(details.tags).toEqual(["one", "two"]);
  });

  test("without Content-Length", async () => {
    const whole = new Response(form({}, video(), "file first"));
    const headers = { ...bearer(), "content-type": whole.headers.get("content-type") ?? "" };
    const response = await post(whole.body ?? "", { headers, duplex: "half" } as RequestInit);
    expect(response.status).toBe(200);
    await expectPlayable((await response.json()) as Created, clip);
  });

  test("larger than a part", async () => {
    const padded = Buffer.concat([clip, mp4Free(20 * 1024 * 1024)]);
    const response = await post(form({}, new Blob([padded], { type: "video/mp4" }), "fields first"));
    expect(response.status).toBe(200);
    await expectPlayable((await response.json()) as Created, padded);
  });

  test("refusals: no file, empty file, bad fields after the file, no video, no form", async () => {
    const none = await post(form({}, undefined, "file first"));
    expect([none.status, await none.json()]).toMatchObject([400, { "invalid-params": { videofile: {} } }]);
    expect((await post(form({}, new Blob([], { type: "video/mp4" }), "file first"))).status).toBe(400);
    const name = await post(form({ name: "x".repeat(10_000) }, video(), "file first"));
    expect([name.status, await name.json()]).toMatchObject([400, { "invalid-params": { name: {} } }]);
    expect((await post(form({}, new Blob(["text"], { type: "video/mp4" }), "file first"))).status).toBe(422);
    expect((await post(form({}, new Blob(["text"], { type: "text/plain" }), "file first"))).status).toBe(415);
    expect((await post("{}", { headers: { ...bearer(), "content-type": "application/json" } })).status).toBe(415);
  });

  test("a client that hangs up leaves nothing behind", async () => {
    const before = await storedBytes();
    const sent = 20 * 1024 * 1024;
    const head = `--b\r\ncontent-disposition: form-data; name="videofile"; filename="a.mp4"\r\ncontent-type: video/mp4\r\n\r\n`;
    const headers = { ...bearer(), "content-type": "multipart/form-data; boundary=b", "content-length": String(2 * sent) };
    const request = httpRequest(`${instance.url}/api/v1/videos/upload`, { method: "POST", headers });
    request.on("error", () => undefined);
    request.write(head);
    await new Promise((resolve) => request.write(randomBytes(sent), resolve));
    await expect.poll(storedBytes, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 5 * 1024 * 1024);
    request.destroy();
    await expect.poll(storedBytes, { timeout: 20_000 }).toBe(before);
  });
});

describe("renditions, our own extension", () => {
  async function openRendition(video: string | number, size: number): Promise<Response> {
    return await fetch(`${instance.url}/api/v1/videos/${video}/renditions/upload-resumable`, {
      method: "POST",
      headers: {
        ...bearer(),
        "content-type": "application/json",
        "x-upload-content-length": String(size),
        "x-upload-content-type": "video/mp4",
      },
      body: JSON.stringify({ filename: "180.mp4", lastModified: 1, resolution: 180 }),
    });
  }

  test("come by the same protocol, and the video has them", async () => {
    const { video } = (await (await sendAll(await opened(clip.byteLength), clip, 1_000_000)).json()) as Created;
    const rendition = Buffer.from(await readFile(inProject("test/fixtures/fragmented-sidx.mp4")));
    const opening = await openRendition(video.shortUUID, rendition.byteLength);
    expect(opening.status).toBe(201);
    const location = opening.headers.get("location") ?? "";
    const response = await sendAll(location, rendition, 20_000);
    expect(response.status).toBe(200);
    const added = (await response.json()) as { rendition: { resolution: number; filename: string } };
    expect(added.rendition.resolution).toBe(180);
    expect(await (await progress(location, rendition.byteLength)).json()).toEqual(added);
    const details = (await (await fetch(`${instance.url}/api/v1/videos/${video.id}`)).json()) as { files: { size: number }[] };
    expect(details.files.map((file) => file.size)).toContain(rendition.byteLength);
  });

  test("what can't be one is refused and leaves nothing; an unknown video is 404", async () => {
    const { video } = (await (await sendAll(await opened(clip.byteLength), clip, 1_000_000)).json()) as Created;
    const before = await storedBytes();
    const location = (await openRendition(video.uuid, clip.byteLength)).headers.get("location") ?? "";
    expect((await sendAll(location, clip, 1_000_000)).status).toBe(422);
    await expect.poll(storedBytes).toBe(before);
    expect((await openRendition(999_999, 10)).status).toBe(404);
    expect((await openRendition("nonsense!", 10)).status).toBe(404);
  });
});

/** The bytes of all that R2 holds on this machine's disk, objects and unfinished parts alike. */
async function storedBytes(): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(instance.dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.parentPath.endsWith("/blobs")) {
      sum += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
    }
  }
  return sum;
}

/** An MP4 box that players skip, filled with noise. */
function mp4Free(size: number): Buffer<ArrayBuffer> {
  const box = Buffer.from(randomBytes(size));
  box.writeUInt32BE(size, 0);
  box.write("free", 4, "latin1");
  return box;
}
