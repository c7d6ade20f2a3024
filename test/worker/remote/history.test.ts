import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { resolveActor } from "../../../src/domain/remote/actors.ts";
import { readHistory, reconcileHistory, sweepHistories } from "../../../src/domain/remote/history.ts";
import { ingestVideo } from "../../../src/domain/remote/videos.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { PEERTUBE, REMOTE_VIDEO_URL, rows, startReader, UPDATED, valueOf, videoDocument } from "./support.ts";

const INSTANCE = `${PEERTUBE}/accounts/peertube`;
const OUTBOX = `${INSTANCE}/outbox`;
const HOUR = 60 * 60_000;

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader();
  valueOf(await resolveActor(reader.deps, INSTANCE));
});

function announce(video: string): JsonObject {
  return { type: "Announce", id: `${video}/announces/1`, actor: INSTANCE, object: video };
}

/** An outbox of that many pages, with two videos on each. */
function serveOutbox(pages: number): void {
  reader.answers[OUTBOX] = {
    id: OUTBOX,
    type: "OrderedCollection",
    totalItems: pages * 2,
    ...(pages > 0 && { first: `${OUTBOX}?page=1` }),
  };
  for (let page = 1; page <= pages; page++) {
    reader.answers[`${OUTBOX}?page=${page}`] = {
      id: `${OUTBOX}?page=${page}`,
      type: "OrderedCollectionPage",
      totalItems: pages * 2,
      orderedItems: [announce(`${PEERTUBE}/v/${page * 2 - 1}`), announce(`${PEERTUBE}/v/${page * 2}`)],
      ...(page < pages && { next: `${OUTBOX}?page=${page + 1}` }),
    };
  }
}

async function history(): Promise<Record<string, unknown> | undefined> {
  return (await rows("SELECT * FROM actor_histories"))[0];
}

async function askedVideos(): Promise<unknown[]> {
  const asked = await rows("SELECT payload ->> 'videoUrl' AS url FROM federation_tasks WHERE kind = 'fetch-video' ORDER BY url");
  return asked.map(({ url }) => url);
}

async function follow(state = "accepted"): Promise<void> {
  await resolveActor(reader.deps, `${reader.deps.publicUrl}/accounts/peertube`);
  await env.DB.prepare(
    "INSERT OR REPLACE INTO follows (follower_id, target_id, state, created_at, updated_at) SELECT own.id, target.id, ?, 0, 0 FROM actors AS own, actors AS target WHERE own.host IS NULL AND target.url = ?",
  )
    .bind(state, INSTANCE)
    .run();
}

test("a recorded outbox is read, and all of its videos come", async () => {
  await readHistory(reader.deps, INSTANCE);
  await reader.runTasks("read-history", "fetch-video");
  expect((await rows("SELECT url FROM videos WHERE url IS NOT NULL")).map(({ url }) => url)).toContain(REMOTE_VIDEO_URL);
  expect(await history()).toMatchObject({ state: "done", total_items: 2, items_read: 2, last_error: null });
  expect(await rows("SELECT url FROM video_shares")).toEqual([{ url: `${REMOTE_VIDEO_URL}/announces/1` }]);
});

test("one run reads one page, and whatever ends it loses nothing", async () => {
  serveOutbox(4);
  await readHistory(reader.deps, INSTANCE);
  expect(await history()).toMatchObject({ state: "running", next_page_url: `${OUTBOX}?page=1`, pages_read: 0 });
  await readHistory(reader.deps, INSTANCE);
  expect(await history()).toMatchObject({ next_page_url: `${OUTBOX}?page=2`, pages_read: 1, items_read: 2 });
  // Its host goes down: the task is tried again, and goes on where it stood.
  reader.answers[`${OUTBOX}?page=2`] = new Response(null, { status: 503 });
  await expect(readHistory(reader.deps, INSTANCE)).rejects.toThrow("503");
  expect(await history()).toMatchObject({ state: "running", next_page_url: `${OUTBOX}?page=2`, pages_read: 1 });
  serveOutbox(4);
  reader.setTime(reader.deps.now() + 20_000);
  await reader.runTasks("read-history");
  expect(await history()).toMatchObject({ state: "done", pages_read: 4, items_read: 8, next_page_url: null });
  expect(await askedVideos()).toHaveLength(8);
  expect(reader.fetched.filter((url) => url === `${OUTBOX}?page=1`)).toHaveLength(1);
});

test("pages of another host, and what others said, aren't read", async () => {
  reader.answers[OUTBOX] = { id: OUTBOX, type: "OrderedCollection", totalItems: 2, first: "https://victim.example/outbox?page=1" };
  await readHistory(reader.deps, INSTANCE);
  expect(await history()).toMatchObject({ state: "done" });
  serveOutbox(1);
  reader.answers[`${OUTBOX}?page=1`] = {
    type: "OrderedCollectionPage",
    orderedItems: [
      { ...announce(`${PEERTUBE}/v/1`), actor: "https://evil.example/users/eve" },
      { type: "Like", id: `${PEERTUBE}/l/1`, actor: INSTANCE, object: `${PEERTUBE}/v/2` },
      { type: "Create", id: `${PEERTUBE}/c/1`, actor: INSTANCE, object: { type: "Note", id: `${PEERTUBE}/n/1` } },
      announce(`${reader.deps.publicUrl}/videos/watch/393bc17b-2201-4f67-9e85-77fad24048c6`),
      "https://victim.example/1",
      null,
    ],
    next: "https://victim.example/outbox?page=2",
  };
  await readHistory(reader.deps, INSTANCE);
  await readHistory(reader.deps, INSTANCE);
  expect(await history()).toMatchObject({ state: "done" });
  expect(await askedVideos()).toEqual([]);
  expect(reader.fetched.filter((url) => url.includes("victim"))).toEqual([]);
});

test("pages that go in circles end", { timeout: 30_000 }, async () => {
  serveOutbox(2);
  reader.answers[`${OUTBOX}?page=2`] = {
    type: "OrderedCollectionPage",
    orderedItems: [announce(`${PEERTUBE}/v/1`)],
    next: `${OUTBOX}?page=1`,
  };
  await readHistory(reader.deps, INSTANCE);
  let runs = 0;
  while ((await history())?.["state"] === "running" && runs < 500) {
    runs += 1;
    reader.setTime(reader.deps.now() + 1000);
    await readHistory(reader.deps, INSTANCE);
  }
  expect(await history()).toMatchObject({ state: "done" });
});

test("an outbox that can't be read is told", async () => {
  reader.answers[OUTBOX] = new Response("<html>", { headers: { "content-type": "text/html" } });
  await readHistory(reader.deps, INSTANCE);
  expect(await history()).toMatchObject({ state: "failed", last_error: expect.stringContaining("text/html") });
});

test("what was lost comes when outboxes are compared: new ones, changed ones, until a page holds nothing new", async () => {
  await follow();
  await readHistory(reader.deps, INSTANCE);
  await reader.runTasks("read-history", "fetch-video", "sync-video");
  serveOutbox(8);
  const updated = videoDocument({ updated: new Date(UPDATED + 1000).toISOString() });
  reader.answers[`${OUTBOX}?page=1`] = {
    type: "OrderedCollectionPage",
    orderedItems: [
      { type: "Create", id: `${REMOTE_VIDEO_URL}/activity`, actor: `${PEERTUBE}/accounts/ada`, object: updated },
      announce(`${PEERTUBE}/v/1`),
    ],
    next: `${OUTBOX}?page=2`,
  };
  reader.answers[`${OUTBOX}?page=2`] = {
    type: "OrderedCollectionPage",
    orderedItems: [announce(REMOTE_VIDEO_URL)],
    next: `${OUTBOX}?page=3`,
  };
  await reconcileHistory(reader.deps, INSTANCE);
  expect(await askedVideos()).toEqual([`${PEERTUBE}/v/1`, REMOTE_VIDEO_URL]);
  expect(reader.fetched).not.toContain(`${OUTBOX}?page=3`);
});

test("followed outboxes are compared every six hours or so, others aren't", async () => {
  await follow();
  await readHistory(reader.deps, INSTANCE);
  await reader.runTasks("read-history");
  const due = Number((await history())?.["reconcile_at"]) - reader.deps.now();
  expect(due).toBeGreaterThan(4.9 * HOUR);
  expect(due).toBeLessThan(7.1 * HOUR);
  const asked = () => rows("SELECT subject FROM federation_tasks WHERE kind = 'reconcile'");
  await sweepHistories(reader.deps);
  expect(await asked()).toEqual([]);
  reader.setTime(reader.deps.now() + 8 * HOUR);
  await follow("rejected");
  await sweepHistories(reader.deps);
  expect(await asked()).toEqual([]);
  await follow();
  await sweepHistories(reader.deps);
  expect(await asked()).toEqual([{ subject: INSTANCE }]);
  expect(Number((await history())?.["reconcile_at"])).toBeGreaterThan(reader.deps.now() + 4 * HOUR);
});

test("videos that nobody spoke of for two days are looked at again", async () => {
  await follow();
  serveOutbox(0);
  await readHistory(reader.deps, INSTANCE);
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  await reconcileHistory(reader.deps, INSTANCE);
  expect(await askedVideos()).toEqual([]);
  reader.setTime(reader.deps.now() + 49 * HOUR);
  await reconcileHistory(reader.deps, INSTANCE);
  expect(await askedVideos()).toEqual([REMOTE_VIDEO_URL]);
});
