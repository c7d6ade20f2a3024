import { beforeEach, expect, test } from "vitest";
import { resolveActor, resolveHandle } from "../../../src/domain/remote/actors.ts";
import { ingestComment } from "../../../src/domain/remote/comments.ts";
import { ingestPlaylist } from "../../../src/domain/remote/playlists.ts";
import { syncVideo } from "../../../src/domain/remote/sync-video.ts";
import { deleteRemoteVideo, ingestFetchedVideo, ingestVideo } from "../../../src/domain/remote/videos.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocument } from "../../support/wire.ts";
import { keptVideo, PEERTUBE, reasonOf, REMOTE_VIDEO_URL, rows, startReader, UPDATED, valueOf, videoDocument } from "./support.ts";

// One host that wants its words to be another's, or another to be asked for much.

const EVIL = "https://evil.example";
const ADA = `${PEERTUBE}/accounts/ada`;
const CHANNEL = `${PEERTUBE}/video-channels/ada_channel`;
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader();
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
});

/** How an address of theirs may lead to somebody else's document. */
const WAYS: [string, (target: string) => Response | JsonObject][] = [
  ["that redirects to them", (target) => new Response(null, { status: 302, headers: { location: target } })],
  ["that says to be them", (target) => ({ ...(structuredClone(recordedDocument("actor-account")) as JsonObject), id: target })],
];

function actor(url: string, type: string, changes: JsonObject = {}): JsonObject {
  const { publicKeyPem } = recordedDocument("actor-account")["publicKey"] as { publicKeyPem: string };
  const name = url.slice(url.lastIndexOf("/") + 1);
  const publicKey = { id: `${url}#main-key`, owner: url, publicKeyPem };
  return { id: url, type, preferredUsername: name, inbox: `${url}/inbox`, publicKey, ...changes };
}

test.each(WAYS)("an address %s isn't another host's actor", async (_, answer) => {
  reader.answers[`${EVIL}/users/x`] = answer(ADA);
  expect(reasonOf(await resolveActor(reader.deps, `${EVIL}/users/x`))).toBe("invalid");
  // Whom its own host calls by several addresses is who that host says.
  expect(valueOf(await resolveActor(reader.deps, `${PEERTUBE}/a/ada`)).url).toBe(ADA);
});

test.each(WAYS)("a comment isn't somebody's for its author's address %s", async (_, answer) => {
  reader.answers[`${EVIL}/users/x`] = answer(ADA);
  const note = { id: `${EVIL}/notes/1`, type: "Note", attributedTo: `${EVIL}/users/x`, inReplyTo: REMOTE_VIDEO_URL, to: [PUBLIC] };
  const forged = { ...note, content: "I never said this", published: "2026-11-23T10:00:00Z" };
  expect(reasonOf(await ingestComment(reader.deps, forged))).toBe("invalid");
  expect(await rows("SELECT * FROM comments")).toEqual([]);
});

test.each(WAYS)("a video isn't in somebody's channel for an address %s", async (_, answer) => {
  reader.answers[`${EVIL}/channels/x`] = answer(CHANNEL);
  const uuid = "11111111-2222-4333-8444-555555555555";
  const forged = videoDocument({ id: `${EVIL}/videos/watch/1`, uuid, attributedTo: [`${EVIL}/channels/x`] });
  expect(reasonOf(await ingestVideo(reader.deps, forged, UPDATED))).toBe("invalid");
  expect(await rows("SELECT url FROM videos WHERE url IS NOT NULL")).toEqual([{ url: REMOTE_VIDEO_URL }]);
});

test.each(WAYS)("a channel isn't somebody's for an owner's address %s", async (_, answer) => {
  reader.answers[`${EVIL}/users/x`] = answer(ADA);
  reader.answers[`${EVIL}/channels/c`] = actor(`${EVIL}/channels/c`, "Group", { attributedTo: [`${EVIL}/users/x`] });
  expect(valueOf(await resolveActor(reader.deps, `${EVIL}/channels/c`)).channelId).toBeNull();
});

test.each(WAYS)("a playlist isn't somebody's for its author's address %s", async (_, answer) => {
  reader.answers[`${EVIL}/users/x`] = answer(ADA);
  const uuid = "11111111-2222-4333-8444-555555555555";
  const forged = { ...(structuredClone(recordedDocument("playlist")) as JsonObject), id: `${EVIL}/lists/1`, uuid, first: null };
  const source = { saidAt: UPDATED, authorUrl: `${EVIL}/users/x` };
  expect(reasonOf(await ingestPlaylist(reader.deps, forged, source))).toBe("invalid");
  expect(await rows("SELECT * FROM playlists")).toEqual([]);
});

test("a handle isn't somebody's for its address that redirects to them", async () => {
  const links = [{ rel: "self", type: "application/activity+json", href: `${EVIL.replace("https", "http")}/users/x` }];
  reader.answers["http://evil.example/.well-known/webfinger?resource=acct:x@evil.example"] = new Response(JSON.stringify({ links }), {
    headers: { "content-type": "application/jrd+json" },
  });
  reader.answers["http://evil.example/users/x"] = new Response(null, { status: 302, headers: { location: ADA } });
  expect(reasonOf(await resolveHandle(reader.deps, "x@evil.example"))).toBe("invalid");
});

test("a video's collections are its own host's: a third one isn't asked for them", async () => {
  const third = "https://victim.example/expensive";
  const changes = { likes: third, dislikes: third, shares: third, comments: third, hasParts: third };
  await ingestVideo(reader.deps, videoDocument(changes), UPDATED + 1);
  reader.fetched.length = 0;
  await syncVideo(reader.deps, REMOTE_VIDEO_URL);
  expect(reader.fetched).toEqual([]);
});

test("of a collection without measure so many comments are asked for as PeerTube's pages have", async () => {
  const url = `${REMOTE_VIDEO_URL}/comments`;
  const long = "x".repeat(1800);
  const page = (number: number) => ({
    id: `${url}?page=${number}`,
    type: "OrderedCollectionPage",
    next: `${url}?page=${number + 1}`,
    orderedItems: Array.from({ length: 500 }, (_, item) => `https://victim.example/${long}/${number}/${item}`),
  });
  reader.answers[url] = { id: url, type: "OrderedCollection", totalItems: 1e9, first: `${url}?page=1` };
  for (let number = 1; number <= 60; number++) {
    reader.answers[`${url}?page=${number}`] = page(number);
  }
  await syncVideo(reader.deps, REMOTE_VIDEO_URL);
  const [asked] = await rows("SELECT count(*) AS n FROM federation_tasks WHERE kind = 'fetch-comment'");
  expect(asked?.["n"]).toBe(500);
});

test("what says to be of a time to come can be changed and deleted now", async () => {
  const future = "2099-01-01T00:00:00.000Z";
  const askedAt = reader.deps.now();
  valueOf(await ingestFetchedVideo(reader.deps, videoDocument({ updated: future, name: "From afar" }), askedAt));
  expect(await keptVideo()).toMatchObject({ name: "From afar" });
  const saidAt = askedAt + 60 * 60_000;
  expect(valueOf(await ingestVideo(reader.deps, videoDocument({ name: "Corrected" }), saidAt)).outcome).toBe("updated");
  expect(await keptVideo()).toMatchObject({ name: "Corrected" });
  expect(await deleteRemoteVideo(reader.deps, { url: REMOTE_VIDEO_URL, saidAt: saidAt + 1 })).toBe("deleted");
  expect(await keptVideo()).toBeUndefined();
});
