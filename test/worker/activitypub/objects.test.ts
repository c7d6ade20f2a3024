import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { canonize } from "../../../src/protocol/jsonld/canonize";
import { activityProblems, noteProblems, playlistProblems, videoProblems } from "../../support/peertube-validator";
import { call, seedRemoteAccount, seedRemoteVideo, setCommentsPolicy, setUpPeople, type Person } from "../social/support";
import { ORIGIN, readJson, request } from "../users/support";
import { seedVideoRows } from "../videos/seed";

type Json = Record<string, unknown>;

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const AS_ACTIVITY = { headers: { accept: "application/activity+json" } };

let root: Person;
let alice: Person;

beforeEach(async () => {
  ({ root, alice } = await setUpPeople());
});

async function statusOf(address: string): Promise<number> {
  const response = await request(pathOf(address), { ...AS_ACTIVITY, redirect: "manual" });
  await response.body?.cancel();
  return response.status;
}

async function fetchDocument(address: string): Promise<Json> {
  const response = await request(pathOf(address), AS_ACTIVITY);
  expect(response.status, address).toBe(200);
  const document = await readJson<Json>(response);
  expect(await canonize(document as Parameters<typeof canonize>[0]), address).not.toBe("");
  return document;
}

function pathOf(address: string): string {
  return address.startsWith(ORIGIN) ? address.slice(ORIGIN.length) : address;
}

async function itemsOf(collection: string): Promise<string[]> {
  return (await fetchDocument(`${collection}?page=1`))["orderedItems"] as string[];
}

describe("comments", () => {
  async function comment(uuid: string, as: Person, text: string): Promise<number> {
    const { status, body } = await call<{ comment: { id: number } }>("POST", `/api/v1/videos/${uuid}/comment-threads`, {
      as,
      json: { text },
    });
    expect(status).toBe(200);
    return body.comment.id;
  }

  it("are Notes, with the Create that told of them and the owner's approval; one that was deleted is a tombstone", async () => {
    const { uuid } = await seedVideoRows();
    const id = await comment(uuid, alice, "Hello *you*");
    const [address = ""] = await itemsOf(`/videos/watch/${uuid}/comments`);
    expect(address).toBe(`${ORIGIN}/videos/watch/${uuid}/comments/${id}`);
    const note = await fetchDocument(address);
    expect(noteProblems(note)).toEqual([]);
    expect(note).toMatchObject({
      id: address,
      attributedTo: `${ORIGIN}/accounts/alice`,
      inReplyTo: `${ORIGIN}/videos/watch/${uuid}`,
      source: { content: "Hello *you*" },
      content: expect.stringContaining("<em>you</em>"),
      replyApproval: `${address}/approve-reply`,
    });
    for (const end of ["/activity", "/approve-reply"]) {
      expect(activityProblems(await fetchDocument(address + end)), end).toEqual([]);
    }
    expect((await call("DELETE", `/api/v1/videos/${uuid}/comments/${id}`, { as: alice })).status).toBe(204);
    const tombstone = await fetchDocument(address);
    expect(tombstone).toMatchObject({ type: "Tombstone", formerType: "Note", id: address });
    expect(JSON.stringify(tombstone)).not.toContain("Hello");
    expect(await statusOf(`${address}/activity`)).toBe(404);
    expect(await statusOf(`${address}/approve-reply`)).toBe(404);
  });

  it("that wait for approval are nowhere to be seen", async () => {
    const { id: videoId, uuid } = await seedVideoRows();
    await setCommentsPolicy(videoId, 3);
    const id = await comment(uuid, alice, "May I?");
    for (const end of ["", "/activity", "/approve-reply"]) {
      expect(await statusOf(`/videos/watch/${uuid}/comments/${id}${end}`), end).toBe(404);
    }
    expect(await fetchDocument(`/videos/watch/${uuid}/comments`)).toMatchObject({ totalItems: 0 });
  });

  it("under a video that went private are hidden, and none is found under another video", async () => {
    const { id: videoId, uuid } = await seedVideoRows();
    const other = await seedVideoRows();
    const id = await comment(uuid, alice, "Hello");
    expect(await statusOf(`/videos/watch/${other.uuid}/comments/${id}`)).toBe(404);
    await env.DB.prepare("UPDATE videos SET privacy = 3 WHERE id = ?").bind(videoId).run();
    expect(await statusOf(`/videos/watch/${uuid}/comments/${id}`)).toBe(404);
  });

  it("of elsewhere are found there, and ours on videos of elsewhere are found here", async () => {
    const accountId = await seedRemoteAccount("carol");
    const remote = await seedRemoteVideo("carol");
    const { id: videoId, uuid } = await seedVideoRows();
    const url = "https://elsewhere.test/comments/1";
    const row = await env.DB.prepare(
      "INSERT INTO comments (url, video_id, account_id, text, said_at, created_at, updated_at) VALUES (?, ?, ?, 'x', 1, 1, 1) RETURNING id",
    )
      .bind(url, videoId, accountId)
      .first<{ id: number }>();
    expect(await itemsOf(`/videos/watch/${uuid}/comments`)).toEqual([url]);
    expect(await statusOf(`/videos/watch/${uuid}/comments/${row?.id}`)).toBe(302);
    expect(activityProblems(await fetchDocument(`/videos/watch/${uuid}/comments/${row?.id}/approve-reply`))).toEqual([]);
    const id = await comment(remote.uuid, alice, "From here");
    const note = await fetchDocument(`/videos/watch/${remote.uuid}/comments/${id}`);
    expect(noteProblems(note)).toEqual([]);
    expect(note).toMatchObject({
      inReplyTo: remote.url,
      tag: [{ type: "Mention", href: "https://elsewhere.test/accounts/carol", name: "@carol@elsewhere.test" }],
    });
    expect(note).not.toHaveProperty("replyApproval");
    expect(note["cc"]).toContain("https://elsewhere.test/accounts/carol");
  });
});

describe("ratings", () => {
  it("are at the address that the collection names, until they change or the video is hidden", async () => {
    const { id, uuid } = await seedVideoRows();
    const rate = async (rating: string) => {
      expect((await call("PUT", `/api/v1/videos/${uuid}/rate`, { as: alice, json: { rating } })).status).toBe(204);
    };
    await rate("like");
    const [like = ""] = await itemsOf(`/videos/watch/${uuid}/likes`);
    const document = await fetchDocument(like);
    expect(activityProblems(document)).toEqual([]);
    expect(document).toMatchObject({
      id: like,
      type: "Like",
      actor: `${ORIGIN}/accounts/alice`,
      object: `${ORIGIN}/videos/watch/${uuid}`,
      to: [`${ORIGIN}/accounts/root`],
    });
    expect(await statusOf(like.replace("/accounts/alice/", "/accounts/bob/"))).toBe(404);
    await rate("dislike");
    expect(await statusOf(like)).toBe(404);
    expect(await fetchDocument(`/videos/watch/${uuid}/likes`)).toMatchObject({ totalItems: 0 });
    const [dislike = ""] = await itemsOf(`/videos/watch/${uuid}/dislikes`);
    expect(await fetchDocument(dislike)).toMatchObject({ type: "Dislike" });
    await env.DB.prepare("UPDATE videos SET privacy = 3 WHERE id = ?").bind(id).run();
    expect(await statusOf(dislike)).toBe(404);
  });
});

describe("unlisted videos", () => {
  it("are addressed to nobody and announced by nobody, so that whoever fetches one doesn't list it", async () => {
    const open = await seedVideoRows();
    const { uuid } = await seedVideoRows({ privacy: 2 });
    const video = await fetchDocument(`/videos/watch/${uuid}`);
    expect(video).toMatchObject({ to: [], cc: [] });
    expect(videoProblems(video)).toEqual(["not addressed to the public"]);
    expect(await fetchDocument(`/videos/watch/${uuid}/activity`)).toMatchObject({ to: [], cc: [] });
    expect(await fetchDocument(`/videos/watch/${uuid}/announces`)).toMatchObject({ totalItems: 0 });
    const announces = await itemsOf(`/videos/watch/${open.uuid}/announces`);
    expect(announces).toHaveLength(2);
    for (const announce of announces) {
      expect(await statusOf(announce.replace(open.uuid, uuid))).toBe(404);
    }
  });
});

describe("a video's files", () => {
  it("are named once a resolution: the rendition rather than the source", async () => {
    const { id, uuid } = await seedVideoRows({ resolutions: [1080, 720] });
    await env.DB.prepare(
      `INSERT INTO video_files (video_id, uuid, filename, kind, mime_type, size, etag, resolution, width, height, fps, duration_ms, video_codec, audio_codec, info_hash, piece_length, created_at)
       SELECT video_id, 'u-' || resolution, 's-' || resolution || '.mp4', 'source', mime_type, size, etag, resolution, width, height, 60, duration_ms, video_codec, audio_codec, replace(info_hash, '0', '1'), piece_length, 0
       FROM video_files WHERE video_id = ? AND resolution = 1080`,
    )
      .bind(id)
      .run();
    const video = await fetchDocument(`/videos/watch/${uuid}`);
    expect(videoProblems(video)).toEqual([]);
    const files = (video["url"] as { mediaType: string; height: number; href: string }[]).filter(
      ({ mediaType }) => mediaType === "video/mp4",
    );
    expect(files.map(({ height }) => height)).toEqual([1080, 720]);
    expect(files[0]?.href).not.toContain("s-1080");
  });

  it("come with a JPEG of the video's own, or with the instance's", async () => {
    const icons = async (uuid: string) =>
      ((await fetchDocument(`/videos/watch/${uuid}`))["icon"] as { url: string; width: number }[]).map(({ url, width }) => [url, width]);
    const shown = await seedVideoRows({ thumbnail: true });
    expect(await icons(shown.uuid)).toEqual([[`${ORIGIN}/lazy-static/thumbnails/${shown.thumbnail}`, 640]]);
    const defaults = [
      [`${ORIGIN}/default-thumbnail.jpg`, 280],
      [`${ORIGIN}/default-preview.jpg`, 850],
    ];
    await env.DB.prepare("UPDATE thumbnails SET width = 150 WHERE video_id = ?").bind(shown.id).run();
    expect(await icons(shown.uuid)).toEqual(defaults);
    await env.DB.prepare("UPDATE thumbnails SET width = 640, mime_type = 'image/webp' WHERE video_id = ?").bind(shown.id).run();
    expect(await icons(shown.uuid)).toEqual(defaults);
  });
});

describe("playlists", () => {
  async function makePlaylist(privacy: number, videoIds: number[]): Promise<string> {
    const { body } = await call<{ videoPlaylist: { uuid: string } }>("POST", "/api/v1/video-playlists", {
      as: root,
      json: {
        displayName: "A list",
        privacy,
        videoChannelId: (await env.DB.prepare("SELECT id FROM channels WHERE name = 'root_channel'").first<{ id: number }>())?.id,
      },
    });
    for (const videoId of videoIds) {
      const added = await call("POST", `/api/v1/video-playlists/${body.videoPlaylist.uuid}/videos`, { as: root, json: { videoId } });
      expect(added.status).toBe(200);
    }
    return body.videoPlaylist.uuid;
  }

  it("are documents and collections of their elements, in order, and in their owners' collections", async () => {
    const videos = [await seedVideoRows(), await seedVideoRows()];
    const uuid = await makePlaylist(
      1,
      videos.map(({ id }) => id),
    );
    const address = `${ORIGIN}/video-playlists/${uuid}`;
    const playlist = await fetchDocument(address);
    expect(playlistProblems(playlist)).toEqual([]);
    expect(playlist).toMatchObject({ id: address, totalItems: 2, first: `${address}?page=1`, to: [PUBLIC] });
    const elements = await Promise.all((await itemsOf(address)).map(fetchDocument));
    expect(elements.map(({ position, url }) => [position, url])).toEqual(
      videos.map((video, index) => [index + 1, `${ORIGIN}/videos/watch/${video.uuid}`]),
    );
    for (const owner of ["/accounts/root", "/video-channels/root_channel"]) {
      expect(await itemsOf(`${owner}/playlists`)).toContain(address);
    }
  });

  it("that are unlisted are addressed to nobody, private ones aren't there", async () => {
    const unlisted = await makePlaylist(2, []);
    expect(await fetchDocument(`/video-playlists/${unlisted}`)).toMatchObject({ to: [], cc: [], totalItems: 0 });
    const { id } = await seedVideoRows();
    const hidden = await makePlaylist(3, [id]);
    expect(await statusOf(`/video-playlists/${hidden}`)).toBe(404);
    expect(await statusOf(`/video-playlists/${hidden}?page=1`)).toBe(404);
    const listed = await itemsOf("/accounts/root/playlists");
    expect(listed).not.toContain(`${ORIGIN}/video-playlists/${unlisted}`);
    expect(listed).not.toContain(`${ORIGIN}/video-playlists/${hidden}`);
  });
});

describe("WebFinger", () => {
  it("takes no other page for an actor's", async () => {
    await env.DB.prepare("UPDATE accounts SET name = 'bout' WHERE name = 'alice'").run();
    expect((await request(`/.well-known/webfinger?resource=${ORIGIN}/about`)).status).toBe(404);
    expect((await request(`/.well-known/webfinger?resource=${ORIGIN}/@bout`)).status).toBe(200);
  });
});
