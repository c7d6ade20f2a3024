import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import type { Caption } from "../../../src/contract/caption";
import type { ListResponse } from "../../../src/contract/video";
import { findOrphans } from "../../../src/domain/sweep";
import { remoteCaptionStatements, type RemoteCaption } from "../../../src/storage/d1/captions";
import { askedTasks, call, seedRemoteAccount, seedRemoteVideo, setUpPeople, watchTasks, type Person } from "../social/support";
import { request, testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

const SRT = "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n";

let root: Person;
let alice: Person;
let video: { id: number; uuid: string };

beforeEach(async () => {
  ({ root, alice } = await setUpPeople());
  video = await seedVideoRows();
});

async function put(as: Person | undefined, language: string, text: BlobPart | undefined, uuid = video.uuid): Promise<number> {
  const form = new FormData();
  form.set("captionfile", text === undefined ? "not a file" : new File([text], "captions.srt"));
  const response = await request(`/api/v1/videos/${uuid}/captions/${language}`, { method: "PUT", headers: as?.headers ?? {}, body: form });
  await response.body?.cancel();
  return response.status;
}

async function list(): Promise<ListResponse<Caption>> {
  return (await call<ListResponse<Caption>>("GET", `/api/v1/videos/${video.uuid}/captions`)).body;
}

async function pathOf(language: string): Promise<string> {
  const path = (await list()).data.find((caption) => caption.language.id === language)?.captionPath;
  if (path === undefined) {
    throw new Error(`no captions in ${language}`);
  }
  return path;
}

function caption(language: string, filename: string, remoteUrl: string): RemoteCaption {
  return { language, filename, remoteUrl, automaticallyGenerated: false };
}

/** Gives the file names that were removed. */
async function replaceRemoteCaptions(videoId: number, captions: RemoteCaption[]): Promise<string[]> {
  const { database } = testDeps();
  const [removed] = await database.batch(remoteCaptionStatements(database, sql`${videoId}`, captions, 1));
  return removed.map(({ filename }) => filename);
}

describe("captions", () => {
  it("are stored as WebVTT, listed, and on the watch page", async () => {
    await watchTasks();
    expect(await put(root, "de", SRT)).toBe(204);
    expect(await askedTasks()).toEqual([`video ${video.uuid}`]);
    const { total, data } = await list();
    expect(total).toBe(1);
    expect(data[0]).toMatchObject({ language: { id: "de", label: "German" }, automaticallyGenerated: false });
    const file = await request(await pathOf("de"));
    expect(file.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
    expect(await file.text()).toBe("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nGrüße\n");
    const again = await request(await pathOf("de"), { headers: { "if-none-match": file.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    const html = await (await request(`/w/${video.uuid}`, { headers: { accept: "text/html" } })).text();
    expect(html).toContain(`<track kind="captions" src="${await pathOf("de")}" srclang="de" label="German"`);
  });

  it("replace those of the same language under another name, and can be removed", async () => {
    await put(root, "de", SRT);
    await put(root, "en", SRT);
    const old = await pathOf("de");
    expect(await put(root, "de", SRT.replace("Grüße", "Servus"))).toBe(204);
    expect((await list()).total).toBe(2);
    expect((await request(old)).status).toBe(404);
    const remove = async (as: Person | undefined, language: string) =>
      (await call("DELETE", `/api/v1/videos/${video.uuid}/captions/${language}`, { as })).status;
    expect(await remove(undefined, "de")).toBe(401);
    expect(await remove(alice, "de")).toBe(403);
    expect(await remove(root, "de")).toBe(204);
    expect(await remove(root, "de")).toBe(404);
    expect((await list()).data.map(({ language }) => language.id)).toEqual(["en"]);
  });

  it("are refused from others, in no language, and where they can't be read", async () => {
    await seedRemoteAccount("rita");
    const theirs = await seedRemoteVideo("rita");
    expect(await put(undefined, "de", SRT)).toBe(401);
    expect(await put(alice, "de", SRT)).toBe(403);
    expect(await put(root, "de", SRT, theirs.uuid)).toBe(403);
    expect(await put(root, "klingonese", SRT)).toBe(400);
    expect(await put(root, "de", "no captions")).toBe(400);
    expect(await put(root, "de", new Uint8Array([0xff, 0xfe, 0x31]))).toBe(400);
    expect(await put(root, "de", "")).toBe(400);
    expect(await put(root, "de", undefined)).toBe(400);
    expect(await put(root, "de", SRT, crypto.randomUUID())).toBe(404);
    expect((await list()).total).toBe(0);
    expect((await env.MEDIA.list({ prefix: "captions/" })).objects).toEqual([]);
  });

  it("are known to the sweep: one that has no row is litter, one of elsewhere that wasn't fetched yet isn't missed", async () => {
    await put(root, "de", SRT);
    await env.MEDIA.put("captions/left-over.vtt", "WEBVTT");
    await seedRemoteAccount("rita");
    const theirs = await seedRemoteVideo("rita", { resolutions: [] });
    await replaceRemoteCaptions(theirs.id, [caption("fr", "a-fr.vtt", "https://elsewhere.test/a.vtt")]);
    const { orphanObjects, missingObjects } = await findOrphans(testDeps(), { graceMs: -60_000 });
    expect(orphanObjects).toEqual(["captions/left-over.vtt"]);
    expect(missingObjects.filter((key) => key.startsWith("captions/"))).toEqual([]);
  });

  it("of elsewhere keep their name while their address is the same", async () => {
    await seedRemoteAccount("rita");
    const { id } = await seedRemoteVideo("rita", { resolutions: [] });
    await replaceRemoteCaptions(id, [caption("fr", "1.vtt", "https://a.test/1"), caption("en", "2.vtt", "https://a.test/2")]);
    const removed = await replaceRemoteCaptions(id, [
      caption("fr", "3.vtt", "https://a.test/1"),
      caption("en", "4.vtt", "https://a.test/4"),
    ]);
    expect(removed).toEqual(["2.vtt"]);
    const { results } = await env.DB.prepare("SELECT language, filename FROM video_captions ORDER BY language").all();
    expect(results).toEqual([
      { language: "en", filename: "4.vtt" },
      { language: "fr", filename: "1.vtt" },
    ]);
  });
});

describe("chapters", () => {
  const path = () => `/api/v1/videos/${video.uuid}/chapters`;
  const put = async (as: Person | undefined, chapters: unknown) => (await call("PUT", path(), { as, json: { chapters } })).status;

  it("are put as a whole and given in order", async () => {
    await watchTasks();
    const chapters = [
      { timecode: 20, title: "Second" },
      { timecode: 0, title: "First «&» 'quoted'" },
    ];
    expect(await put(root, chapters)).toBe(204);
    expect(await askedTasks()).toEqual([`video ${video.uuid}`]);
    expect((await call("GET", path())).body).toEqual({ chapters: chapters.toReversed() });
    expect(await put(root, [])).toBe(204);
    expect((await call("GET", path())).body).toEqual({ chapters: [] });
  });

  it("are refused from others, without titles and with times that are wrong or twice", async () => {
    const good = { timecode: 1, title: "One" };
    expect(await put(undefined, [good])).toBe(401);
    expect(await put(alice, [good])).toBe(403);
    for (const wrong of [
      [{ timecode: 1 }],
      [{ timecode: -1, title: "x" }],
      [{ timecode: 1.5, title: "x" }],
      [good, good],
      "x",
      [{ timecode: 1, title: "" }],
    ]) {
      expect(await put(root, wrong)).toBe(400);
    }
    expect((await call("GET", path())).body).toEqual({ chapters: [] });
  });
});
