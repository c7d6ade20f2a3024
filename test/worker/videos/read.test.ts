import { beforeEach, describe, expect, it } from "vitest";
import type { ListResponse, Video, VideoDetails } from "../../../src/contract/video";
import { shortUuidOf } from "../../../src/protocol/paths";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs, type ProblemBody } from "../users/support";
import { seedVideoRows } from "./seed";

const VIDEOS = "/api/v1/videos";

beforeEach(async () => {
  await setUpInstance();
});

async function list(path: string, headers: Record<string, string> = {}): Promise<{ total: number; names: string[] }> {
  const response = await request(path, { headers });
  expect(response.status, path).toBe(200);
  const body = await readJson<ListResponse<Video>>(response);
  return { total: body.total, names: body.data.map((video) => video.name) };
}

async function details(id: string | number, headers: Record<string, string> = {}): Promise<VideoDetails> {
  const response = await request(`${VIDEOS}/${id}`, { headers });
  expect(response.status).toBe(200);
  return await readJson<VideoDetails>(response);
}

describe("the list of videos", () => {
  it("has the newest first, in pages, with the total of all pages", async () => {
    for (const [index, name] of ["oldest", "middle", "newest"].entries()) {
      await seedVideoRows({ name, publishedAt: Date.UTC(2026, 0, 1 + index) });
    }
    expect(await list(VIDEOS)).toEqual({ total: 3, names: ["newest", "middle", "oldest"] });
    expect(await list(`${VIDEOS}?start=1&count=1`)).toEqual({ total: 3, names: ["middle"] });
    expect(await list(`${VIDEOS}?start=9`)).toEqual({ total: 3, names: [] });
    expect(await list(`${VIDEOS}?count=0`)).toEqual({ total: 3, names: [] });
    // peertube-android's address
    expect((await list(`${VIDEOS}/`)).total).toBe(3);
  });

  it("is empty on a new instance", async () => {
    expect(await list(VIDEOS)).toEqual({ total: 0, names: [] });
  });

  it("gives every video once, whatever equal values it is sorted by", async () => {
    const names = Array.from({ length: 7 }, (_, index) => `video ${index}`);
    for (const name of names) {
      await seedVideoRows({ name });
    }
    const pages = [
      await list(`${VIDEOS}?count=3&sort=-views`),
      await list(`${VIDEOS}?start=3&count=3&sort=-views`),
      await list(`${VIDEOS}?start=6&sort=-views`),
    ];
    expect(pages.flatMap((page) => page.names).toSorted()).toEqual(names);
  });

  it.each([
    ["name", ["a", "B", "c"]],
    ["-name", ["c", "B", "a"]],
    ["-views", ["B", "a", "c"]],
    ["-trending", ["B", "a", "c"]],
    ["best", ["B", "a", "c"]],
    ["duration", ["c", "B", "a"]],
    ["-createdAt", ["c", "a", "B"]],
  ])("is sorted by %s", async (sort, names) => {
    await seedVideoRows({ name: "B", views: 9, durationMs: 2000, publishedAt: 1 });
    await seedVideoRows({ name: "a", views: 5, durationMs: 3000, publishedAt: 2 });
    await seedVideoRows({ name: "c", views: 1, durationMs: 1000, publishedAt: 3 });
    expect((await list(`${VIDEOS}?sort=${sort}`)).names).toEqual(names);
  });

  it("hides what isn't public from everybody, and from its total", async () => {
    for (const privacy of [1, 2, 3, 4]) {
      await seedVideoRows({ name: `privacy ${privacy}`, privacy });
    }
    expect(await list(VIDEOS)).toEqual({ total: 1, names: ["privacy 1"] });
    expect(await list(VIDEOS, bearer(await signInAs()))).toEqual({ total: 1, names: ["privacy 1"] });
    expect(await list("/api/v1/accounts/root/videos")).toEqual({ total: 1, names: ["privacy 1"] });
    expect(await list("/api/v1/video-channels/root_channel/videos")).toEqual({ total: 1, names: ["privacy 1"] });
  });

  it("leaves sensitive videos out unless asked", async () => {
    await seedVideoRows({ name: "calm" });
    await seedVideoRows({ name: "sensitive", nsfw: true });
    expect((await list(VIDEOS)).names).toEqual(["calm"]);
    expect((await list(`${VIDEOS}?nsfw=true`)).names).toEqual(["sensitive"]);
    expect((await list(`${VIDEOS}?nsfw=both&sort=name`)).names).toEqual(["calm", "sensitive"]);
  });

  it("is filtered by tags in any case, category, language and place", async () => {
    await seedVideoRows({ name: "tagged", tags: ["Cats", "dogs"], category: 16, language: "en" });
    await seedVideoRows({ name: "other", tags: ["cars"], category: 3, language: "fr" });
    expect(await list(`${VIDEOS}?tagsOneOf=cats&tagsOneOf=birds`)).toEqual({ total: 1, names: ["tagged"] });
    expect((await list(`${VIDEOS}?tagsOneOf[]=cars`)).names).toEqual(["other"]);
    expect((await list(`${VIDEOS}?categoryOneOf=16`)).names).toEqual(["tagged"]);
    expect((await list(`${VIDEOS}?languageOneOf=fr`)).names).toEqual(["other"]);
    expect((await list(`${VIDEOS}?isLocal=true`)).total).toBe(2);
    expect((await list(`${VIDEOS}?isLocal=false`)).total).toBe(0);
    expect((await list(`${VIDEOS}?isLive=true`)).total).toBe(0);
  });

  it.each(["count=101", "count=-1", "start=x", "sort=password", "nsfw=perhaps"])("refuses %s and names it", async (query) => {
    const response = await request(`${VIDEOS}?${query}`);
    expect(response.status).toBe(400);
    const problem = await readJson<ProblemBody>(response);
    expect(Object.keys(problem["invalid-params"] ?? {})).toEqual([query.split("=")[0]]);
  });

  it("of an account or channel has only theirs, and doesn't know strangers", async () => {
    await makeUser("ada", "ada-password");
    await seedVideoRows({ name: "root's" });
    await seedVideoRows({ name: "ada's", channel: "ada_channel" });
    expect(await list("/api/v1/accounts/ada/videos")).toEqual({ total: 1, names: ["ada's"] });
    expect(await list("/api/v1/accounts/ada@edgetube.test/videos")).toEqual({ total: 1, names: ["ada's"] });
    expect(await list("/api/v1/video-channels/root_channel/videos")).toEqual({ total: 1, names: ["root's"] });
    expect((await request("/api/v1/accounts/nobody/videos")).status).toBe(404);
    expect((await request("/api/v1/video-channels/nobody/videos")).status).toBe(404);
  });

  it("shows a user all of their own, and nobody else's", async () => {
    await makeUser("ada", "ada-password");
    await seedVideoRows({ name: "root's" });
    await seedVideoRows({ name: "ada's private film", channel: "ada_channel", privacy: 3 });
    const ada = bearer(await signInAs("ada", "ada-password"));
    expect(await list("/api/v1/users/me/videos", ada)).toEqual({ total: 1, names: ["ada's private film"] });
    expect((await list("/api/v1/users/me/videos?search=FILM", ada)).total).toBe(1);
    expect((await list("/api/v1/users/me/videos?search=film%25", ada)).total).toBe(0);
    expect((await request("/api/v1/users/me/videos")).status).toBe(401);
  });
});

describe("one video", () => {
  it("has every field that clients read", async () => {
    const { id, uuid, thumbnail } = await seedVideoRows({
      name: "Clip",
      description: "Text",
      tags: ["one", "two"],
      category: 15,
      language: "en",
      thumbnail: true,
    });
    const video = await details(uuid);
    expect(video).toMatchObject({
      id,
      uuid,
      shortUUID: shortUuidOf(uuid),
      url: `http://edgetube.test/videos/watch/${uuid}`,
      name: "Clip",
      description: "Text",
      truncatedDescription: "Text",
      category: { id: 15, label: "Science & Technology" },
      licence: { id: null, label: "Unknown" },
      language: { id: "en", label: "English" },
      privacy: { id: 1, label: "Public" },
      state: { id: 1, label: "Published" },
      nsfw: false,
      isLocal: true,
      isLive: false,
      duration: 30,
      aspectRatio: 1.7778,
      views: 0,
      likes: 0,
      dislikes: 0,
      tags: ["one", "two"],
      support: null,
      thumbnailPath: `/lazy-static/thumbnails/${thumbnail}`,
      previewPath: `/lazy-static/thumbnails/${thumbnail}`,
      publishedAt: "2026-11-01T00:00:00.000Z",
      account: { name: "root", displayName: "root", host: "edgetube.test", url: "http://edgetube.test/accounts/root", avatars: [] },
      channel: {
        name: "root_channel",
        displayName: "Main root channel",
        url: "http://edgetube.test/video-channels/root_channel",
        avatars: [],
      },
      descriptionPath: `/api/v1/videos/${uuid}/description`,
      trackerUrls: [`ws://edgetube.test/tracker/socket/${uuid}`],
      streamingPlaylists: [],
    });
    // NewPipe takes any such member for a failure.
    expect(video).not.toHaveProperty("error");
  });

  it("has its files, the highest resolution first, with addresses and a magnet that agree", async () => {
    const { uuid } = await seedVideoRows({ name: "Clip & co" });
    const { files } = await details(uuid);
    expect(files.map((file) => file.resolution)).toEqual([
      { id: 1080, label: "1080p" },
      { id: 720, label: "720p" },
      { id: 360, label: "360p" },
    ]);
    const [file] = files;
    expect(file).toMatchObject({ size: 1_080_000, fps: 30, width: 1920, height: 1080, hasAudio: true, hasVideo: true, storage: 0 });
    expect(file?.mimeType).toBe('video/mp4; codecs="avc1.64001f, mp4a.40.2"');
    const name = file?.fileUrl.split("/").at(-1)?.replace(".mp4", "");
    expect(name).toMatch(/^[0-9a-f-]{36}-1080$/);
    expect(file?.fileUrl).toBe(`http://edgetube.test/static/web-videos/${name}.mp4`);
    expect(file?.torrentUrl).toBe(`http://edgetube.test/lazy-static/torrents/${name}.torrent`);
    expect(file?.torrentDownloadUrl).toBe(`http://edgetube.test/download/torrents/${name}.torrent`);
    expect(file?.fileDownloadUrl).toBe(`http://edgetube.test/download/web-videos/${name}.mp4`);
    const magnet = new URL(file?.magnetUri ?? "");
    expect(magnet.searchParams.get("dn")).toBe("Clip & co");
    expect(magnet.searchParams.get("ws")).toBe(file?.fileUrl);
    expect(magnet.searchParams.getAll("tr")).toEqual([`ws://edgetube.test/tracker/socket/${uuid}`]);
    const metadata = await request(file?.metadataUrl ?? "");
    expect(await readJson<object>(metadata)).toMatchObject({
      format: { size: 1_080_000 },
      streams: [{ codec_type: "video" }, { codec_type: "audio" }],
    });
  });

  it("is named by its number, its UUID in any case, and its short UUID", async () => {
    const { id, uuid } = await seedVideoRows();
    for (const name of [id, uuid, uuid.toUpperCase(), shortUuidOf(uuid)]) {
      expect((await details(name)).uuid).toBe(uuid);
    }
  });

  it.each(["999999", "0", "00000000-0000-0000-0000-000000000000", "nonsense", "1'--", "%00", "9".repeat(40)])(
    "isn't found as %s",
    async (name) => {
      const response = await request(`${VIDEOS}/${name}`);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
    },
  );

  it("cuts a long description in lists, and gives the whole one", async () => {
    const description = "word ".repeat(200).trim();
    const { uuid } = await seedVideoRows({ description });
    const listed = (await readJson<ListResponse<Video>>(await request(VIDEOS))).data[0];
    expect(listed?.truncatedDescription).toMatch(/\.\.\.$/);
    expect(listed?.truncatedDescription?.length).toBeLessThanOrEqual(250);
    expect((await details(uuid)).description).toBe(description);
    expect(await readJson<object>(await request(`${VIDEOS}/${uuid}/description`))).toEqual({ description });
  });

  it("has no captions, chapters, storyboards or comments yet, and says so in their shapes", async () => {
    const { uuid } = await seedVideoRows();
    const [captions, chapters, storyboards, comments] = await Promise.all(
      ["captions", "chapters", "storyboards", "comment-threads"].map(
        async (part) => await readJson<object>(await request(`${VIDEOS}/${uuid}/${part}`)),
      ),
    );
    expect(captions).toEqual({ total: 0, data: [] });
    expect(chapters).toEqual({ chapters: [] });
    expect(storyboards).toEqual({ storyboards: [] });
    expect(comments).toMatchObject({ total: 0, data: [] });
  });
});

describe("who may watch", () => {
  it.each([
    // privacy, anonymous, another user, owner, administrator
    [1, 200, 200, 200, 200],
    [2, 200, 200, 200, 200],
    [3, 401, 403, 200, 200],
    [4, 401, 200, 200, 200],
  ])("privacy %i: anonymous %i, another user %i, owner %i, administrator %i", async (privacy, anonymous, another, owner, administrator) => {
    await makeUser("ada", "ada-password");
    await makeUser("ben", "ben-password");
    const { uuid } = await seedVideoRows({ privacy, channel: "ada_channel" });
    const as = async (name: string, password: string) =>
      (await request(`${VIDEOS}/${uuid}`, { headers: bearer(await signInAs(name, password)) })).status;
    expect((await request(`${VIDEOS}/${uuid}`)).status).toBe(anonymous);
    expect(await as("ben", "ben-password")).toBe(another);
    expect(await as("ada", "ada-password")).toBe(owner);
    expect(await as("root", "root-password")).toBe(administrator);
  });

  it("keeps the parts of a private video private, and out of caches", async () => {
    const { uuid } = await seedVideoRows({ privacy: 3, description: "secret" });
    for (const part of ["", "/description", "/captions", "/chapters", "/metadata/1"]) {
      const response = await request(`${VIDEOS}/${uuid}${part}`);
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain("secret");
    }
    const owned = await request(`${VIDEOS}/${uuid}`, { headers: bearer(await signInAs()) });
    expect(owned.headers.get("cache-control")).toBe("no-store");
  });

  it("answers a bad token with 401 even for a public video", async () => {
    const { uuid } = await seedVideoRows();
    expect((await request(`${VIDEOS}/${uuid}`, { headers: { authorization: "Bearer nonsense" } })).status).toBe(401);
  });
});

describe("constants", () => {
  it("are PeerTube's", async () => {
    const read = async (name: string) => await readJson<Record<string, string>>(await request(`${VIDEOS}/${name}`));
    expect(Object.keys(await read("categories"))).toHaveLength(18);
    expect(await read("licences")).toMatchObject({ 1: "Attribution", 7: "Public Domain Dedication" });
    expect(await read("privacies")).toEqual({ 1: "Public", 2: "Unlisted", 3: "Private", 4: "Internal" });
    expect(await read("languages")).toMatchObject({
      en: "English",
      fr: "French",
      ase: "American Sign Language",
      zxx: "No linguistic content",
    });
  });
});
