import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { resolveActor } from "../../../src/domain/remote/actors.ts";
import type { ViewAddition } from "../../../src/domain/views/video-views-object.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import { recordedKeys, recordedRequests, RECORDING_ORIGIN, type RecordedRequest } from "../../support/wire.ts";
import { LOCAL_VIDEO_UUID, REMOTE_VIDEO_URL, replay, rows, seedRecordingInstance, startBench, type InboxBench } from "./support.ts";

const PT1 = "http://127.0.0.1:9001";
const TASKS = ["fetch-video", "fetch-comment", "refresh-actor"];

let bench: InboxBench;
let views: ViewAddition[];

beforeEach(async () => {
  bench = await startBench();
  bench.setTime(recordedRequests[0]?.time ?? 0);
  await seedRecordingInstance();
  views = [];
  bench.deps.videoViews = (uuid) => ({
    count: (additions) => {
      expect(uuid).toBe(LOCAL_VIDEO_UUID);
      views.push(...additions);
      return Promise.resolve();
    },
  });
});

/** Somebody of the recording instance asked to follow somebody of the PeerTube, by the Follow that its Accept repeats. */
async function askedToFollow(request: RecordedRequest): Promise<{ follower: string; target: string }> {
  const { actor: target, object } = JSON.parse(request.body) as { actor: string; object: { id: string; actor: string } };
  const name = object.actor.slice(RECORDING_ORIGIN.length + 1);
  await ensureLocalActor(
    bench.deps,
    name === "accounts/peertube" ? INSTANCE_ACTOR : { kind: "account", name: name.slice("accounts/".length) },
  );
  expect((await resolveActor(bench.deps, target)).ok).toBe(true);
  await runInDurableObject(env.ACTORS.getByName(name), (_, state) => {
    state.storage.sql.exec(
      "INSERT OR REPLACE INTO following (url, state, follow_id, created_at, dirty) VALUES (?, 'pending', ?, 0, 0)",
      target,
      object.id,
    );
  });
  await env.DB.prepare(
    `INSERT OR REPLACE INTO follows (follower_id, target_id, state, url, created_at, updated_at)
     SELECT f.id, t.id, 'pending', ?, 0, 0 FROM actors f, actors t WHERE f.url = ? AND t.url = ?`,
  )
    .bind(object.id, object.actor, target)
    .run();
  return { follower: object.actor, target };
}

async function followState(follower: string, target: string): Promise<string | undefined> {
  const [row] = await rows<{ state: string }>(
    "SELECT state FROM follows JOIN actors f ON f.id = follower_id JOIN actors t ON t.id = target_id WHERE f.url = ? AND t.url = ?",
    follower,
    target,
  );
  return row?.state;
}

async function videoAt(url: string): Promise<Record<string, unknown> | undefined> {
  return (await rows("SELECT * FROM videos WHERE url = ?", url))[0];
}

async function commentAt(url: string): Promise<Record<string, unknown> | undefined> {
  return (await rows("SELECT * FROM comments WHERE url = ?", url))[0];
}

async function rated(account: string): Promise<number | undefined> {
  const [row] = await rows<{ rating: number }>(
    "SELECT rating FROM video_rates JOIN accounts a ON a.id = account_id WHERE a.url = ?",
    account,
  );
  return row?.rating;
}

interface Body {
  type: string;
  actor: string;
  id: string;
  object: string | { type: string; id: string; name?: string; actor?: string; object?: string; content?: string; inReplyTo?: string };
}

/** What is so after an activity was applied, by its kind. */
async function expectEffect(request: RecordedRequest, body: Body, before: { views: number; abuses: number }): Promise<void> {
  const what = request.name.slice(5);
  const object = typeof body.object === "string" ? { id: body.object, type: "" } : body.object;
  switch (what) {
    case "Create_Video":
    case "Update_Video":
      expect(await videoAt(object.id), request.name).toMatchObject({ name: object.name });
      return;
    case "Create_Note": {
      const comment = await commentAt(object.id);
      const parent = object.inReplyTo ?? "";
      if (parent.startsWith(RECORDING_ORIGIN) || parent.startsWith(PT1)) {
        expect(comment, request.name).toMatchObject({ deleted_at: null });
      }
      return;
    }
    case "Create_Playlist":
    case "Update_Playlist":
      expect(await rows("SELECT name FROM playlists WHERE url = ?", object.id), request.name).toEqual([{ name: object.name }]);
      return;
    case "Update_Person":
      expect(await rows("SELECT display_name FROM accounts WHERE url = ?", object.id)).toEqual([{ display_name: object.name }]);
      return;
    case "Update_Group":
      expect(await rows("SELECT display_name FROM channels WHERE url = ?", object.id)).toEqual([{ display_name: object.name }]);
      return;
    case "Announce":
      expect(await rows("SELECT shared FROM video_shares WHERE url = ?", body.id), request.name).toEqual([{ shared: 1 }]);
      return;
    case "Undo_Announce":
      expect(await rows("SELECT shared FROM video_shares WHERE url = ?", object.id), request.name).toEqual([{ shared: 0 }]);
      return;
    case "Like":
    case "Dislike":
      expect(await rated(body.actor), request.name).toBe(what === "Like" ? 1 : -1);
      return;
    case "Undo_Like":
    case "Undo_Dislike":
      expect(await rated(body.actor), request.name).toBe(0);
      return;
    case "Follow":
      expect(await followState(body.actor, object.id), request.name).toBe("accepted");
      return;
    case "Undo_Follow":
      expect(await followState(body.actor, (object as { object?: string }).object ?? ""), request.name).toBeUndefined();
      return;
    case "Delete":
      for (const table of ["videos", "playlists", "actors", "accounts", "channels"]) {
        expect(await rows(`SELECT url FROM ${table} WHERE url = ?`, object.id), `${request.name} ${table}`).toEqual([]);
      }
      expect(await rows("SELECT url FROM comments WHERE url = ? AND deleted_at IS NULL", object.id), request.name).toEqual([]);
      return;
    case "Flag":
      expect((await rows("SELECT id FROM abuses")).length, request.name).toBe(before.abuses + 1);
      return;
    case "View": {
      const isCounted = object.id.startsWith(RECORDING_ORIGIN) && !request.body.includes('"expires"');
      expect(views.length, request.name).toBe(before.views + (isCounted ? 1 : 0));
      return;
    }
    case "Create_WatchAction":
      expect(views.at(-1), request.name).toMatchObject({ views: 0, watchedSeconds: 5 });
      return;
    default:
      // CacheFile: taken, and nothing is kept yet. ApproveReply: of a comment that isn't here.
      expect(["Create_CacheFile", "Update_CacheFile", "Undo_Create_CacheFile", "ApproveReply"], request.name).toContain(what);
  }
}

async function state(): Promise<unknown> {
  const tables = {
    videos: "SELECT url, name, likes, dislikes, comments, updated_at FROM videos ORDER BY url",
    comments: "SELECT url, text, deleted_at, said_at FROM comments ORDER BY url",
    rates: "SELECT account_id, rating, said_at FROM video_rates ORDER BY account_id",
    shares: "SELECT url, shared, said_at FROM video_shares ORDER BY url",
    playlists:
      "SELECT p.url, p.name, count(e.id) AS elements FROM playlists p LEFT JOIN playlist_elements e ON e.playlist_id = p.id GROUP BY p.id ORDER BY p.url",
    abuses: "SELECT url, reason FROM abuses ORDER BY url",
    actors: "SELECT url, type FROM actors ORDER BY url",
    follows: "SELECT follower_id, target_id, state FROM follows ORDER BY follower_id, target_id",
  };
  return Object.fromEntries(await Promise.all(Object.entries(tables).map(async ([name, sql]) => [name, await rows(sql)] as const)));
}

describe("138 recorded activities of a real PeerTube", () => {
  it("are applied, each with its effect, and the same again changes nothing", { timeout: 180_000 }, async () => {
    for (const request of recordedRequests) {
      const body = JSON.parse(request.body) as Body;
      const answered = /^(?:Accept|Reject)$/.test(body.type) ? await askedToFollow(request) : undefined;
      const before = { views: views.length, abuses: (await rows("SELECT id FROM abuses")).length };
      expect((await replay(bench, request)).status, request.name).toBe(202);
      expect(await bench.applyQueued(), request.name).toBe(0);
      await bench.runTasks(...TASKS);
      if (answered === undefined) {
        await expectEffect(request, body, before);
      } else {
        expect(await followState(answered.follower, answered.target), request.name).toBe(body.type === "Accept" ? "accepted" : "rejected");
      }
      const once = await state();
      expect((await replay(bench, request, { delayMs: 1000 })).status).toBe(202);
      expect(await bench.applyQueued(), request.name).toBe(0);
      await bench.runTasks(...TASKS);
      expect(await state(), `${request.name}, twice`).toEqual(once);
    }
    expect(await videoAt(REMOTE_VIDEO_URL)).toBeDefined();
    // Every one of the signers became known by its document alone.
    const known = await rows<{ url: string }>("SELECT url FROM actors WHERE host IS NOT NULL");
    const gone = Object.keys(recordedKeys).filter((url) => url.includes("tmpmwsk946d"));
    expect(known.map(({ url }) => url)).toEqual(expect.arrayContaining(Object.keys(recordedKeys).filter((url) => !gone.includes(url))));
  });
});
