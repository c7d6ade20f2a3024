import { beforeEach, expect, test } from "vitest";
import { fetchComment, ingestComment } from "../../../src/domain/remote/comments.ts";
import { ingestPlaylist } from "../../../src/domain/remote/playlists.ts";
import { ingestVideo } from "../../../src/domain/remote/videos.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocument } from "../../support/wire.ts";
import { PEERTUBE, reasonOf, REMOTE_VIDEO_URL, rows, startReader, UPDATED, valueOf, videoDocument } from "./support.ts";

const MASTODON = "https://m.example";
const EVE = `${MASTODON}/users/eve`;
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader({ [EVE]: eve() });
});

function eve(): JsonObject {
  const { publicKeyPem } = recordedDocument("actor-account")["publicKey"] as { publicKeyPem: string };
  return {
    id: EVE,
    type: "Person",
    preferredUsername: "eve",
    inbox: `${EVE}/inbox`,
    publicKey: { id: `${EVE}#main-key`, owner: EVE, publicKeyPem },
  };
}

function note(name: string, inReplyTo: string, changes: JsonObject = {}): JsonObject {
  return {
    id: `${EVE}/statuses/${name}`,
    type: "Note",
    attributedTo: EVE,
    inReplyTo,
    content: `<p>${name}</p>`,
    published: "2026-11-23T10:00:00Z",
    to: [PUBLIC],
    cc: [`${EVE}/followers`],
    ...changes,
  };
}

async function comments() {
  return await rows(
    "SELECT comments.url, comments.text, comments.is_html, parent.url AS parent, accounts.name AS author FROM comments LEFT JOIN comments AS parent ON parent.id = comments.in_reply_to_id JOIN accounts ON accounts.id = comments.account_id ORDER BY comments.url",
  );
}

test("a recorded comment is kept under its video, which is fetched for it", async () => {
  valueOf(await ingestComment(reader.deps, recordedDocument("comment-0") as JsonObject));
  expect(await comments()).toEqual([
    { url: `${REMOTE_VIDEO_URL}/comments/1`, text: "<p>First comment by <em>ada</em></p>", is_html: 1, parent: null, author: "ada" },
  ]);
  expect(await rows("SELECT comments FROM videos WHERE url = ?", REMOTE_VIDEO_URL)).toEqual([{ comments: 1 }]);
});

test("an answer brings what it answers, up to the video", async () => {
  const [first, second, third] = [note("1", REMOTE_VIDEO_URL), note("2", `${EVE}/statuses/1`), note("3", `${EVE}/statuses/2`)] as const;
  reader.answers[`${EVE}/statuses/1`] = first;
  reader.answers[`${EVE}/statuses/2`] = second;
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  valueOf(await ingestComment(reader.deps, third));
  expect((await comments()).map(({ url, parent }) => [url, parent])).toEqual([
    [`${EVE}/statuses/1`, null],
    [`${EVE}/statuses/2`, `${EVE}/statuses/1`],
    [`${EVE}/statuses/3`, `${EVE}/statuses/2`],
  ]);
  expect(await rows("SELECT count(DISTINCT thread_id) AS threads FROM comments WHERE thread_id IS NOT NULL")).toEqual([{ threads: 1 }]);
  const asked = reader.fetched.length;
  valueOf(await ingestComment(reader.deps, note("4", `${EVE}/statuses/3`)));
  expect(reader.fetched).toHaveLength(asked);
});

test("answers that go in circles, too far, or nowhere are under no video", async () => {
  reader.answers[`${EVE}/statuses/a`] = note("a", `${EVE}/statuses/b`);
  reader.answers[`${EVE}/statuses/b`] = note("b", `${EVE}/statuses/a`);
  expect(reasonOf(await ingestComment(reader.deps, `${EVE}/statuses/a`))).toBe("invalid");
  expect(reasonOf(await ingestComment(reader.deps, note("x", `${MASTODON}/nowhere`)))).toBe("gone");
  expect(reasonOf(await ingestComment(reader.deps, note("y", `${reader.deps.publicUrl}/about`)))).toBe("invalid");
  // Each answers the next, without end; within what one host is asked for at once.
  let asked = 0;
  reader = await startReader({ [EVE]: eve() });
  const endless = new Proxy(reader.answers, {
    get: (target, url) => {
      const name = /statuses\/n(\d+)$/.exec(String(url))?.[1];
      asked += name === undefined ? 0 : 1;
      return name === undefined ? Reflect.get(target, url) : note(`n${name}`, `${EVE}/statuses/n${Number(name) + 1}`);
    },
  });
  reader = await startReader(endless);
  expect(reader.answers === endless && reasonOf(await ingestComment(reader.deps, `${EVE}/statuses/n0`))).toMatch(/invalid|unreachable/);
  expect(asked).toBeLessThanOrEqual(100);
  expect(await comments()).toEqual([]);
});

test("what isn't for everybody, or isn't its author's, isn't taken", async () => {
  await ingestVideo(reader.deps, videoDocument(), UPDATED);
  const refused: JsonObject[] = [
    note("1", REMOTE_VIDEO_URL, { to: [`${EVE}/followers`], cc: [] }),
    note("1", REMOTE_VIDEO_URL, { to: [], cc: [] }),
    note("1", REMOTE_VIDEO_URL, { attributedTo: `${PEERTUBE}/accounts/ada` }),
    note("1", REMOTE_VIDEO_URL, { id: `${reader.deps.publicUrl}/videos/watch/x/comments/1` }),
    note("1", REMOTE_VIDEO_URL, { content: "<script>alert(1)</script>" }),
  ];
  for (const document of refused) {
    expect((await ingestComment(reader.deps, document)).ok).toBe(false);
  }
  // A channel says nothing.
  const channel = `${PEERTUBE}/video-channels/ada_channel`;
  const byChannel = note("1", REMOTE_VIDEO_URL, { id: `${PEERTUBE}/n/1`, attributedTo: channel });
  expect(reasonOf(await ingestComment(reader.deps, byChannel))).toBe("invalid");
  expect(await comments()).toEqual([]);
});

test("what is left of a deleted one takes it back", async () => {
  const id = `${REMOTE_VIDEO_URL}/comments/2`;
  const living = { ...(recordedDocument("comment-0") as JsonObject), id };
  valueOf(await ingestComment(reader.deps, living));
  await fetchComment(reader.deps, id);
  expect(await rows("SELECT text, deleted_at FROM comments WHERE url = ?", id)).toEqual([
    { text: "", deleted_at: Date.parse("2026-11-23T00:57:02.594Z") },
  ]);
  expect(valueOf(await ingestComment(reader.deps, living)).stored.outcome).toBe("unchanged");
});

test("a comment whose host is down is tried again; one that is gone isn't", async () => {
  reader.answers[`${EVE}/statuses/1`] = new Response(null, { status: 502 });
  await expect(fetchComment(reader.deps, `${EVE}/statuses/1`)).rejects.toThrow("502");
  await fetchComment(reader.deps, `${EVE}/statuses/unknown`);
});

test("a recorded playlist is kept with its elements", async () => {
  const playlist = recordedDocument("playlist") as JsonObject;
  const options = { saidAt: UPDATED, authorUrl: `${PEERTUBE}/accounts/ada` };
  expect(valueOf(await ingestPlaylist(reader.deps, playlist, options)).outcome).toBe("stored");
  expect(await rows("SELECT name, description, privacy, channel_id IS NOT NULL AS channel FROM playlists WHERE url IS NOT NULL")).toEqual([
    { name: "Wire playlist", description: "playlist description", privacy: 1, channel: 1 },
  ]);
  expect(
    await rows(
      "SELECT position, start_timestamp, stop_timestamp, url FROM playlist_elements JOIN videos ON videos.id = playlist_elements.video_id",
    ),
  ).toEqual([{ position: 1, start_timestamp: 1, stop_timestamp: 5, url: REMOTE_VIDEO_URL }]);
  expect(valueOf(await ingestPlaylist(reader.deps, playlist, options)).outcome).toBe("unchanged");
  expect(reasonOf(await ingestPlaylist(reader.deps, playlist, { saidAt: UPDATED + 1, authorUrl: EVE }))).toBe("refused");
});

test("a playlist waits for what can't be had now, and does without what is gone", async () => {
  const playlist = recordedDocument("playlist") as JsonObject;
  const options = { saidAt: UPDATED, authorUrl: `${PEERTUBE}/accounts/ada` };
  reader.answers[REMOTE_VIDEO_URL] = new Response(null, { status: 503 });
  expect(reasonOf(await ingestPlaylist(reader.deps, playlist, options))).toBe("unreachable");
  reader.setTime(reader.deps.now() + 20_000);
  reader.answers[REMOTE_VIDEO_URL] = new Response(null, { status: 404 });
  expect(valueOf(await ingestPlaylist(reader.deps, playlist, options)).outcome).toBe("stored");
  expect(await rows("SELECT * FROM playlist_elements")).toEqual([]);
});
