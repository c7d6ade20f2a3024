import * as fc from "fast-check";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import {
  accountAt,
  channelAt,
  deliver,
  HERE,
  noteDocument,
  said,
  seedLocalVideo,
  uuidOf,
  videoAt,
  videoDocument,
  type Said,
} from "./world.ts";

const ACTIVITIES = 1000;
const NAMES = ["ann", "ben", "cyd"];
const BATCH = 25;
const BEGIN = Date.parse("2026-11-20T00:00:00Z");
const STEP_MS = 1000;

/** One thing that somebody says, whatever the world it is said in. */
type Event =
  | { kind: "video"; what: "Create" | "Update" | "Delete"; video: number; text: number }
  | { kind: "comment"; what: "Create" | "Update" | "Delete"; comment: number; text: number }
  | { kind: "rate"; what: "Like" | "Dislike" | "Undo Like" | "Undo Dislike"; who: number; video: number }
  | { kind: "share"; what: "Announce" | "Undo"; who: number; video: number }
  | { kind: "playlist"; what: "Create" | "Update" | "Delete"; playlist: number; text: number }
  | { kind: "follow"; what: "Follow" | "Undo"; who: number; whole: boolean };

const changes = fc.constantFrom("Create", "Update", "Delete");
const number = (count: number) => fc.nat(count - 1);
const anEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("video"), what: changes, video: number(12), text: fc.nat(999) }),
  fc.record({ kind: fc.constant("comment"), what: changes, comment: number(40), text: fc.nat(999) }),
  fc.record({ kind: fc.constant("comment"), what: changes, comment: number(40), text: fc.nat(999) }),
  fc.record({
    kind: fc.constant("rate"),
    what: fc.constantFrom("Like", "Dislike", "Undo Like", "Undo Dislike"),
    who: number(3),
    video: number(2),
  }),
  fc.record({ kind: fc.constant("share"), what: fc.constantFrom("Announce", "Undo"), who: number(3), video: number(2) }),
  fc.record({ kind: fc.constant("playlist"), what: changes, playlist: number(6), text: fc.nat(999) }),
  fc.record({ kind: fc.constant("follow"), what: fc.constantFrom("Follow", "Undo"), who: number(3), whole: fc.boolean() }),
);

/** The same people, objects and local videos once for each order, so that one database holds both. */
interface World {
  /** Of each of the people an instance of their own. */
  hosts: string[];
  /** Of this instance. */
  videos: string[];
  firstRemote: number;
}

/** The account of somebody, with its host. */
function person({ hosts }: World, number: number): { host: string; name: string; account: string; channel: string } {
  const at = number % NAMES.length;
  const name = NAMES[at] ?? "";
  const host = hosts[at] ?? "";
  return { host, name, account: accountAt(host, name), channel: channelAt(host, name) };
}

function activityOf(world: World, event: Event, index: number): Said {
  const { videos, firstRemote } = world;
  const at = BEGIN + index * STEP_MS;
  switch (event.kind) {
    case "video": {
      const { host, name: owner, account: actor } = person(world, event.video);
      const url = videoAt(host, firstRemote + event.video);
      const object = videoDocument(host, firstRemote + event.video, { name: `Name ${event.text}`, owner });
      return said(at, { id: `${url}/${event.what}/${index}`, type: event.what, actor, object: event.what === "Delete" ? url : object });
    }
    case "comment": {
      const { account: actor } = person(world, event.comment);
      const id = `${actor}/comments/${event.comment}`;
      const object = noteDocument(id, actor, videos[event.comment % videos.length] ?? "", `Text ${event.text}`);
      return said(at, {
        id: `${id}/${event.what}/${index}`,
        type: event.what,
        actor,
        object: event.what === "Delete" ? { id, type: "Tombstone" } : object,
      });
    }
    case "rate": {
      const { account: actor } = person(world, event.who);
      const [first = "", second] = event.what.split(" ");
      const object = videos[event.video] ?? "";
      const id = `${actor}/rates/${event.video}`;
      return second === undefined
        ? said(at, { id: `${id}-${index}`, type: first, actor, object })
        : said(at, { id: `${id}-${index}/undo`, type: first, actor, object: { id: `${id}-${index}`, type: second, actor, object } });
    }
    case "share": {
      const { channel: actor } = person(world, event.who);
      const object = videos[event.video] ?? "";
      const id = `${actor}/announces/${event.video}`;
      return event.what === "Announce"
        ? said(at, { id, type: "Announce", actor, object })
        : said(at, { id: `${id}/undo`, type: "Undo", actor, object: { id, type: "Announce", actor, object } });
    }
    case "playlist": {
      const { host, account: actor, channel } = person(world, event.playlist);
      const uuid = uuidOf(firstRemote + 500 + event.playlist);
      const id = `http://${host}/video-playlists/${uuid}`;
      const time = "2026-11-01T00:00:00.000Z";
      const object = {
        type: "Playlist",
        id,
        uuid,
        name: `Playlist ${event.text}`,
        totalItems: 0,
        orderedItems: [],
        published: time,
        updated: time,
        attributedTo: [channel],
        to: ["https://www.w3.org/ns/activitystreams#Public"],
      };
      return said(at, { id: `${id}/${event.what}/${index}`, type: event.what, actor, object: event.what === "Delete" ? id : object });
    }
    case "follow": {
      const { account: actor } = person(world, event.who);
      const object = `${HERE}/accounts/peertube`;
      const id = `${actor}/follows/1`;
      const follow = { id, type: "Follow", actor, object };
      return event.what === "Follow" ? said(at, follow) : said(at, { id: `${id}/undo/${index}`, type: "Undo", actor, object: follow });
    }
  }
}

async function applyAll(bench: InboxBench, activities: Said[]): Promise<void> {
  for (let from = 0; from < activities.length; from += BATCH) {
    activities.slice(from, from + BATCH).forEach((activity) => deliver(bench, activity));
    expect(await bench.applyQueued()).toBe(0);
  }
}

/** What anybody could see of a world, without the numbers of rows. */
async function stateOf({ hosts, videos }: World): Promise<unknown> {
  const host = JSON.stringify(hosts);
  const [here = "", there = ""] = videos.map((url) => url.slice(-36));
  const state = {
    videos: await rows(
      "SELECT v.url, v.name, r.said_at, c.url AS channel FROM videos v JOIN remote_videos r ON r.video_id = v.id JOIN channels c ON c.id = v.channel_id WHERE c.host IN (SELECT value FROM json_each(?)) ORDER BY v.url",
      host,
    ),
    files: await rows(
      "SELECT v.url, count(*) AS files FROM videos v JOIN remote_files f ON f.video_id = v.id JOIN channels c ON c.id = v.channel_id WHERE c.host IN (SELECT value FROM json_each(?)) GROUP BY v.id ORDER BY v.url",
      host,
    ),
    counts: await rows("SELECT uuid, likes, dislikes, comments FROM videos WHERE uuid IN (?, ?) ORDER BY uuid", here, there),
    comments: await rows(
      "SELECT c.url, c.text, c.said_at, v.uuid, a.url AS author FROM comments c JOIN videos v ON v.id = c.video_id JOIN accounts a ON a.id = c.account_id WHERE a.host IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY c.url",
      host,
    ),
    rates: await rows(
      "SELECT a.url, v.uuid, r.rating, r.said_at FROM video_rates r JOIN accounts a ON a.id = r.account_id JOIN videos v ON v.id = r.video_id WHERE a.host IN (SELECT value FROM json_each(?)) ORDER BY a.url, v.uuid",
      host,
    ),
    shares: await rows(
      "SELECT a.url, v.uuid, s.shared, s.said_at FROM video_shares s JOIN actors a ON a.id = s.actor_id JOIN videos v ON v.id = s.video_id WHERE a.host IN (SELECT value FROM json_each(?)) ORDER BY a.url, v.uuid",
      host,
    ),
    playlists: await rows(
      "SELECT p.url, p.name, p.said_at FROM playlists p JOIN accounts a ON a.id = p.account_id WHERE a.host IN (SELECT value FROM json_each(?)) ORDER BY p.url",
      host,
    ),
    followers: await rows(
      "SELECT a.url, f.state FROM follows f JOIN actors a ON a.id = f.follower_id WHERE a.host IN (SELECT value FROM json_each(?)) ORDER BY a.url",
      host,
    ),
  };
  const text = hosts.reduce((json, name, index) => json.replaceAll(name, `HOST-${index}`), JSON.stringify(state));
  return JSON.parse(
    text
      .replaceAll(here, "FIRST")
      .replaceAll(there, "SECOND")
      .replaceAll(/00000000-0000-4000-8000-\d{6}(\d{6})/g, (_, digits: string) => `UUID-${Number(digits) % 1000}`),
  );
}

let bench: InboxBench;
let worlds = 0;

async function makeWorld(): Promise<World> {
  worlds += 1;
  const hosts = NAMES.map((name) => `${name}${worlds}.test`);
  const firstRemote = worlds * 1000;
  await seedActors(
    bench.deps.now(),
    Object.fromEntries(
      NAMES.flatMap((_, number) => {
        const { account, channel } = person({ hosts, videos: [], firstRemote }, number);
        return [account, channel].map((url) => [url, `key of ${url}`]);
      }),
    ),
  );
  return { hosts, firstRemote, videos: [await seedLocalVideo(firstRemote + 998), await seedLocalVideo(firstRemote + 999)] };
}

beforeEach(async () => {
  worlds = 0;
  bench = await startBench({ origin: HERE, answer: () => new Response(null, { status: 404 }) });
  bench.setTime(BEGIN + ACTIVITIES * STEP_MS);
  await ensureLocalActor(bench.deps, INSTANCE_ACTOR);
  await env.DB.prepare("DELETE FROM federation_tasks").run();
});

describe("a thousand activities", () => {
  it("leave the same in any order, with doubles and late ones, as in the order in which they were said", { timeout: 600_000 }, async () => {
    const run = fc.record({
      events: fc.array(anEvent, { minLength: ACTIVITIES, maxLength: ACTIVITIES }),
      // Where each activity arrives, and the doubles; some only after all others.
      places: fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { minLength: ACTIVITIES, maxLength: ACTIVITIES }),
      doubles: fc.array(fc.nat(ACTIVITIES - 1), { minLength: 200, maxLength: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ events, places, doubles }) => {
        const [inOrder, mixed] = [await makeWorld(), await makeWorld()];
        const inTurn = events.map((event, index) => activityOf(inOrder, event, index));
        const arriving = [
          ...events.map((event, index) => ({ activity: activityOf(mixed, event, index), place: places[index] ?? 0 })),
          ...doubles.map((index, turn) => ({
            activity: activityOf(mixed, events[index] as Event, index),
            place: places[(index + turn) % ACTIVITIES] ?? 0,
          })),
        ];
        const asTheyArrive = arriving.toSorted((a, b) => a.place - b.place).map(({ activity }) => activity);
        // At the same time, for speed alone: the worlds share nothing but the database.
        await Promise.all([applyAll(bench, inTurn), applyAll(bench, asTheyArrive)]);
        const expected = await stateOf(inOrder);
        expect(await stateOf(mixed)).toEqual(expected);
        // It isn't the same because nothing happened.
        for (const rowsOfKind of Object.values(expected as Record<string, unknown[]>)) {
          expect(rowsOfKind.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
