import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import { apply, HERE, PUBLIC, seedLocalVideo, type Said } from "./world.ts";

// What other software than PeerTube sends, as it writes it.

const MASTODON = "http://mastodon.test/users/ann";
const LEMMY_GROUP = "http://lemmy.test/c/video";
const LEMMY_PERSON = "http://elsewhere.test/u/ben";
const GOTOSOCIAL = "http://gts.test/users/cyd";
const PLEROMA = "http://pleroma.test/users/dan";
const BEGIN = Date.parse("2026-11-20T00:00:00Z");

let bench: InboxBench;
let local: string;
let pages: Map<string, JsonObject>;

beforeEach(async () => {
  pages = new Map();
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
  bench.setTime(BEGIN);
  const people = [MASTODON, LEMMY_GROUP, LEMMY_PERSON, GOTOSOCIAL, PLEROMA];
  await seedActors(BEGIN, Object.fromEntries(people.map((url) => [url, `key of ${url}`])));
  await env.DB.prepare("UPDATE actors SET type = 'Group', account_id = NULL WHERE url = ?").bind(LEMMY_GROUP).run();
  local = await seedLocalVideo(1);
});

async function texts(): Promise<unknown[]> {
  return (await rows("SELECT text FROM comments WHERE deleted_at IS NULL ORDER BY id")).map(({ text }) => text);
}

async function likes(): Promise<unknown> {
  return (await rows("SELECT likes FROM videos"))[0]?.["likes"];
}

describe("Mastodon", () => {
  const id = `${MASTODON}/statuses/114`;
  const date = new Date(BEGIN).toUTCString();
  const create = (content: string): Said => ({
    "@context": ["https://www.w3.org/ns/activitystreams", { ostatus: "http://ostatus.org#", sensitive: "as:sensitive" }],
    id: `${id}/activity`,
    type: "Create",
    actor: MASTODON,
    published: "2026-11-19T23:59:00Z",
    to: PUBLIC,
    cc: [`${MASTODON}/followers`],
    object: {
      id,
      type: "Note",
      summary: null,
      inReplyTo: local,
      published: "2026-11-19T23:59:00Z",
      url: "http://mastodon.test/@ann/114",
      attributedTo: MASTODON,
      to: PUBLIC,
      cc: [`${MASTODON}/followers`],
      sensitive: false,
      content,
      contentMap: { en: content },
      attachment: [],
      tag: [{ type: "Mention", href: `${HERE}/accounts/root`, name: "@root@edgetube.test" }],
      replies: { id: `${id}/replies`, type: "Collection", first: { type: "CollectionPage", next: `${id}/replies?page=true` } },
    },
  });

  it("answers a video: its reply becomes a comment, an edit changes it, a Delete of a Tombstone takes it away", async () => {
    await apply(
      bench,
      create('<p><span class="h-card"><a href="x" class="u-url mention">@root</a></span> nice<script>alert(1)</script></p>'),
      { date },
    );
    const [text] = await texts();
    expect(text).toContain("nice");
    expect(text).not.toContain("script");
    const edited = create("<p>nicer</p>");
    const object = { ...(edited["object"] as JsonObject), updated: "2026-11-20T00:00:00Z" };
    await apply(bench, { ...edited, id: `${id}#updates/1`, type: "Update", published: "2026-11-20T00:00:00Z", object }, { date });
    expect(await texts()).toEqual([expect.stringContaining("nicer")]);
    await apply(
      bench,
      { id: `${id}#delete`, type: "Delete", actor: MASTODON, to: [PUBLIC], object: { id, type: "Tombstone", atomUri: id } },
      { date },
    );
    expect(await texts()).toEqual([]);
  });

  it("likes by ids that differ in their fragments, and takes back", async () => {
    const like: Said = { id: `${MASTODON}#likes/7`, type: "Like", actor: MASTODON, object: local };
    await apply(bench, like, { date: new Date(BEGIN - 2000).toUTCString() });
    expect(await likes()).toBe(1);
    const undo: Said = { id: `${MASTODON}#likes/7/undo`, type: "Undo", actor: MASTODON, object: { ...like } };
    await apply(bench, undo, { date: new Date(BEGIN - 1000).toUTCString() });
    expect(await likes()).toBe(0);
    // At the same second the taking back holds.
    await apply(bench, like, { date: new Date(BEGIN - 1000).toUTCString() });
    expect(await likes()).toBe(0);
    await apply(bench, { ...like, id: `${MASTODON}#likes/8` }, { date });
    expect(await likes()).toBe(1);
  });

  it("boosts and takes a boost back without harm", async () => {
    const announce = { id: `${id}/activity`, type: "Announce", actor: MASTODON, object: local, to: [PUBLIC] };
    await apply(bench, announce, { date });
    await apply(bench, { id: `${id}#undo`, type: "Undo", actor: MASTODON, object: announce }, { date });
    expect(await rows("SELECT url FROM video_shares WHERE shared = 1")).toEqual([]);
  });
});

describe("others", () => {
  it("Pleroma's note with its public audience compacted becomes a comment", async () => {
    const id = "http://pleroma.test/objects/1";
    const object = {
      id,
      type: "Note",
      attributedTo: PLEROMA,
      inReplyTo: local,
      content: "from Pleroma",
      published: "2026-11-19T00:00:00Z",
      to: ["as:Public"],
    };
    await apply(bench, { id: "http://pleroma.test/activities/1", type: "Create", actor: PLEROMA, object, to: ["as:Public"] });
    expect(await texts()).toEqual([expect.stringContaining("from Pleroma")]);
  });

  it("GoToSocial's Undo names its Like by id alone", async () => {
    await apply(
      bench,
      { id: "http://gts.test/users/cyd/liked/1", type: "Like", actor: GOTOSOCIAL, object: local },
      { date: new Date(BEGIN - 2000).toUTCString() },
    );
    expect(await likes()).toBe(1);
    await apply(bench, {
      id: "http://gts.test/users/cyd#undo",
      type: "Undo",
      actor: GOTOSOCIAL,
      object: "http://gts.test/users/cyd/liked/1",
    });
    expect(await likes()).toBe(0);
  });

  it("what a Lemmy group passes on is read where it lives, never believed", async () => {
    const id = "http://lemmy.test/comment/5";
    const note = {
      id,
      type: "Note",
      attributedTo: LEMMY_GROUP.replace("/c/video", "/u/eva"),
      inReplyTo: local,
      content: "Forged",
      published: "2026-11-19T00:00:00Z",
      to: [PUBLIC],
    };
    const author = note.attributedTo;
    await seedActors(BEGIN, { [author]: "key of eva" });
    pages.set(id, { ...note, content: "As it stands at home" });
    const announce = (inner: JsonObject): Said => ({
      id: "http://lemmy.test/activities/announce/1",
      type: "Announce",
      actor: LEMMY_GROUP,
      object: inner,
      to: [PUBLIC],
      cc: [],
    });
    await apply(bench, announce({ id: "http://lemmy.test/activities/create/1", type: "Create", actor: author, object: note }));
    await bench.runTasks("fetch-comment");
    expect(await texts()).toEqual([expect.stringContaining("As it stands at home")]);
    await apply(bench, announce({ id: "http://lemmy.test/activities/like/1", type: "Like", actor: author, object: local }));
    expect(await likes()).toBe(0);
  });

  it("a group doesn't make us ask a third host for a stranger", async () => {
    const note = {
      id: "http://elsewhere.test/comment/5",
      type: "Note",
      attributedTo: LEMMY_PERSON,
      inReplyTo: local,
      content: "x",
      published: "2026-11-19T00:00:00Z",
      to: [PUBLIC],
    };
    const inner = { id: "http://elsewhere.test/activities/1", type: "Create", actor: LEMMY_PERSON, object: note };
    await apply(bench, {
      id: "http://lemmy.test/activities/announce/2",
      type: "Announce",
      actor: LEMMY_GROUP,
      object: inner,
      to: [PUBLIC],
    });
    await bench.runTasks("fetch-comment");
    expect(bench.fetched).toEqual([]);
    expect(await texts()).toEqual([]);
  });

  it("a bare like of the group itself, or what no rule is for, does nothing", async () => {
    for (const type of ["Block", "Move", "EmojiReact", "Add", "Remove", "Question", "constructor", "__proto__", "toString"]) {
      await apply(bench, { id: `${MASTODON}#${type}`, type, actor: MASTODON, object: local });
    }
    expect(await rows("SELECT id FROM video_rates")).toEqual([]);
  });
});
