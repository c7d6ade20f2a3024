import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import {
  refreshActor,
  removeActor,
  resolveActor,
  resolveHandle,
  resolveInstance,
  resolveKey,
  updateActorFrom,
} from "../../../src/domain/remote/actors.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocument } from "../../support/wire.ts";
import { ingestVideo } from "../../../src/domain/remote/videos.ts";
import { keptVideo, PEERTUBE, reasonOf, rows, startReader, UPDATED, valueOf, videoDocument } from "./support.ts";

const CHANNEL = `${PEERTUBE}/video-channels/ada_channel`;
const ACCOUNT = `${PEERTUBE}/accounts/ada`;
const INSTANCE = `${PEERTUBE}/accounts/peertube`;
const TWO_DAYS = 2 * 24 * 60 * 60_000;

let reader: Awaited<ReturnType<typeof startReader>>;

beforeEach(async () => {
  reader = await startReader();
});

function actor(name: string, changes: JsonObject = {}): JsonObject {
  return { ...(structuredClone(recordedDocument(name)) as JsonObject), ...changes };
}

/** A Person of another host. */
function person(id: string, changes: JsonObject = {}): JsonObject {
  return {
    id,
    type: "Person",
    preferredUsername: id.slice(id.lastIndexOf("/") + 1),
    inbox: `${id}/inbox`,
    publicKey: {
      id: `${id}#main-key`,
      owner: id,
      publicKeyPem: (recordedDocument("actor-account")["publicKey"] as { publicKeyPem: string }).publicKeyPem,
    },
    ...changes,
  };
}

test("a channel is kept with its owner", async () => {
  const channel = valueOf(await resolveActor(reader.deps, CHANNEL));
  expect(channel).toMatchObject({ url: CHANNEL, type: "Group", name: "ada_channel", host: "127.0.0.1:9001", accountId: null });
  expect(channel).toMatchObject({
    inboxUrl: `${CHANNEL}/inbox`,
    sharedInboxUrl: `${PEERTUBE}/inbox`,
    outboxUrl: `${CHANNEL}/outbox`,
    publicKeyId: `${CHANNEL}#main-key`,
  });
  const owner = valueOf(await resolveActor(reader.deps, ACCOUNT));
  expect(await rows("SELECT * FROM channels WHERE id = ?", channel.channelId)).toMatchObject([
    { account_id: owner.accountId, url: CHANNEL, host: "127.0.0.1:9001", display_name: "Ada channel renamed", support: "new support" },
  ]);
  expect(reader.fetched).toEqual([CHANNEL, ACCOUNT]);
});

test("an actor is read again after two days, or where that is wanted", async () => {
  await resolveActor(reader.deps, ACCOUNT);
  await resolveActor(reader.deps, ACCOUNT);
  expect(reader.fetched).toHaveLength(1);
  await resolveActor(reader.deps, ACCOUNT, { refresh: true });
  expect(reader.fetched).toHaveLength(2);
  reader.setTime(reader.deps.now() + TWO_DAYS + 1);
  reader.answers[ACCOUNT] = actor("actor-account", { name: "Ada anew" });
  const row = valueOf(await resolveActor(reader.deps, ACCOUNT));
  expect(await rows("SELECT display_name FROM accounts WHERE id = ?", row.accountId)).toEqual([{ display_name: "Ada anew" }]);
});

test("one that can't be reached is what it was; whoever wants to know what it is, isn't told", async () => {
  await resolveActor(reader.deps, ACCOUNT);
  reader.setTime(reader.deps.now() + TWO_DAYS + 1);
  reader.answers[ACCOUNT] = new Response(null, { status: 503 });
  expect(reasonOf(await resolveActor(reader.deps, ACCOUNT))).toBe("taken");
  expect(reasonOf(await resolveActor(reader.deps, ACCOUNT, { refresh: true }))).toBe("unreachable");
});

test("a channel whose owner is of another host is none, and so are those of which an owner can't be had", async () => {
  const other = "https://b.example/accounts/eve";
  for (const attributedTo of [[other], [], [{ type: "Group", id: `${PEERTUBE}/video-channels/other` }]]) {
    reader = await startReader({ [CHANNEL]: actor("actor-channel", { attributedTo }), [other]: person(other) });
    expect(valueOf(await resolveActor(reader.deps, CHANNEL)).channelId).toBeNull();
  }
});

test("another actor doesn't get the name of a known one", async () => {
  await resolveActor(reader.deps, ACCOUNT);
  const impostor = `${PEERTUBE}/users/ada`;
  reader.answers[impostor] = person(impostor);
  expect(reasonOf(await resolveActor(reader.deps, impostor))).toBe("invalid");
  expect(await rows("SELECT url FROM accounts WHERE host IS NOT NULL")).toEqual([{ url: ACCOUNT }]);
  // Nor by an Update to that name.
  const eve = `${PEERTUBE}/users/eve`;
  reader.answers[eve] = person(eve);
  expect(reasonOf(await resolveActor(reader.deps, eve))).toBe("taken");
  expect(reasonOf(await updateActorFrom(reader.deps, person(eve, { preferredUsername: "ada" })))).toBe("invalid");
  expect(await rows("SELECT name FROM accounts WHERE url = ?", eve)).toEqual([{ name: "eve" }]);
});

test("an inbox of a third host is refused, other addresses there are left out", async () => {
  const eve = "https://b.example/users/eve";
  reader.answers[eve] = person(eve, { inbox: "https://victim.example/inbox" });
  expect(reasonOf(await resolveActor(reader.deps, eve))).toBe("invalid");
  const mia = "https://c.example/users/mia";
  reader.answers[mia] = person(mia, {
    endpoints: { sharedInbox: "https://victim.example/inbox" },
    outbox: "https://victim.example/outbox",
  });
  expect(valueOf(await resolveActor(reader.deps, mia))).toMatchObject({ sharedInboxUrl: null, outboxUrl: null });
});

test("new keys are kept with the time of the change", async () => {
  const before = valueOf(await resolveActor(reader.deps, ACCOUNT));
  reader.setTime(reader.deps.now() + 1000);
  expect(valueOf(await resolveActor(reader.deps, ACCOUNT, { refresh: true })).keysChangedAt).toBe(before.keysChangedAt);
  const pem = (recordedDocument("actor-channel")["publicKey"] as { publicKeyPem: string }).publicKeyPem;
  reader.answers[ACCOUNT] = actor("actor-account", { publicKey: { id: `${ACCOUNT}#main-key`, owner: ACCOUNT, publicKeyPem: pem } });
  const after = valueOf(await resolveActor(reader.deps, ACCOUNT, { refresh: true }));
  expect(after).toMatchObject({ publicKeyPem: pem, keysChangedAt: reader.deps.now(), id: before.id });
});

test("an actor of here is told of by nobody else", async () => {
  const own = `${reader.deps.publicUrl}/accounts/root`;
  expect(valueOf(await resolveActor(reader.deps, own))).toMatchObject({ host: null, name: "root" });
  expect(reasonOf(await updateActorFrom(reader.deps, person(own)))).toBe("refused");
  expect(reasonOf(await resolveActor(reader.deps, `${reader.deps.publicUrl}/accounts/nobody`))).toBe("gone");
  expect(reader.fetched).toEqual([]);
});

test("one that is gone goes with its channels and videos; answers to its comments stay, counts are right", async () => {
  valueOf(await ingestVideo(reader.deps, videoDocument(), UPDATED));
  const account = valueOf(await resolveActor(reader.deps, ACCOUNT));
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO videos (uuid, channel_id, name, privacy, duration_ms, published_at, created_at, updated_at, comments, likes) SELECT 'local', id, 'x', 1, 1, 1, 1, 1, 2, 1 FROM channels WHERE host IS NULL LIMIT 1",
    ),
    env.DB.prepare(
      "INSERT INTO comments (id, url, video_id, account_id, text, said_at, created_at, updated_at) SELECT 1, 'https://x/1', id, ?, 'hers', 1, 1, 1 FROM videos WHERE uuid = 'local'",
    ).bind(account.accountId),
    env.DB.prepare(
      "INSERT INTO comments (id, video_id, account_id, in_reply_to_id, thread_id, text, said_at, created_at, updated_at) SELECT 2, id, (SELECT id FROM accounts WHERE name = 'root'), 1, 1, 'ours', 1, 1, 1 FROM videos WHERE uuid = 'local'",
    ),
    env.DB.prepare(
      "INSERT INTO video_rates (account_id, video_id, rating, said_at) SELECT ?, id, 1, 1 FROM videos WHERE uuid = 'local'",
    ).bind(account.accountId),
  ]);
  reader.answers[ACCOUNT] = new Response(null, { status: 410 });
  await refreshActor(reader.deps, ACCOUNT);
  expect(await keptVideo()).toBeUndefined();
  expect(await rows("SELECT url FROM actors WHERE host IS NOT NULL")).toEqual([]);
  expect(await rows("SELECT url FROM channels WHERE host IS NOT NULL")).toEqual([]);
  expect(await rows("SELECT id, account_id, text, deleted_at IS NOT NULL AS deleted FROM comments ORDER BY id")).toMatchObject([
    { id: 1, account_id: null, text: "", deleted: 1 },
    { id: 2, text: "ours", deleted: 0 },
  ]);
  expect(await rows("SELECT comments, likes FROM videos WHERE uuid = 'local'")).toEqual([{ comments: 1, likes: 0 }]);
});

test("an actor of here isn't removed", async () => {
  const own = valueOf(await resolveActor(reader.deps, `${reader.deps.publicUrl}/accounts/root`));
  await expect(removeActor(reader.deps, own)).rejects.toThrow("of here");
});

test("a handle leads to its actor by WebFinger", async () => {
  expect(valueOf(await resolveHandle(reader.deps, "@ada_channel@127.0.0.1:9001")).url).toBe(CHANNEL);
  expect(valueOf(await resolveHandle(reader.deps, "root")).host).toBeNull();
  expect(reasonOf(await resolveHandle(reader.deps, "nobody@127.0.0.1:9001"))).toBe("gone");
  expect(reasonOf(await resolveHandle(reader.deps, "not a handle"))).toBe("invalid");
});

test("a handle of one host that leads to another's actor must be confirmed there", async () => {
  const webfinger = (href: string) =>
    new Response(JSON.stringify({ subject: "x", links: [{ rel: "self", type: "application/activity+json", href }] }), {
      headers: { "content-type": "application/jrd+json" },
    });
  const ada = "https://social.example/users/ada";
  reader.answers[ada] = person(ada);
  reader.answers["http://nice.example/.well-known/webfinger?resource=acct:ada@nice.example"] = webfinger(ada);
  expect(reasonOf(await resolveHandle(reader.deps, "ada@nice.example"))).toBe("invalid");
  reader = await startReader({
    ...reader.answers,
    "http://social.example/.well-known/webfinger?resource=acct:ada@social.example": webfinger(ada),
  });
  expect(valueOf(await resolveHandle(reader.deps, "ada@nice.example")).url).toBe(ada);
});

test("an instance is found by its NodeInfo, else by PeerTube's name for it", async () => {
  expect(valueOf(await resolveInstance(reader.deps, "127.0.0.1:9001"))).toMatchObject({ url: INSTANCE, type: "Application" });
  expect(reader.fetched).toEqual([`${PEERTUBE}/.well-known/nodeinfo`, INSTANCE]);
  reader = await startReader({ [`${PEERTUBE}/.well-known/nodeinfo`]: new Response(null, { status: 404 }) });
  expect(valueOf(await resolveInstance(reader.deps, "127.0.0.1:9001")).url).toBe(INSTANCE);
  expect(reader.fetched[1]).toBe(`${PEERTUBE}/.well-known/webfinger?resource=acct:peertube@127.0.0.1:9001`);
});

test.each([ACCOUNT, `${ACCOUNT}#main-key`, "acct:ada@127.0.0.1:9001"])("the key %s leads to its actor", async (keyId) => {
  const { actor: owner, pem } = valueOf(await resolveKey(reader.deps, keyId));
  expect(owner.url).toBe(ACCOUNT);
  expect(pem).toContain("BEGIN PUBLIC KEY");
  const asked = reader.fetched.length;
  await resolveKey(reader.deps, `${ACCOUNT}#main-key`);
  expect(reader.fetched).toHaveLength(asked);
  await resolveKey(reader.deps, keyId, { refresh: true });
  expect(reader.fetched.length).toBeGreaterThan(asked);
});

test("a key with an address of its own, as GoToSocial has it, is whose its actor says it is", async () => {
  const gus = "https://gts.example/users/gus";
  const key = `${gus}/main-key`;
  const publicKey = {
    id: key,
    owner: gus,
    publicKeyPem: (recordedDocument("actor-account")["publicKey"] as { publicKeyPem: string }).publicKeyPem,
  };
  reader.answers[key] = { id: gus, type: "Person", preferredUsername: "gus", publicKey };
  reader.answers[gus] = person(gus, { publicKey });
  expect(valueOf(await resolveKey(reader.deps, key)).actor.url).toBe(gus);
  await resolveKey(reader.deps, key);
  expect(reader.fetched).toEqual([key, gus]);
  // A key that says to be somebody's, and that one doesn't know of it.
  const forged = "https://gts.example/uploads/key";
  reader.answers[forged] = { id: forged, owner: gus, publicKeyPem: publicKey.publicKeyPem };
  expect(reasonOf(await resolveKey(reader.deps, forged))).toBe("invalid");
  const foreign = "https://evil.example/key";
  reader.answers[foreign] = { id: foreign, owner: gus, publicKeyPem: publicKey.publicKeyPem };
  expect(reasonOf(await resolveKey(reader.deps, foreign))).toBe("invalid");
});
