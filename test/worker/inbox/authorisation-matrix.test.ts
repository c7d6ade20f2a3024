import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { forgetFollowedHosts } from "../../../src/domain/inbox/subjects.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import type { JsonObject, JsonValue } from "../../../src/protocol/activitystreams/types.ts";
import matrix from "../../fixtures/wire/authorisation-matrix.json" with { type: "json" };
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import { accountAt, apply, channelAt, HERE, PUBLIC, said, seedLocalVideo, uuidOf, videoAt, videoDocument } from "./world.ts";

// Each case of who may say what that was tried on a PeerTube: a PeerTube believes more than it should, this instance doesn't.

const ONE = "one.test";
const OTHER = "other.test";
const OWNER = accountAt(ONE, "ann");
const CHANNEL = channelAt(ONE, "ann");
const NEIGHBOUR = accountAt(ONE, "ben");
const NEIGHBOURS_CHANNEL = channelAt(ONE, "ben");
const STRANGER = accountAt(OTHER, "cyd");
const STRANGERS_CHANNEL = channelAt(OTHER, "cyd");
const INSTANCE = accountAt(ONE, "peertube");
const VIDEO = videoAt(ONE, 1);
const PLAYLIST = `http://${ONE}/video-playlists/${uuidOf(2)}`;
/** After the recorded video was last changed. */
const BEGIN = Date.parse("2027-01-01T00:00:00Z");

let bench: InboxBench;
let localVideo: string;
let turn: number;
/** What other instances answer; else 404. */
let documents: Record<string, JsonObject>;

beforeEach(async () => {
  forgetTargets();
  turn = 0;
  documents = {};
  bench = await startBench({
    origin: HERE,
    answer: (url) =>
      documents[url] === undefined
        ? new Response(null, { status: 404 })
        : new Response(JSON.stringify(documents[url]), { headers: { "content-type": "application/activity+json" } }),
  });
  bench.setTime(BEGIN + 60 * 60_000);
  const actors = [OWNER, CHANNEL, NEIGHBOUR, NEIGHBOURS_CHANNEL, STRANGER, STRANGERS_CHANNEL, INSTANCE];
  await seedActors(bench.deps.now(), Object.fromEntries(actors.map((url) => [url, `key of ${url}`])));
  localVideo = await seedLocalVideo(9);
});

/** Somebody says something, a second after what was said before, and what is asked for because of it is fetched. */
async function says(
  actor: string,
  type: string,
  object: JsonValue,
  more: JsonObject & { id?: string; signer?: string } = {},
): Promise<void> {
  turn += 1;
  const { signer = actor, id = `${actor}/${type}/${turn}`, ...fields } = more;
  await apply(bench, said(BEGIN + turn * 1000, { id, type, actor, object, ...fields }), { signer });
  await bench.runTasks("fetch-video", "fetch-comment", "refresh-actor");
}

async function followedFromHere(actor: string): Promise<void> {
  const instance = await ensureLocalActor(bench.deps, INSTANCE_ACTOR);
  await env.DB.prepare(
    "INSERT INTO follows (follower_id, target_id, state, created_at, updated_at) SELECT ?, id, 'accepted', 0, 0 FROM actors WHERE url = ?",
  )
    .bind(instance?.id, actor)
    .run();
  forgetFollowedHosts();
}

async function isShared(video: string, by: string): Promise<boolean> {
  const found = await rows(
    "SELECT 1 FROM video_shares s JOIN videos v ON v.id = s.video_id JOIN actors a ON a.id = s.actor_id WHERE s.shared = 1 AND a.url = ? AND v.uuid = ?",
    by,
    video.slice(-36),
  );
  return found.length > 0;
}

async function nameOf(url: string): Promise<unknown> {
  return (await rows("SELECT name FROM videos WHERE url = ?", url))[0]?.["name"];
}

async function likes(): Promise<unknown> {
  return (await rows("SELECT likes FROM videos WHERE uuid = ?", localVideo.slice(-36)))[0]?.["likes"];
}

async function isKnown(actor: string): Promise<boolean> {
  return (await rows("SELECT 1 FROM actors WHERE url = ?", actor)).length > 0;
}

async function createdVideo(): Promise<void> {
  documents[VIDEO] = videoDocument(ONE, 1, { name: "As its origin has it" });
  await says(OWNER, "Create", documents[VIDEO]);
  expect(await nameOf(VIDEO)).toBe("As its origin has it");
}

/** The name after an actor says that the video has another; and whether its origin was asked. */
async function renamedBy(actor: string, object: JsonValue = videoDocument(ONE, 1, { name: "Renamed" })): Promise<unknown> {
  await createdVideo();
  await says(actor, "Update", object);
  return { name: await nameOf(VIDEO), asked: bench.fetched.includes(VIDEO) };
}

async function isThereAfterDeleteBy(actor: string): Promise<boolean> {
  await createdVideo();
  await says(actor, "Delete", VIDEO);
  return (await nameOf(VIDEO)) !== undefined;
}

async function announced(video: string, by: string): Promise<boolean> {
  await says(by, "Announce", video);
  return await isShared(video, by);
}

async function playlistBy(actor: string): Promise<unknown> {
  const time = "2026-11-01T00:00:00.000Z";
  await says(actor, "Create", {
    type: "Playlist",
    id: PLAYLIST,
    uuid: uuidOf(2),
    name: "A list",
    totalItems: 0,
    orderedItems: [],
    published: time,
    updated: time,
    attributedTo: [CHANNEL],
    to: [PUBLIC],
  });
  return (await rows("SELECT name FROM playlists WHERE url = ?", PLAYLIST))[0]?.["name"];
}

/** By the matrix's name of a case: what is tried here, and what is to come of it. */
const CASES: Record<string, [() => Promise<unknown>, unknown]> = {
  "Announce by Application (instance actor)": [async () => await announced(localVideo, INSTANCE), true],
  "Announce by Group (channel)": [async () => await announced(localVideo, NEIGHBOURS_CHANNEL), true],
  "Announce by Person": [async () => await announced(localVideo, NEIGHBOUR), false],
  // A PeerTube fetches whatever anybody names.
  "Announce of a 3rd-party video by an instance PT1 does not follow": [
    async () => {
      documents[VIDEO] = videoDocument(ONE, 1);
      return [await announced(VIDEO, STRANGERS_CHANNEL), bench.fetched];
    },
    [false, []],
  ],
  "Create Video by the owner account (PT1 does not follow it)": [
    async () => {
      await createdVideo();
      return bench.fetched;
    },
    [],
  ],
  // What an author says of an object of its own host is its word; of one of another host it isn't.
  "Create Video: is the embedded object or the fetched one used?": [
    async () => {
      documents[VIDEO] = videoDocument(ONE, 1, { name: "Fetched" });
      await followedFromHere(STRANGER);
      await says(STRANGER, "Create", videoDocument(ONE, 1, { name: "Embedded by a stranger" }));
      const first = await nameOf(VIDEO);
      await says(OWNER, "Update", videoDocument(ONE, 1, { name: "Embedded by its owner" }));
      return [first, await nameOf(VIDEO)];
    },
    ["Fetched", "Embedded by its owner"],
  ],
  "Update Video signed by another account of the same host": [
    async () => await renamedBy(NEIGHBOUR),
    { name: "As its origin has it", asked: true },
  ],
  "Update Video signed by an account of another host": [
    async () => await renamedBy(STRANGER),
    { name: "As its origin has it", asked: false },
  ],
  "Update Video with object = URL string": [async () => await renamedBy(STRANGER, VIDEO), { name: "As its origin has it", asked: false }],
  "Update Video by the owner": [async () => await renamedBy(OWNER), { name: "Renamed", asked: false }],
  "Delete Video by another account of the same host": [async () => await isThereAfterDeleteBy(NEIGHBOUR), true],
  "Delete Video by the channel actor": [async () => await isThereAfterDeleteBy(CHANNEL), true],
  "Delete Video by another host": [async () => await isThereAfterDeleteBy(STRANGER), true],
  "Like by a Group": [
    async () => {
      await says(CHANNEL, "Like", localVideo);
      return await likes();
    },
    0,
  ],
  "Like by a Person without to/cc": [
    async () => {
      await says(OWNER, "Like", localVideo, { to: [], cc: [] });
      return await likes();
    },
    1,
  ],
  "second Like by the same Person, other id": [
    async () => {
      await says(OWNER, "Like", localVideo);
      await says(OWNER, "Like", localVideo);
      return await likes();
    },
    1,
  ],
  "Undo Like with another like id (same account+video)": [
    async () => {
      await says(OWNER, "Like", localVideo);
      await says(OWNER, "Undo", { type: "Like", id: `${OWNER}/likes/another`, actor: OWNER, object: localVideo });
      return await likes();
    },
    0,
  ],
  // A PeerTube drops it; others send no more than that.
  "Undo with object = URL string": [
    async () => {
      await says(OWNER, "Like", localVideo, { id: `${OWNER}/likes/1` });
      await says(OWNER, "Undo", `${OWNER}/likes/1`);
      return await likes();
    },
    0,
  ],
  "Playlist: baseline": [async () => await playlistBy(OWNER), "A list"],
  "Playlist: sent by the Group": [async () => await playlistBy(CHANNEL), undefined],
};

describe("who may say what, of what was tried on a PeerTube", () => {
  it("is told for every case that isn't one of form alone", () => {
    const ofForm = /^(?:Playlist: (?:without|attributedTo)|View with expires|S15 )/;
    const names = matrix.map(({ test }) => test).filter((test) => !ofForm.test(test));
    expect(names.toSorted()).toEqual(Object.keys(CASES).toSorted());
  });

  for (const [name, [run, expected]] of Object.entries(CASES)) {
    it(name, async () => {
      expect(await run()).toEqual(expected);
    });
  }
});

describe("in another's name", () => {
  it("nothing counts that is delivered without that one's own signature", async () => {
    await createdVideo();
    const like = `${OWNER}/likes/forged`;
    // Each names a signature of its actor, which nobody made.
    await says(OWNER, "Like", localVideo, { id: like, signer: STRANGER });
    await says(OWNER, "Like", localVideo, { id: like, signer: NEIGHBOUR });
    await says(OWNER, "Update", videoDocument(ONE, 1, { name: "Renamed" }), { signer: NEIGHBOUR });
    await says(OWNER, "Delete", VIDEO, { signer: NEIGHBOUR });
    await says(OWNER, "Delete", OWNER, { signer: NEIGHBOUR });
    expect(await likes()).toBe(0);
    expect(await nameOf(VIDEO)).toBe("As its origin has it");
    expect(await isKnown(OWNER)).toBe(true);
  });

  it("nothing counts that a group passes on without that one's own proof", async () => {
    const inner = { type: "Like", id: `${STRANGER}/likes/1`, actor: STRANGER, object: localVideo };
    await says(CHANNEL, "Announce", inner);
    await says(STRANGERS_CHANNEL, "Announce", inner);
    expect(await likes()).toBe(0);
    await says(CHANNEL, "Announce", { ...inner, type: "Delete", object: STRANGER });
    expect(await isKnown(STRANGER)).toBe(true);
  });

  it("nothing is undone or announced", async () => {
    const like = { type: "Like", id: `${OWNER}/likes/1`, actor: OWNER, object: localVideo };
    const announce = { type: "Announce", id: `${CHANNEL}/announces/1`, actor: CHANNEL, object: localVideo };
    await says(OWNER, "Like", localVideo, { id: like.id });
    await says(CHANNEL, "Announce", localVideo, { id: announce.id });
    for (const actor of [NEIGHBOUR, NEIGHBOURS_CHANNEL, STRANGER]) {
      for (const undone of [like, announce]) {
        await says(actor, "Undo", undone);
        await says(actor, "Undo", { ...undone, actor });
        await says(actor, "Undo", undone.id);
      }
      await says(actor, "Announce", localVideo, { id: announce.id });
    }
    expect(await likes()).toBe(1);
    expect(await isShared(localVideo, CHANNEL)).toBe(true);
    expect(await isShared(localVideo, NEIGHBOURS_CHANNEL)).toBe(false);
  });
});
