import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { forgetFollowedHosts } from "../../../src/domain/inbox/subjects.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import { accountAt, channelAt, deliver, HERE, noteDocument, said, seedLocalVideo, videoAt, videoDocument, type Said } from "./world.ts";

// Activities that name what they are about instead of holding it, and what nobody has heard of yet: their origins are asked, which
// answer what is now, or that it is gone. In whatever order it comes, the same is left.

const HOSTS = 3;
const VIDEOS = 9;
const COMMENTS = 45;
/** The first comments stay, and the last answer them. */
const ROOTS = 10;
const ACTIVITIES = 400;
const BATCH = 20;
/** After the recorded video was last changed. */
const BEGIN = Date.parse("2027-01-01T00:00:00Z");
const STEP_MS = 1000;

type Event =
  | { kind: "video"; video: number; text: number; isDelete: boolean; byReference: boolean }
  | { kind: "comment"; comment: number; text: number; isDelete: boolean; byReference: boolean }
  | { kind: "share"; video: number; who: number; isUndo: boolean };

/** Most things live on. */
const onceIn = (times: number) => fc.nat(times - 1).map((draw) => draw === 0);
const anEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("video"), video: fc.nat(VIDEOS - 1), text: fc.nat(999), isDelete: onceIn(40), byReference: fc.boolean() }),
  fc.record({
    kind: fc.constant("comment"),
    comment: fc.nat(COMMENTS - 1),
    text: fc.nat(999),
    isDelete: onceIn(10),
    byReference: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("share"), video: fc.nat(VIDEOS - 1), who: fc.nat(HOSTS - 1), isUndo: onceIn(10) }),
);

/** What is said in the end, and what the origins answer then; undefined: 404. */
interface Story {
  activities: Said[];
  documents: Map<string, JsonObject>;
}

/** The same people and objects once for each order, so that one database holds both. */
interface World {
  number: number;
  localVideo: string;
}

function hostOf({ number }: World, of: number): string {
  return `host${of % HOSTS}-${number}.test`;
}

function nameOf(of: number): string {
  return ["ann", "ben", "cyd"][of % HOSTS] ?? "";
}

/** Tells what happens; what is gone has no more to be told of it, and nor has what stands under it. */
function tell(world: World, events: Event[]): Story {
  const activities: Said[] = [];
  const documents = new Map<string, JsonObject>();
  const gone = new Set<string>();
  const numberOf = (video: number) => world.number * 1000 + video;
  const videoUrl = (video: number) => videoAt(hostOf(world, video), numberOf(video));
  const commentUrl = (comment: number) => `${accountAt(hostOf(world, comment), nameOf(comment))}/comments/${comment}`;
  const videoUnder = (comment: number): string => (comment % 10 === 9 ? world.localVideo : videoUrl(comment % 10));
  const parentOf = (comment: number) => (comment >= COMMENTS - ROOTS ? commentUrl(comment % ROOTS) : videoUnder(comment));

  events.forEach((event, index) => {
    const at = BEGIN + index * STEP_MS;
    if (event.kind === "share") {
      const actor = channelAt(hostOf(world, event.who), nameOf(event.who));
      const object = videoUrl(event.video);
      if (gone.has(`${actor} ${object}`)) {
        return;
      }
      if (event.isUndo) {
        gone.add(`${actor} ${object}`);
      }
      const announce = { id: `${actor}/announces/${event.video}`, type: "Announce", actor, object };
      activities.push(said(at, event.isUndo ? { id: `${announce.id}/undo/${index}`, type: "Undo", actor, object: announce } : announce));
      return;
    }
    const isVideo = event.kind === "video";
    const id = isVideo ? videoUrl(event.video) : commentUrl(event.comment);
    if (gone.has(id) || (!isVideo && (gone.has(videoUnder(event.comment % ROOTS)) || gone.has(videoUnder(event.comment))))) {
      return;
    }
    const of = isVideo ? event.video : event.comment;
    const actor = accountAt(hostOf(world, of), nameOf(of));
    const staysForAnswers = !isVideo && event.comment < ROOTS;
    if (event.isDelete && !staysForAnswers) {
      gone.add(id);
      documents.delete(id);
      activities.push(said(at, { id: `${id}/delete`, type: "Delete", actor, object: id }));
      return;
    }
    const updated = new Date(at).toISOString();
    const object = isVideo
      ? { ...videoDocument(hostOf(world, of), numberOf(event.video), { name: `Name ${event.text}`, owner: nameOf(of) }), updated }
      : { ...noteDocument(id, actor, parentOf(event.comment), `Text ${event.text}`), updated };
    const type = documents.has(id) ? "Update" : "Create";
    documents.set(id, object);
    activities.push(said(at, { id: `${id}/${type}/${index}`, type, actor, object: event.byReference ? id : object }));
  });
  // What stood under a video that is gone is gone with it, and what answered that.
  for (let comment = 0; comment < COMMENTS; comment++) {
    const root = videoUnder(comment >= COMMENTS - ROOTS ? comment % ROOTS : comment);
    if (gone.has(root)) {
      documents.delete(commentUrl(comment));
    }
  }
  return { activities, documents };
}

let bench: InboxBench;
let worlds = 0;
let served: Map<string, JsonObject>;

async function makeWorld(): Promise<World> {
  worlds += 1;
  const world = { number: worlds, localVideo: "" };
  const actors = Array.from({ length: HOSTS }, (_, of) => [
    accountAt(hostOf(world, of), nameOf(of)),
    channelAt(hostOf(world, of), nameOf(of)),
  ]).flat();
  await seedActors(bench.deps.now(), Object.fromEntries(actors.map((url) => [url, `key of ${url}`])));
  // What somebody names of a third host is fetched for those alone who are followed from here.
  const instance = await ensureLocalActor(bench.deps, INSTANCE_ACTOR);
  await env.DB.prepare(
    "INSERT INTO follows (follower_id, target_id, state, created_at, updated_at) SELECT ?, id, 'accepted', 0, 0 FROM actors WHERE url IN (SELECT value FROM json_each(?))",
  )
    .bind(instance?.id, JSON.stringify(actors))
    .run();
  forgetFollowedHosts();
  return { ...world, localVideo: await seedLocalVideo(worlds * 1000 + 999) };
}

async function applyAll(activities: Said[]): Promise<void> {
  for (let from = 0; from < activities.length; from += BATCH) {
    activities.slice(from, from + BATCH).forEach((activity) => deliver(bench, activity));
    expect(await bench.applyQueued()).toBe(0);
    // How often a host may be asked isn't what is looked at.
    forgetTargets();
    await bench.runTasks("fetch-video", "fetch-comment");
    forgetTargets();
  }
}

/** What anybody could see of a world, without the numbers of rows. */
async function stateOf(world: World): Promise<unknown> {
  const host = `%-${world.number}.test`;
  const state = {
    videos: await rows(
      "SELECT v.url, v.name, v.comments, r.said_at FROM videos v JOIN remote_videos r ON r.video_id = v.id JOIN channels c ON c.id = v.channel_id WHERE c.host LIKE ? ORDER BY v.url",
      host,
    ),
    local: await rows("SELECT comments FROM videos WHERE uuid = ?", world.localVideo.slice(-36)),
    comments: await rows(
      `SELECT c.url, c.text, c.said_at, p.url AS parent, t.url AS thread, a.url AS author FROM comments c JOIN accounts a ON a.id = c.account_id
       LEFT JOIN comments p ON p.id = c.in_reply_to_id LEFT JOIN comments t ON t.id = c.thread_id WHERE a.host LIKE ? AND c.deleted_at IS NULL ORDER BY c.url`,
      host,
    ),
    shares: await rows(
      "SELECT a.url, v.url AS video, s.said_at FROM video_shares s JOIN actors a ON a.id = s.actor_id JOIN videos v ON v.id = s.video_id WHERE a.host LIKE ? AND s.shared = 1 ORDER BY a.url, v.url",
      host,
    ),
  };
  const text = JSON.stringify(state).replaceAll(`-${world.number}.test`, "-N.test");
  return JSON.parse(text.replaceAll(/00000000-0000-4000-8000-\d{9}(\d{3})/g, "UUID-$1"));
}

beforeEach(async () => {
  worlds = 0;
  served = new Map();
  forgetTargets();
  bench = await startBench({
    origin: HERE,
    answer: (url) => {
      const document = served.get(url);
      return document === undefined
        ? new Response(null, { status: 404 })
        : new Response(JSON.stringify(document), { headers: { "content-type": "application/activity+json" } });
    },
  });
  bench.setTime(BEGIN + ACTIVITIES * STEP_MS);
});

describe("activities that name what they are about", () => {
  it("leave the same in any order as in the order in which they were said", { timeout: 300_000 }, async () => {
    const run = fc.record({
      events: fc.array(anEvent, { minLength: ACTIVITIES, maxLength: ACTIVITIES }),
      places: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: ACTIVITIES, maxLength: ACTIVITIES }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ events, places }) => {
        const [inOrder, mixed] = [await makeWorld(), await makeWorld()];
        const [first, second] = [tell(inOrder, events), tell(mixed, events)];
        served = new Map([...first.documents, ...second.documents]);
        // One of ten comes twice.
        const arriving = second.activities.flatMap((activity, index) => [
          { activity, place: places[index] ?? 0 },
          ...(index % 10 === 0 ? [{ activity, place: places.at(-1 - index) ?? 0 }] : []),
        ]);
        await applyAll(first.activities);
        await applyAll(arriving.toSorted((a, b) => a.place - b.place).map(({ activity }) => activity));
        const expected = (await stateOf(inOrder)) as Record<string, unknown[]>;
        expect(await stateOf(mixed)).toEqual(expected);
        // It isn't the same because nothing happened.
        for (const [kind, found] of Object.entries(expected)) {
          expect(found.length, kind).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
