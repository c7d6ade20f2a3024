import { describe, expect, it } from "vitest";
import { acceptActivity } from "../../../src/protocol/activities/accept.ts";
import { announceActivity } from "../../../src/protocol/activities/announce.ts";
import { approveReplyActivity } from "../../../src/protocol/activities/approve-reply.ts";
import { publicAudience } from "../../../src/protocol/activities/audience.ts";
import { createActivity } from "../../../src/protocol/activities/create.ts";
import { deleteActivity } from "../../../src/protocol/activities/delete.ts";
import { dislikeActivity } from "../../../src/protocol/activities/dislike.ts";
import { flagActivity } from "../../../src/protocol/activities/flag.ts";
import { followActivity } from "../../../src/protocol/activities/follow.ts";
import { likeActivity } from "../../../src/protocol/activities/like.ts";
import { rejectReplyActivity } from "../../../src/protocol/activities/reject-reply.ts";
import { rejectActivity } from "../../../src/protocol/activities/reject.ts";
import { undoActivity } from "../../../src/protocol/activities/undo.ts";
import { updateActivity } from "../../../src/protocol/activities/update.ts";
import { viewActivity } from "../../../src/protocol/activities/view.ts";
import { watchActionActivity } from "../../../src/protocol/activities/watch-action.ts";
import { actorDocument } from "../../../src/protocol/activitystreams/actor-document.ts";
import { chaptersDocument } from "../../../src/protocol/activitystreams/chapters-document.ts";
import { collectionDocument, collectionPageDocument } from "../../../src/protocol/activitystreams/collections.ts";
import { contextOf } from "../../../src/protocol/activitystreams/context.ts";
import { noteDocument, tombstoneDocument } from "../../../src/protocol/activitystreams/note-document.ts";
import { playlistDocument, playlistElementDocument } from "../../../src/protocol/activitystreams/playlist-document.ts";
import type { Activity, JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { videoDocument, type VideoParts } from "../../../src/protocol/activitystreams/video-document.ts";
import { canonize } from "../../../src/protocol/jsonld/canonize.ts";
import { contextProblem } from "../../../src/protocol/jsonld/check-context.ts";
import { addProof, verifyProof } from "../../../src/protocol/signatures/integrity-proof.ts";
import { generateEd25519Keys, generateRsaKeys } from "../../../src/protocol/signatures/keys.ts";
import { signLd, verifyLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { activityProblems, actorProblems, noteProblems, playlistProblems, videoProblems } from "../../support/peertube-validator.ts";
import { recordedDocument, recordedRequests } from "../../support/wire.ts";

const PUBLIC_URL = "https://tube.example";
const ACTOR = `${PUBLIC_URL}/accounts/ada`;
const CHANNEL = `${PUBLIC_URL}/video-channels/ada_channel`;
const VIDEO = `${PUBLIC_URL}/videos/watch/0b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c11`;
const ELSEWHERE = "https://other.example/videos/watch/1b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c12";
const NOW = Date.parse("2026-11-24T10:00:00Z");

const video: VideoParts = {
  id: VIDEO,
  uuid: "0b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c11",
  name: "A clip of all kinds",
  durationSeconds: 61.6,
  category: { id: 15, label: "Science & Technology" },
  licence: { id: 1, label: "Attribution" },
  language: { id: "en", label: "English" },
  views: 5,
  sensitive: false,
  waitTranscoding: true,
  state: 1,
  commentsPolicy: 1,
  downloadEnabled: true,
  publishedAt: NOW,
  originallyPublishedAt: NOW - 1e9,
  updatedAt: NOW,
  tags: ["one", "two"],
  description: "Some *words*",
  support: "Thanks",
  captions: [{ language: "en", label: "English", url: `${PUBLIC_URL}/c.vtt`, automaticallyGenerated: false }],
  icons: [{ url: `${PUBLIC_URL}/p.jpg`, width: 1280, height: 720 }],
  aspectRatio: 1.7778,
  files: [720, 360, 720].map((resolution, index) => ({
    url: `${PUBLIC_URL}/static/web-videos/${index}-${resolution}.mp4`,
    torrentUrl: `${PUBLIC_URL}/lazy-static/torrents/${index}-${resolution}.torrent`,
    metadataUrl: `${PUBLIC_URL}/api/v1/videos/x/metadata/${index}`,
    infoHash: "ab".repeat(20),
    mimeType: 'video/mp4; codecs="avc1"',
    size: 1000,
    resolution,
    width: resolution * 2,
    fps: 29.97,
    hasAudio: true,
    hasVideo: true,
  })),
  trackers: { http: `${PUBLIC_URL}/tracker/announce`, webSocket: "wss://tube.example/tracker/socket" },
  pageUrl: `${PUBLIC_URL}/w/x`,
  account: ACTOR,
  channel: CHANNEL,
  audience: publicAudience([`${ACTOR}/followers`]),
};

const note = noteDocument({
  id: `${VIDEO}/comments/1`,
  author: ACTOR,
  source: "Hi *you*",
  html: "<p>Hi <em>you</em></p>\n",
  inReplyTo: ELSEWHERE,
  audience: publicAudience([`${ACTOR}/followers`], ["https://other.example/accounts/bob"]),
  mentions: [{ url: "https://other.example/accounts/bob", handle: "@bob@other.example" }],
  approval: `${VIDEO}/comments/1/approve-reply`,
  pageUrl: `${VIDEO}/comments/1`,
  publishedAt: NOW,
  updatedAt: NOW,
});

const playlist = playlistDocument({
  id: `${PUBLIC_URL}/video-playlists/2b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c13`,
  uuid: "2b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c13",
  name: "A list",
  description: "Of clips",
  totalItems: 2,
  channel: CHANNEL,
  audience: publicAudience([`${ACTOR}/followers`]),
  publishedAt: NOW,
  updatedAt: NOW,
});

function actorOf(kind: "account" | "channel" | "instance", name: string): JsonObject {
  return actorDocument({
    actor: { kind, name },
    publicUrl: PUBLIC_URL,
    displayName: "Ada",
    description: "About Ada",
    support: kind === "channel" ? "Thanks" : null,
    pageUrl: `${PUBLIC_URL}/a/${name}`,
    ownerUrl: kind === "channel" ? ACTOR : null,
    publicKeyPem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    assertionKeyMultibase: "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
    publishedAt: NOW,
    manuallyApprovesFollowers: false,
  });
}

const follow = { id: "https://other.example/accounts/peertube/follows/1", actor: "https://other.example/accounts/peertube", object: ACTOR };
const like = likeActivity({ id: `${ACTOR}/likes/1-1`, actor: ACTOR, object: ELSEWHERE, owner: "https://other.example/accounts/bob" });
const announce = announceActivity({ id: `${VIDEO}/announces/2`, actor: CHANNEL, object: VIDEO, followers: [`${CHANNEL}/followers`] });
const audience = publicAudience([`${ACTOR}/followers`]);

const activities: Activity[] = [
  createActivity({ id: `${VIDEO}/activity`, actor: ACTOR, object: videoDocument(video), context: contextOf("video") }),
  updateActivity({ id: `${VIDEO}/updates/1`, actor: ACTOR, object: videoDocument(video), audience, context: contextOf("video") }),
  createActivity({ id: `${VIDEO}/comments/1/activity`, actor: ACTOR, object: note, context: contextOf("comment") }),
  createActivity({
    id: `${PUBLIC_URL}/video-playlists/2b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c13/activity`,
    actor: ACTOR,
    object: playlist,
    context: contextOf("playlist"),
  }),
  updateActivity({ id: `${ACTOR}/updates/1`, actor: ACTOR, object: actorOf("account", "ada"), audience, context: contextOf("actor") }),
  updateActivity({
    id: `${CHANNEL}/updates/1`,
    actor: CHANNEL,
    object: actorOf("channel", "ada_channel"),
    audience,
    context: contextOf("actor"),
  }),
  deleteActivity({ id: `${VIDEO}/delete`, actor: ACTOR, object: VIDEO, audience }),
  announce,
  undoActivity({ actor: CHANNEL, undone: announce, audience, context: contextOf() }),
  followActivity({ id: `${ACTOR}/follows/1`, actor: ACTOR, object: "https://other.example/video-channels/bob" }),
  undoActivity({
    actor: ACTOR,
    undone: followActivity({ id: `${ACTOR}/follows/1`, actor: ACTOR, object: "https://other.example/c" }),
    context: contextOf(),
  }),
  acceptActivity({ id: `${PUBLIC_URL}/accepts/follows/1`, follow }),
  rejectActivity({ id: `${PUBLIC_URL}/rejects/follows/1`, follow }),
  like,
  dislikeActivity({ id: `${ACTOR}/dislikes/1-1`, actor: ACTOR, object: ELSEWHERE, owner: "https://other.example/accounts/bob" }),
  undoActivity({ actor: ACTOR, undone: like, context: contextOf() }),
  viewActivity({
    id: `${PUBLIC_URL}/accounts/peertube/views/1`,
    actor: `${PUBLIC_URL}/accounts/peertube`,
    object: ELSEWHERE,
    owner: "https://other.example/accounts/bob",
  }),
  flagActivity({
    id: `${PUBLIC_URL}/admin/abuses/1`,
    actor: ACTOR,
    object: ELSEWHERE,
    owner: "https://other.example/accounts/bob",
    content: "Not nice",
    reasons: ["privacy"],
    startAt: 1,
    endAt: 5,
  }),
  watchActionActivity({
    id: `${PUBLIC_URL}/videos/local-viewer/1`,
    uuid: "3b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c14",
    actor: `${PUBLIC_URL}/accounts/peertube`,
    object: ELSEWHERE,
    owner: "https://other.example/accounts/bob",
    startedAt: NOW,
    endedAt: NOW + 6000,
    sections: [{ start: 0, end: 5.4 }],
  }),
  approveReplyActivity({
    id: `${VIDEO}/comments/1/approve-reply`,
    actor: ACTOR,
    object: "https://other.example/comments/1",
    inReplyTo: VIDEO,
  }),
  rejectReplyActivity({
    id: `${VIDEO}/comments/1/reject-reply`,
    actor: ACTOR,
    object: "https://other.example/comments/1",
    inReplyTo: VIDEO,
  }),
];

describe.each(activities.map((activity) => [`${activity.type} ${activity.id}`, activity] as const))("%s", (_, activity) => {
  it("is what a PeerTube takes", () => {
    expect(activityProblems(activity)).toEqual([]);
  });

  it("is explained by its context to the last key, the proof's too, and verifies", async () => {
    const [rsa, ed] = await Promise.all([generateRsaKeys(), generateEd25519Keys()]);
    const created = "2026-11-24T10:00:00.123Z";
    const proven = await addProof(activity, { verificationMethod: `${ACTOR}#ed25519-key`, seed: ed.seed, created });
    const signed = await signLd(proven, { creator: ACTOR, privateKey: rsa.privateKey, created });
    expect(Object.keys(signed)[0]).toBe("@context");
    expect(Object.keys(signed).at(-1)).toBe("signature");
    expect(await verifyLd(signed, rsa.publicKeyPem)).toEqual({ ok: true });
    expect(await verifyProof(signed, ed.multibase)).toBe(true);
    expect(contextProblem(signed)).toBeUndefined();
  });
});

describe("documents", () => {
  const collection = `${VIDEO}/likes`;
  it.each<[string, JsonObject]>([
    ["a video", videoDocument(video)],
    ["a comment", note],
    ["a tombstone", tombstoneDocument({ id: `${VIDEO}/comments/1`, inReplyTo: VIDEO, publishedAt: NOW, updatedAt: NOW, deletedAt: NOW })],
    ["a playlist", playlist],
    [
      "an element",
      playlistElementDocument({ id: `${VIDEO}/videos/1`, videoUrl: VIDEO, position: 1, startTimestamp: 1, stopTimestamp: null }),
    ],
    ["an account", actorOf("account", "ada")],
    ["a channel", actorOf("channel", "ada_channel")],
    ["the instance", actorOf("instance", "peertube")],
    [
      "chapters",
      chaptersDocument(
        `${VIDEO}/chapters`,
        [
          { timecode: 0, title: "Intro" },
          { timecode: 3, title: "End" },
        ],
        8,
      ),
    ],
    ["a collection", collectionDocument(collection, 3)],
    ["a page", collectionPageDocument({ id: collection, totalItems: 30, page: 2, pageSize: 10, items: [ELSEWHERE] })],
  ])("%s is explained by its context", async (_, document) => {
    expect(await canonize(document)).not.toBe("");
  });

  it("are what a PeerTube takes", () => {
    expect(videoProblems(videoDocument(video))).toEqual([]);
    expect(noteProblems(note)).toEqual([]);
    expect(playlistProblems(playlist)).toEqual([]);
    for (const actor of [actorOf("account", "ada"), actorOf("channel", "ada_channel"), actorOf("instance", "peertube")]) {
      expect(actorProblems(actor)).toEqual([]);
    }
  });

  it("pages name their neighbours, and an empty collection has none", () => {
    expect(collectionDocument(collection, 0)).not.toHaveProperty("first");
    const page = (number: number, pageSize = 10) =>
      collectionPageDocument({ id: collection, totalItems: 25, page: number, pageSize, items: [] });
    expect(page(1)).toMatchObject({ next: `${collection}?page=2` });
    expect(page(1)).not.toHaveProperty("prev");
    expect(page(3)).not.toHaveProperty("next");
    expect(page(1, 20)).toMatchObject({ next: `${collection}?page=2&size=20` });
  });

  it("a video has each resolution once, and only files that PeerTube knows", () => {
    const matroska = video.files.slice(0, 1).map((file) => ({ ...file, mimeType: "video/x-matroska", resolution: 1080 }));
    const smooth = video.files.slice(0, 1).map((file) => ({ ...file, fps: 60 }));
    const files = [...video.files, ...matroska, ...smooth];
    const links = videoDocument({ ...video, files })["url"] as JsonObject[];
    const heights = links.filter(({ mediaType }) => mediaType === "video/mp4").map(({ height, fps }) => [height, fps]);
    expect(heights).toEqual([
      [720, 30],
      [360, 30],
    ]);
  });
});

describe("the validator", () => {
  it("takes what a real PeerTube sends", () => {
    const taken = recordedRequests.map((request) => JSON.parse(request.body) as Record<string, unknown>);
    const judged = taken.filter((activity) => {
      const object = activity["object"] as Record<string, unknown>;
      // Lives and videos still to be transcoded have no file yet; cached files are another matter; one Flag lost its context.
      const isKnown = !(typeof object === "object" && ["Video", "CacheFile", "Create"].includes(String(object["type"])));
      return isKnown && activity["@context"] !== undefined;
    });
    expect(judged.length).toBeGreaterThan(50);
    for (const activity of judged) {
      expect(activityProblems(activity), String(activity["id"])).toEqual([]);
    }
    expect(videoProblems(recordedDocument("video"))).toEqual([]);
  });

  it.each<[string, (document: Record<string, unknown>) => void]>([
    ["uuid isn't a v4 UUID", (document) => (document["uuid"] = "0b7f5b6e-5a0e-7a4b-9b5e-0d6a3b1f2c11")],
    [
      "no JPEG icon with its size",
      (document) => (document["icon"] = [{ type: "Image", url: `${PUBLIC_URL}/p.png`, mediaType: "image/png", width: 1, height: 1 }]),
    ],
    ["category has no string identifier", (document) => (document["category"] = { identifier: 15 })],
    ["duration isn't PT…S", (document) => (document["duration"] = "PT1M5S")],
    ["attributedTo has no Group", (document) => (document["attributedTo"] = [{ type: "Person", id: ACTOR }])],
  ])("finds: %s", (problem, spoil) => {
    const document = structuredClone(videoDocument(video)) as Record<string, unknown>;
    spoil(document);
    expect(videoProblems(document)).toContain(problem);
  });
});
