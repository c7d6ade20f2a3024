import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { blockHost, forgetBlockedHosts } from "../../../src/domain/follows/blocklist.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import type { JsonObject, JsonValue } from "../../../src/protocol/activitystreams/types.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import {
  accountAt,
  apply,
  channelAt,
  deliver,
  HERE,
  noteDocument,
  PUBLIC,
  said,
  seedLocalVideo,
  uuidOf,
  videoAt,
  videoDocument,
  type Said,
} from "./world.ts";

// Who may say what (authorisation-matrix.json tells what a PeerTube 6.3 does); where PeerTube believes too much, this instance doesn't.

const TUBE = "tube.test";
const OTHER = "other.test";
const ANN = accountAt(TUBE, "ann");
const BEN = accountAt(TUBE, "ben");
const ANN_CHANNEL = channelAt(TUBE, "ann");
const INSTANCE = accountAt(TUBE, "peertube");
const EVE = accountAt(OTHER, "eve");
const EVE_CHANNEL = channelAt(OTHER, "eve");
const OTHER_INSTANCE = accountAt(OTHER, "peertube");
const BEGIN = Date.parse("2026-11-20T00:00:00Z");

let bench: InboxBench;
let pages: Map<string, JsonObject>;
let clock: number;
let local: string;

beforeEach(async () => {
  pages = new Map();
  forgetBlockedHosts();
  forgetTargets();
  bench = await startBench({
    origin: HERE,
    answer: (url) => {
      const page = pages.get(url);
      return page === undefined
        ? new Response(null, { status: 404 })
        : new Response(JSON.stringify(page), { headers: { "content-type": "application/activity+json" } });
    },
  });
  clock = BEGIN;
  bench.setTime(BEGIN);
  const actors = [ANN, BEN, ANN_CHANNEL, INSTANCE, EVE, EVE_CHANNEL, OTHER_INSTANCE];
  await seedActors(BEGIN, Object.fromEntries(actors.map((url) => [url, `key of ${url}`])));
  await ensureLocalActor(bench.deps, INSTANCE_ACTOR);
  local = await seedLocalVideo(1);
});

/** Something that an actor says a second after the last. */
function says(actor: string, type: string, object: JsonValue, more: JsonObject = {}): Said {
  clock += 1000;
  bench.setTime(clock);
  return said(clock, { id: `${actor}/activities/${clock}`, type, actor, object, ...more });
}

async function nameOf(url: string): Promise<unknown> {
  return (await rows("SELECT name FROM videos WHERE url = ?", url))[0]?.["name"];
}

async function counts(): Promise<unknown> {
  return (await rows("SELECT likes, dislikes, comments FROM videos WHERE uuid = ?", uuidOf(1)))[0];
}

describe("videos", () => {
  const url = videoAt(TUBE, 7);

  async function published(): Promise<void> {
    await apply(bench, says(ANN, "Create", videoDocument(TUBE, 7, { name: "As it was" })));
    expect(await nameOf(url)).toBe("As it was");
  }

  it("are taken of an owner whom nobody here follows, without a fetch of what stands in the activity", async () => {
    await published();
    expect(bench.fetched).not.toContain(url);
  });

  it("are changed by their owner and their channel", async () => {
    await published();
    await apply(bench, says(ANN, "Update", videoDocument(TUBE, 7, { name: "By Ann" })));
    expect(await nameOf(url)).toBe("By Ann");
    await apply(bench, says(ANN_CHANNEL, "Update", videoDocument(TUBE, 7, { name: "By the channel" })));
    expect(await nameOf(url)).toBe("By the channel");
  });

  it("aren't changed by another account of their host: they are read from there", async () => {
    await published();
    const forged = videoDocument(TUBE, 7, { name: "Forged", owner: "ben" });
    await apply(bench, says(BEN, "Update", forged));
    expect(await nameOf(url)).toBe("As it was");
    pages.set(url, videoDocument(TUBE, 7, { name: "As it is at home" }));
    await bench.runTasks("fetch-video");
    expect(await nameOf(url)).toBe("As it is at home");
  });

  it("aren't changed, made or deleted by anybody of another host", async () => {
    await published();
    await apply(bench, says(EVE, "Update", { ...videoDocument(TUBE, 7, { name: "Forged" }), attributedTo: [EVE, EVE_CHANNEL] }));
    await apply(bench, says(EVE, "Delete", url));
    await apply(bench, says(EVE, "Delete", { id: url, type: "Tombstone" }));
    await apply(bench, says(EVE, "Update", url));
    expect(await nameOf(url)).toBe("As it was");
    const unknown = videoAt(TUBE, 8);
    await apply(bench, says(EVE, "Create", { ...videoDocument(TUBE, 8), attributedTo: [EVE, EVE_CHANNEL] }));
    await bench.runTasks("fetch-video");
    expect(await nameOf(unknown)).toBeUndefined();
    // Nor is a third host asked for a stranger.
    expect(bench.fetched).not.toContain(unknown);
  });

  it("aren't believed to be of a host by whose actor they weren't said", async () => {
    await apply(bench, says(EVE, "Create", { ...videoDocument(OTHER, 9, { owner: "eve" }), id: videoAt(TUBE, 9) }));
    expect(await rows("SELECT id FROM videos WHERE url IS NOT NULL")).toEqual([]);
  });

  it("are deleted by their owner, not by their channel or another account", async () => {
    await published();
    await apply(bench, says(BEN, "Delete", url));
    await apply(bench, says(ANN_CHANNEL, "Delete", url));
    expect(await nameOf(url)).toBe("As it was");
    await apply(bench, says(ANN, "Delete", url));
    expect(await nameOf(url)).toBeUndefined();
  });

  it("are read from their host when a channel or an instance of it announces them, and not when a person does", async () => {
    pages.set(url, videoDocument(TUBE, 7, { name: "At home" }));
    await apply(bench, says(BEN, "Announce", url));
    await bench.runTasks("fetch-video");
    expect(await nameOf(url)).toBeUndefined();
    await apply(bench, says(INSTANCE, "Announce", { id: url, type: "Video", name: "Not believed" }));
    await bench.runTasks("fetch-video");
    expect(await nameOf(url)).toBe("At home");
    expect(await rows("SELECT shared FROM video_shares")).toEqual([{ shared: 1 }]);
  });

  it("of a third host are read when who announces them is followed from here", async () => {
    pages.set(url, videoDocument(TUBE, 7));
    await apply(bench, says(OTHER_INSTANCE, "Announce", url));
    await bench.runTasks("fetch-video");
    expect(bench.fetched).toEqual([]);
    await env.DB.prepare(
      "INSERT INTO follows (follower_id, target_id, state, created_at, updated_at) SELECT f.id, t.id, 'accepted', 0, 0 FROM actors f, actors t WHERE f.host IS NULL AND t.url = ?",
    )
      .bind(OTHER_INSTANCE)
      .run();
    // What is known of whom is followed may be some seconds old.
    clock += 60_000;
    await apply(bench, says(OTHER_INSTANCE, "Announce", url));
    await bench.runTasks("fetch-video");
    expect(await nameOf(url)).toBe("A video");
  });

  it("of here are nobody else's to change", async () => {
    await apply(bench, says(ANN, "Delete", local));
    await apply(bench, says(ANN, "Update", { ...videoDocument(TUBE, 7), id: local }));
    expect(await rows("SELECT name FROM videos")).toEqual([{ name: "Of here" }]);
  });
});

describe("actors", () => {
  const document = (id: string, name: string): JsonObject => ({
    type: "Person",
    id,
    preferredUsername: id.slice(id.lastIndexOf("/") + 1),
    name,
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" },
  });

  async function displayName(url: string): Promise<unknown> {
    return (await rows("SELECT display_name FROM accounts WHERE url = ?", url))[0]?.["display_name"];
  }

  it("change themselves and nobody else", async () => {
    await apply(bench, says(ANN, "Update", document(ANN, "Ann, renamed")));
    expect(await displayName(ANN)).toBe("Ann, renamed");
    await apply(bench, says(BEN, "Update", document(ANN, "Forged")));
    await apply(bench, says(EVE, "Update", document(ANN, "Forged")));
    expect(await displayName(ANN)).toBe("Ann, renamed");
  });

  it("are read again where an Update may be older than what is known", async () => {
    await apply(bench, says(ANN, "Update", document(ANN, "Newer")));
    pages.set(ANN, document(ANN, "Newest"));
    await apply(bench, said(BEGIN - 1000, { id: `${ANN}/activities/old`, type: "Update", actor: ANN, object: document(ANN, "Older") }));
    await bench.runTasks("refresh-actor");
    expect(await displayName(ANN)).toBe("Newest");
  });

  it("delete themselves, with their videos and what they said, and nobody else", async () => {
    await apply(bench, says(ANN, "Create", videoDocument(TUBE, 7)));
    await apply(bench, says(ANN, "Like", local));
    await apply(bench, says(ANN, "Create", noteDocument(`${ANN}/comments/1`, ANN, local, "Hello")));
    await apply(bench, says(BEN, "Delete", ANN));
    await apply(bench, says(EVE, "Delete", ANN));
    expect(await counts()).toEqual({ likes: 1, dislikes: 0, comments: 1 });
    await apply(bench, says(ANN, "Delete", ANN));
    expect(await rows("SELECT url FROM actors WHERE url IN (?, ?)", ANN, ANN_CHANNEL)).toEqual([]);
    expect(await nameOf(videoAt(TUBE, 7))).toBeUndefined();
    expect(await counts()).toEqual({ likes: 0, dislikes: 0, comments: 0 });
  });
});

describe("ratings", () => {
  it("are one of each account, whatever their ids, and none of a channel", async () => {
    await apply(bench, says(EVE_CHANNEL, "Like", local));
    expect(await counts()).toMatchObject({ likes: 0 });
    await apply(bench, { ...says(EVE, "Like", local), to: [], cc: [] });
    await apply(bench, says(EVE, "Like", { id: local, type: "Video" }));
    expect(await counts()).toMatchObject({ likes: 1 });
    // The same account and video, another Like's id.
    await apply(bench, says(EVE, "Undo", { id: `${EVE}/likes/none`, type: "Like", actor: EVE, object: local }));
    expect(await counts()).toMatchObject({ likes: 0 });
  });

  it("are taken back by their own account, also by no more than their id", async () => {
    const like = says(ANN, "Like", local);
    await apply(bench, like);
    await apply(bench, says(BEN, "Undo", { id: like.id, type: "Like", actor: ANN, object: local }));
    await apply(bench, says(BEN, "Undo", like.id));
    await apply(bench, says(EVE, "Undo", like.id));
    expect(await counts()).toMatchObject({ likes: 1 });
    await apply(bench, says(ANN, "Undo", like.id));
    expect(await counts()).toMatchObject({ likes: 0 });
  });
});

describe("comments", () => {
  const id = `${ANN}/comments/1`;

  async function texts(): Promise<unknown[]> {
    return (await rows("SELECT text FROM comments WHERE deleted_at IS NULL ORDER BY id")).map(({ text }) => text);
  }

  it("are their author's, and are changed by nobody else", async () => {
    await apply(bench, says(BEN, "Create", noteDocument(id, ANN, local, "Forged")));
    await apply(bench, says(EVE, "Create", noteDocument(`${EVE}/comments/1`, ANN, local, "Forged")));
    expect(await texts()).toEqual([]);
    await apply(bench, says(ANN, "Create", noteDocument(id, ANN, local, "Hello")));
    await apply(bench, says(BEN, "Update", noteDocument(id, BEN, local, "Forged")));
    await apply(bench, says(EVE, "Delete", id));
    await apply(bench, says(BEN, "Delete", id));
    expect(await texts()).toEqual([expect.stringContaining("Hello")]);
    await apply(bench, says(ANN, "Update", noteDocument(id, ANN, local, "Hello again")));
    expect(await texts()).toEqual([expect.stringContaining("Hello again")]);
    await apply(bench, says(ANN, "Delete", { id, type: "Tombstone" }));
    expect(await texts()).toEqual([]);
  });

  it("on another instance's video are taken away by its owner too, for good", async () => {
    await apply(bench, says(ANN, "Create", videoDocument(TUBE, 7)));
    const note = noteDocument(`${EVE}/comments/1`, EVE, videoAt(TUBE, 7), "Rude");
    await apply(bench, says(EVE, "Create", note));
    await apply(bench, says(BEN, "Delete", `${EVE}/comments/1`));
    expect(await texts()).toHaveLength(1);
    await apply(bench, says(ANN, "Delete", `${EVE}/comments/1`));
    await apply(bench, says(EVE, "Update", { ...note, content: "Ruder" }));
    expect(await texts()).toEqual([]);
  });

  it("on what nobody of elsewhere may know of aren't taken", async () => {
    const secret = await seedLocalVideo(2, { privacy: 3 });
    await apply(bench, says(ANN, "Create", noteDocument(id, ANN, secret, "I guessed its id")));
    await apply(bench, says(ANN, "Like", secret));
    expect(await texts()).toEqual([]);
    expect(await rows("SELECT id FROM video_rates")).toEqual([]);
  });

  it("on a video of here go on to its followers as they came, where their author signed them", async () => {
    const activity = says(ANN, "Create", noteDocument(id, ANN, local, "Hello"));
    await apply(bench, activity);
    const [task] = await rows<{ payload: string }>("SELECT payload FROM federation_tasks WHERE kind = 'forward'");
    expect(JSON.parse(task?.payload ?? "null")).toMatchObject({ body: JSON.stringify(activity), videoUuid: uuidOf(1), exceptHost: TUBE });
    const { signature: _, ...unsigned } = says(BEN, "Create", noteDocument(`${BEN}/comments/1`, BEN, local, "Hello"));
    await apply(bench, unsigned as Said);
    expect(await texts()).toHaveLength(2);
    expect(await rows("SELECT id FROM federation_tasks WHERE kind = 'forward'")).toHaveLength(1);
  });

  it("that answer nothing of ours cost no request", async () => {
    const { inReplyTo: _, ...post } = noteDocument(id, ANN, local, "A post");
    await apply(bench, says(ANN, "Create", post));
    await apply(bench, says(ANN, "Create", noteDocument(id, ANN, "http://third.test/notes/1", "An answer to a stranger")));
    expect(await texts()).toEqual([]);
    expect(bench.fetched).toEqual([]);
  });
});

describe("views", () => {
  it("of a video of here are counted once for each id, and viewers aren't views", async () => {
    const counted: unknown[] = [];
    bench.deps.videoViews = (uuid) => ({ count: (additions) => Promise.resolve(void counted.push([uuid, additions])) });
    const view = says(INSTANCE, "View", local);
    deliver(bench, view);
    deliver(bench, says(OTHER_INSTANCE, "View", local));
    deliver(bench, says(INSTANCE, "View", local, { expires: "2026-11-20T01:00:00Z" }));
    deliver(bench, says(INSTANCE, "View", `${HERE}/videos/watch/${uuidOf(99)}`));
    await bench.applyQueued();
    const addition = { views: 1, watchedSeconds: 0 };
    // One call for all of a batch.
    expect(counted).toEqual([[uuidOf(1), expect.arrayContaining([{ key: view.id, ...addition }, expect.objectContaining(addition)])]]);
  });

  it("are tried again when they couldn't be counted", async () => {
    bench.deps.videoViews = () => ({ count: () => Promise.reject(new Error("the object is away")) });
    deliver(bench, says(INSTANCE, "View", local));
    expect(await bench.applyQueued()).toBe(1);
  });
});

describe("playlists", () => {
  const uuid = uuidOf(77);
  const id = `http://${TUBE}/video-playlists/${uuid}`;
  const playlist = (name: string, more: JsonObject = {}): JsonObject => ({
    type: "Playlist",
    id,
    uuid,
    name,
    totalItems: 0,
    orderedItems: [],
    published: "2026-11-01T00:00:00.000Z",
    updated: "2026-11-01T00:00:00.000Z",
    attributedTo: [ANN_CHANNEL],
    to: [PUBLIC],
    ...more,
  });
  const names = async () => (await rows("SELECT name FROM playlists")).map(({ name }) => name);

  it("are an account's, of its own host, and nobody else changes or deletes them", async () => {
    await apply(bench, says(ANN_CHANNEL, "Create", playlist("By a channel")));
    await apply(bench, says(EVE, "Create", playlist("By another host")));
    expect(await names()).toEqual([]);
    await apply(bench, says(ANN, "Create", playlist("Mine")));
    await apply(bench, says(BEN, "Update", playlist("Forged")));
    await apply(bench, says(BEN, "Delete", id));
    await apply(bench, says(EVE, "Delete", id));
    expect(await names()).toEqual(["Mine"]);
    await apply(bench, says(ANN, "Delete", id));
    expect(await names()).toEqual([]);
  });
});

describe("follows", () => {
  const instance = `${HERE}/accounts/peertube`;
  const states = async () =>
    (await rows("SELECT a.url, f.state FROM follows f JOIN actors a ON a.id = f.follower_id")).map(({ url, state }) => [url, state]);

  it("are undone by their follower alone", async () => {
    const follow = says(ANN, "Follow", instance);
    await apply(bench, follow);
    expect(await states()).toEqual([[ANN, "accepted"]]);
    const inner = { id: follow.id, type: "Follow", actor: ANN, object: instance };
    await apply(bench, says(EVE, "Undo", inner));
    await apply(bench, says(EVE, "Undo", { ...inner, actor: EVE }));
    await apply(bench, says(BEN, "Undo", follow.id));
    expect(await states()).toEqual([[ANN, "accepted"]]);
    await apply(bench, says(ANN, "Undo", inner));
    expect(await states()).toEqual([]);
  });

  it("that come after their Undo change nothing", async () => {
    const follow = says(ANN, "Follow", instance);
    await apply(bench, says(ANN, "Undo", { id: follow.id, type: "Follow", actor: ANN, object: instance }));
    await apply(bench, follow);
    expect(await states()).toEqual([]);
    const second = says(BEN, "Follow", instance);
    await apply(bench, says(BEN, "Undo", second.id));
    await apply(bench, second);
    expect(await states()).toEqual([]);
  });

  it("of nobody make nobody", async () => {
    await apply(bench, says(ANN, "Follow", `${HERE}/accounts/nobody`));
    await apply(bench, says(ANN, "Undo", { type: "Follow", id: `${ANN}/f`, actor: ANN, object: `${HERE}/video-channels/nobody` }));
    expect(await states()).toEqual([]);
    expect(await rows("SELECT url FROM actors WHERE host IS NULL AND name = 'nobody'")).toEqual([]);
  });

  it("aren't answered by anybody but whom they are of", async () => {
    await env.DB.prepare(
      "INSERT INTO follows (follower_id, target_id, state, url, created_at, updated_at) SELECT f.id, t.id, 'pending', ?, 0, 0 FROM actors f, actors t WHERE f.url = ? AND t.url = ?",
    )
      .bind(`${instance}/follows/1`, instance, INSTANCE)
      .run();
    const inner = { id: `${instance}/follows/1`, type: "Follow", actor: instance, object: INSTANCE };
    await apply(bench, says(EVE, "Accept", inner));
    await apply(bench, says(ANN, "Accept", inner));
    await apply(bench, says(ANN, "Accept", { ...inner, object: ANN }));
    expect(await states()).toEqual([[instance, "pending"]]);
  });
});

describe("reports", () => {
  it("are kept of a video, a comment or an account of here, Mastodon's lists too", async () => {
    await apply(bench, says(EVE, "Flag", local, { content: "Not nice", tag: [{ type: "Hashtag", name: "rights" }], startAt: 3 }));
    await apply(bench, says(OTHER_INSTANCE, "Flag", [`${HERE}/accounts/root`, "http://third.test/x"], { content: "" }));
    await apply(bench, says(EVE, "Flag", "http://third.test/x", { content: "Nothing of here" }));
    await apply(bench, says(EVE, "Flag", `${local}/comments/77`, { content: "A comment that isn't there" }));
    expect(
      await rows(
        "SELECT reason, predefined_reasons, start_at, video_id IS NOT NULL AS video, account_id IS NOT NULL AS account FROM abuses ORDER BY id",
      ),
    ).toEqual([
      { reason: "Not nice", predefined_reasons: '["rights"]', start_at: 3, video: 1, account: 0 },
      { reason: "", predefined_reasons: "[]", start_at: null, video: 0, account: 1 },
    ]);
  });
});

describe("a blocked host", () => {
  it("isn't heard, whoever brings what it says", async () => {
    await blockHost(bench.deps, OTHER);
    await apply(bench, says(EVE, "Like", local));
    await apply(bench, says(EVE, "Create", noteDocument(`${EVE}/comments/1`, EVE, local, "Hello")), { signer: INSTANCE });
    expect(await counts()).toEqual({ likes: 0, dislikes: 0, comments: 0 });
  });
});
