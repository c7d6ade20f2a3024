import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { parseActor } from "../../../src/protocol/objects/actor.ts";
import { parseChapters } from "../../../src/protocol/objects/chapters.ts";
import { parseCollection } from "../../../src/protocol/objects/collection.ts";
import { parseNote } from "../../../src/protocol/objects/note.ts";
import { parsePlaylist, parsePlaylistElement } from "../../../src/protocol/objects/playlist.ts";
import { parseVideo } from "../../../src/protocol/objects/video.ts";
import { recordedDocument, recordedDocuments, recordedRequests } from "../../support/wire.ts";

function recorded(name: string): JsonObject {
  return structuredClone(recordedDocument(name)) as JsonObject;
}

/** What a parser gives, or why it doesn't. */
function valueOf<T>(parsed: { ok: true; value: T } | { ok: false; error: { why: string } }): T {
  if (!parsed.ok) {
    throw new Error(parsed.error.why);
  }
  return parsed.value;
}

function video(changes: JsonObject = {}) {
  return parseVideo({ ...recorded("video"), ...changes });
}

function without(name: string, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(recorded(name)).filter(([key]) => !keys.includes(key)));
}

describe("everything that was recorded of a PeerTube", () => {
  const objects = recordedRequests.flatMap(({ name, body }) => {
    const { object } = JSON.parse(body) as { object?: unknown };
    return typeof object === "object" && object !== null ? [{ name, object: object as JsonObject }] : [];
  });
  const all = [
    ...objects,
    ...recordedDocuments.filter(({ status }) => status === 200).map(({ name, document }) => ({ name, object: document as JsonObject })),
  ];
  const ofType = (...types: string[]) => all.filter(({ object }) => (types as unknown[]).includes(object["type"]));

  test.each(ofType("Video"))("video of $name", ({ object }) => {
    expect(parseVideo(object)).toMatchObject({ ok: true });
  });
  test.each(ofType("Person", "Group", "Application"))("actor of $name", ({ object }) => {
    expect(parseActor(object)).toMatchObject({ ok: true });
  });
  test.each(ofType("Note", "Tombstone"))("comment of $name", ({ object }) => {
    expect(parseNote(object)).toMatchObject({ ok: true });
  });
  test.each(ofType("Playlist"))("playlist of $name", ({ object }) => {
    expect(parsePlaylist(object)).toMatchObject({ ok: true });
  });
  test.each(ofType("PlaylistElement"))("element of $name", ({ object }) => {
    expect(parsePlaylistElement(object)).toMatchObject({ ok: true });
  });
  test.each(ofType("OrderedCollection", "OrderedCollectionPage"))("collection of $name", ({ object }) => {
    expect(parseCollection(object)).toMatchObject({ ok: true });
  });
});

describe("a video", () => {
  test("as PeerTube writes it", () => {
    const value = valueOf(video());
    expect(value).toMatchObject({
      id: "http://127.0.0.1:9001/videos/watch/fe56f858-6739-4b4c-8937-a0e00e103e3f",
      name: "Wire test video one (renamed)",
      durationMs: 8000,
      category: 15,
      licence: 1,
      language: "en",
      views: 5,
      isPublic: true,
      tags: ["federation", "test", "wire"],
      commentsPolicy: 1,
      state: 1,
      attributedTo: ["http://127.0.0.1:9001/accounts/ada", "http://127.0.0.1:9001/video-channels/ada_channel"],
    });
    expect(value.images.map(({ kind, width }) => [kind, width])).toEqual([
      ["thumbnail", 280],
      ["preview", 850],
    ]);
    expect(value.captions).toHaveLength(1);
    expect(value.files.webVideos.map(({ resolution, size, infoHash }) => [resolution, size, infoHash])).toEqual([
      [360, 167_667, "ee93946a22caf9ee044c6feace969d9c63ba35c7"],
      [240, 152_603, "79e3da82c54fe63dc4c8870574c73163931644a4"],
      [144, 134_196, expect.stringMatching(/^[0-9a-f]{40}$/)],
    ]);
    expect(value.files.webVideos[0]).toMatchObject({ hasVideo: true, hasAudio: true, fps: 30 });
    expect(value.files.webVideos[0]?.torrentUrl).toMatch(/-360\.torrent$/);
    expect(value.files.webVideos[0]?.metadataUrl).toMatch(/\/metadata\/2$/);
    expect(value.files.playlist?.url).toMatch(/-master\.m3u8$/);
    expect(value.files.playlist?.segmentsSha256Url).toMatch(/segments-sha256\.json$/);
    expect(value.files.playlist?.files.map(({ resolution }) => resolution)).toEqual([360, 240, 144]);
    expect(value.files.trackers).toEqual(["http://127.0.0.1:9001/tracker/announce", "ws://127.0.0.1:9001/tracker/socket"]);
  });

  test.each(["name", "duration", "uuid", "published", "attributedTo", "type", "id"])("without %s is none", (key) => {
    expect(parseVideo(without("video", key)).ok).toBe(false);
  });

  test.each([
    "category",
    "licence",
    "language",
    "tag",
    "content",
    "icon",
    "url",
    "to",
    "cc",
    "shares",
    "likes",
    "views",
    "updated",
    "@context",
  ])("without %s is one", (key) => {
    expect(parseVideo(without("video", key)).ok).toBe(true);
  });

  test.each<[string, JsonObject, object | undefined]>([
    ["uuid v1", { uuid: "6ba7b810-9dad-11d1-80b4-00c04fd430c8" }, undefined],
    ["uuid v7", { uuid: "01890a5d-ac96-774b-bcce-b302099a8057" }, undefined],
    ["duration as a number", { duration: 5 }, undefined],
    ["duration of days", { duration: "P0DT5S" }, undefined],
    ["duration in minutes", { duration: "PT1M5S" }, { durationMs: 65_000 }],
    ["duration with a fraction", { duration: "PT5.5S" }, { durationMs: 5500 }],
    ["time that is none", { published: "yesterday" }, undefined],
    ["time as a number", { published: 123 }, undefined],
    ["views as text", { views: "5" }, { views: 5 }],
    ["views below zero", { views: -1 }, { views: 0 }],
    ["category as a number", { category: { identifier: 15 } }, { category: 15 }],
    ["category that is none", { category: { identifier: "abc" } }, { category: null }],
    ["licence by SPDX", { licence: { identifier: "CC-BY-SA-4.0" } }, { licence: 2 }],
    ["licence that is none", { licence: { identifier: "CC-BY-SA" } }, { licence: null }],
    [
      "attributedTo as one id",
      { attributedTo: "http://127.0.0.1:9001/video-channels/ada_channel" },
      { attributedTo: ["http://127.0.0.1:9001/video-channels/ada_channel"] },
    ],
    ["state that is none", { state: 99 }, { state: 1 }],
    ["to nobody", { to: [], cc: [] }, { isPublic: false }],
    ["to followers alone", { to: ["http://127.0.0.1:9001/accounts/ada/followers"], cc: [] }, { isPublic: false }],
    ["public in short", { to: "as:Public", cc: [] }, { isPublic: true }],
    ["public among others", { to: [], cc: ["Public"] }, { isPublic: true }],
    ["comments off", { commentsPolicy: 9 }, { commentsPolicy: 2 }],
    ["comments by the older field", { commentsPolicy: null, commentsEnabled: false }, { commentsPolicy: 2 }],
    [
      "tags of all kinds",
      {
        tag: [
          { type: "Hashtag", name: "#films" },
          { type: "Mention", name: "@ada" },
          { type: "Hashtag", name: "x" },
        ],
      },
      { tags: ["films"] },
    ],
    [
      "one image as an object",
      { icon: { type: "Image", url: "https://a.example/1.jpg", mediaType: "image/jpeg", width: 280, height: 157 } },
      { images: [{ kind: "thumbnail" }] },
    ],
    [
      "an image of a kind we don't show",
      { icon: [{ type: "Image", url: "https://a.example/1.svg", mediaType: "image/svg+xml" }] },
      { images: [] },
    ],
    [
      "captions that aren't a list",
      { subtitleLanguage: { identifier: "en", url: "https://a.example/1.vtt" } },
      { captions: [{ language: "en" }] },
    ],
    ["a name of 500 characters", { name: "x".repeat(500) }, { name: "x".repeat(120) }],
    ["no files", { url: [] }, { files: { webVideos: [], playlist: undefined, trackers: [] } }],
  ])("%s", (_, changes, expected) => {
    const parsed = video(changes);
    expect(parsed.ok).toBe(expected !== undefined);
    if (parsed.ok) {
      expect(parsed.value).toMatchObject(expected ?? {});
    }
  });

  const file = { type: "Link", mediaType: "video/mp4", href: "https://a.example/1-720.mp4", height: 720, size: 1000, fps: 30 };
  test.each<[string, JsonObject[], object[]]>([
    ["a file", [file], [{ url: file.href, resolution: 720, hasVideo: true, hasAudio: true }]],
    ["without a size", [{ ...file, size: null }], []],
    ["without a height", [{ ...file, height: null }], []],
    ["numbers as text", [{ ...file, height: "720", size: "1000" }], [{ resolution: 720, size: 1000 }]],
    ["29.97 frames a second", [{ ...file, fps: 29.97 }], [{ fps: 30 }]],
    ["Matroska", [{ ...file, mediaType: "video/x-matroska" }], []],
    ["an address of another kind", [{ ...file, href: "javascript:alert(1)" }], []],
    ["the same quality twice", [file, { ...file, href: "https://a.example/2.mp4" }], [{ url: file.href }]],
    ["sound alone", [{ ...file, height: 0 }], [{ hasVideo: false, hasAudio: true }]],
    [
      "a magnet that is none",
      [file, { type: "Link", mediaType: "application/x-bittorrent;x-scheme-handler/magnet", href: "magnet:?xt=urn:btih:zz", height: 720 }],
      [{ infoHash: undefined }],
    ],
  ])("files: %s", (_, url, expected) => {
    expect(valueOf(video({ url })).files.webVideos).toMatchObject(expected);
  });
});

describe("an actor", () => {
  test("as PeerTube writes it", () => {
    expect(valueOf(parseActor(recorded("actor-channel")))).toMatchObject({
      type: "Group",
      name: "ada_channel",
      displayName: "Ada channel renamed",
      owners: ["http://127.0.0.1:9001/accounts/ada"],
      sharedInbox: "http://127.0.0.1:9001/inbox",
      publicKey: { id: "http://127.0.0.1:9001/video-channels/ada_channel#main-key" },
      icon: expect.stringMatching(/45ab4dde/),
    });
  });

  test.each(["type", "id", "inbox", "preferredUsername", "publicKey"])("without %s is none", (key) => {
    expect(parseActor(without("actor-channel", key)).ok).toBe(false);
  });

  test.each(["name", "outbox", "followers", "url", "endpoints", "published", "summary", "icon", "@context"])("without %s is one", (key) => {
    expect(parseActor(without("actor-channel", key)).ok).toBe(true);
  });

  test.each<[string, JsonObject, object | undefined]>([
    ["an RSA key of another form", { publicKey: { id: "x", publicKeyPem: "-----BEGIN RSA PUBLIC KEY-----" } }, undefined],
    ["a name with an accent", { preferredUsername: "é" }, undefined],
    ["a shared inbox that is none", { endpoints: { sharedInbox: "x" } }, { sharedInbox: undefined }],
    ["endpoints that are none", { endpoints: "x" }, { sharedInbox: undefined }],
    ["attributedTo as one id", { attributedTo: "http://127.0.0.1:9001/accounts/ada" }, { owners: ["http://127.0.0.1:9001/accounts/ada"] }],
    ["a list of urls", { url: [{ type: "Link", href: "https://a.example/" }] }, { name: "ada_channel" }],
    [
      "an Ed25519 key alone",
      {
        publicKey: null,
        assertionMethod: [
          {
            id: "https://a.example/1#ed",
            type: "Multikey",
            controller: "x",
            publicKeyMultibase: "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
          },
        ],
      },
      {
        publicKey: undefined,
        assertionKey: { id: "https://a.example/1#ed", multibase: "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2" },
      },
    ],
  ])("%s", (_, changes, expected) => {
    const parsed = parseActor({ ...recorded("actor-channel"), ...changes });
    expect(parsed.ok).toBe(expected !== undefined);
    expect(parsed.ok ? parsed.value : undefined).toEqual(expected && expect.objectContaining(expected));
  });
});

describe("a comment", () => {
  const mastodon: JsonObject = {
    id: "https://m.example/users/eve/statuses/1",
    type: "Note",
    inReplyTo: "https://tube.example/videos/watch/1",
    published: "2026-11-23T00:00:00Z",
    attributedTo: "https://m.example/users/eve",
    to: ["https://www.w3.org/ns/activitystreams#Public"],
    cc: ["https://m.example/users/eve/followers"],
    content: "<p>Nice</p>",
    contentMap: { en: "<p>Nice</p>" },
  };

  test("of Mastodon", () => {
    expect(valueOf(parseNote(mastodon))).toMatchObject({
      isPublic: true,
      isMarkdown: false,
      content: "<p>Nice</p>",
      authorId: "https://m.example/users/eve",
    });
  });

  test.each<[string, JsonObject, object | undefined]>([
    ["Mastodon, its text by language alone", { content: null }, { content: "<p>Nice</p>" }],
    ["Pleroma, the audience in short", { to: ["as:Public"] }, { isPublic: true }],
    ["GoToSocial, one receiver as text", { to: "https://www.w3.org/ns/activitystreams#Public", cc: null }, { isPublic: true }],
    [
      "Lemmy, inReplyTo as an object",
      { inReplyTo: { id: "https://tube.example/videos/watch/1", type: "Video" } },
      { inReplyTo: "https://tube.example/videos/watch/1" },
    ],
    ["Friendica, attributedTo as a list", { attributedTo: ["https://m.example/users/eve"] }, { authorId: "https://m.example/users/eve" }],
    ["to followers alone", { to: ["https://m.example/users/eve/followers"], cc: [] }, { isPublic: false }],
    ["to nobody", { to: null, cc: null }, { isPublic: false }],
    ["no content", { content: "", contentMap: null }, undefined],
    ["no time", { published: null }, undefined],
    ["answers nothing", { inReplyTo: null }, undefined],
    ["nobody's", { attributedTo: null }, undefined],
    ["a poll", { type: "Question" }, undefined],
  ])("%s", (_, changes, expected) => {
    const parsed = parseNote({ ...mastodon, ...changes });
    expect(parsed.ok).toBe(expected !== undefined);
    expect(parsed.ok ? parsed.value : undefined).toEqual(expected && expect.objectContaining(expected));
  });

  test("of which a tombstone is left", () => {
    expect(valueOf(parseNote(recorded("comment-deleted-tombstone")))).toEqual({
      kind: "tombstone",
      id: "http://127.0.0.1:9001/videos/watch/fe56f858-6739-4b4c-8937-a0e00e103e3f/comments/2",
      deletedAt: Date.parse("2026-11-23T00:57:02.594Z"),
    });
  });
});

test("chapters: one wrong part makes all wrong; each timecode is there once", () => {
  expect(valueOf(parseChapters(recorded("video-chapters"))).map(({ timecode, title }) => [timecode, title])).toEqual([
    [0, "Intro"],
    [3, "Middle"],
    [6, "End"],
  ]);
  expect(
    parseChapters({
      hasPart: [
        { name: "a", startOffset: 0 },
        { name: "", startOffset: 1 },
      ],
    }).ok,
  ).toBe(false);
  expect(
    valueOf(
      parseChapters({
        hasPart: [
          { name: "b", startOffset: 5.4 },
          { name: "a", startOffset: 1 },
          { name: "c", startOffset: 5 },
        ],
      }),
    ),
  ).toEqual([
    { timecode: 1, title: "a" },
    { timecode: 5, title: "c" },
  ]);
});

test("whatever a document is, parsing it doesn't throw", { timeout: 30_000 }, () => {
  const parsers = [parseVideo, parseActor, parseNote, parsePlaylist, parsePlaylistElement, parseCollection, parseChapters];
  const samples = ["video", "actor-channel", "comment-0", "playlist", "playlist-element", "video-comments", "video-chapters"].map(recorded);
  const keys = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  const change = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue(), { maxKeys: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...samples), change, (sample, changes) => {
      for (const parse of parsers) {
        expect(typeof parse({ ...sample, ...(changes as JsonObject) }).ok).toBe("boolean");
      }
    }),
    { numRuns: 2000 },
  );
});
