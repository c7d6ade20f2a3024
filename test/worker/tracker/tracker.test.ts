import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { shortUuidOf } from "../../../src/protocol/paths";
import { binaryOfHex } from "../../../src/protocol/tracker/messages";
import { request, setUpInstance } from "../users/support";
import { seedFile, seedVideo, type SeededVideo } from "../webseed/seed";
import { connect, offer, upgrade, type TrackerClient } from "./client";

let video: SeededVideo;

beforeEach(async () => {
  await setUpInstance();
  video = await seedVideo({ size: 10 });
});

function ownPath(): string {
  return `/tracker/socket/${video.videoUuid}`;
}

async function announced(client: TrackerClient, infoHash = video.infoHash, more = {}): Promise<Record<string, unknown>> {
  client.announce(infoHash, more);
  return await client.next();
}

/** Two peers meet: `b` offers, `a` answers. */
async function exchange(a: TrackerClient, b: TrackerClient): Promise<void> {
  const info_hash = binaryOfHex(video.infoHash);
  await announced(b, video.infoHash, { offers: [offer("from b")] });
  expect(await a.next()).toEqual({
    action: "announce",
    info_hash,
    peer_id: b.peerId,
    offer_id: "from b",
    offer: { type: "offer", sdp: "sdp of from b" },
  });
  a.announce(video.infoHash, { to_peer_id: b.peerId, offer_id: "from b", answer: { type: "answer", sdp: "yes" } });
  expect(await b.next()).toEqual({
    action: "announce",
    info_hash,
    peer_id: a.peerId,
    offer_id: "from b",
    answer: { type: "answer", sdp: "yes" },
  });
  expect([...a.waiting(), ...b.waiting()]).toEqual([]);
}

describe.each([
  ["the video's own socket", "the video's own socket", ownPath, ownPath],
  ["the socket for any video", "the socket for any video", () => "/tracker/socket", () => "/tracker/socket"],
  ["the one", "the other", ownPath, () => "/tracker/socket"],
])("peers on %s and %s", (_a, _b, pathOfA, pathOfB) => {
  it("are counted and exchange offer and answer", async () => {
    const a = await connect(pathOfA(), "a");
    const b = await connect(pathOfB(), "b");
    const info_hash = binaryOfHex(video.infoHash);
    expect(await announced(a, video.infoHash, { left: 0 })).toEqual({
      action: "announce",
      info_hash,
      interval: 120,
      complete: 1,
      incomplete: 0,
    });
    expect(await announced(b)).toMatchObject({ complete: 1, incomplete: 1 });
    await exchange(a, b);
  });

  it("are gone when their socket is", async () => {
    const a = await connect(pathOfA(), "a");
    const b = await connect(pathOfB(), "b");
    await announced(a);
    await announced(b);
    a.socket.close(1000);
    await expect.poll(async () => (await announced(b)).incomplete).toBe(1);
  });
});

describe("the address", () => {
  it("may hold the short UUID, a trailing slash and a query", async () => {
    for (const path of [
      `/tracker/socket/${shortUuidOf(video.videoUuid)}`,
      `${ownPath()}/`,
      `${ownPath()}?x=1`,
      "/tracker/socket/",
      "/tracker/socket?x=1",
    ]) {
      expect([path, (await announced(await connect(path, "a"))).interval]).toEqual([path, 120]);
    }
  });

  it("is 404 for a video that isn't here", async () => {
    for (const id of [crypto.randomUUID(), "1", "nonsense", shortUuidOf(crypto.randomUUID())]) {
      expect([id, (await upgrade(`/tracker/socket/${id}`)).status]).toEqual([id, 404]);
    }
  });

  it("wants a WebSocket", async () => {
    for (const path of [ownPath(), "/tracker/socket"]) {
      const response = await request(path);
      expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
    }
  });
});

describe("only this instance's torrents", () => {
  it.each([ownPath, () => "/tracker/socket"])("are tracked (%s)", async (path) => {
    const client = await connect(path(), "a");
    const info_hash = binaryOfHex("1".repeat(40));
    expect(await announced(client, "1".repeat(40))).toEqual({
      action: "announce",
      "failure reason": expect.stringContaining("unknown info_hash") as string,
      info_hash,
    });
    expect((await announced(client)).incomplete).toBe(1);
  });

  it.each([3, 4])("and none of a video that isn't open to all (privacy %i): peers can't tell who may have it", async (privacy) => {
    const closed = await seedVideo({ size: 10, privacy });
    expect((await upgrade(`/tracker/socket/${closed.videoUuid}`)).status).toBe(404);
    for (const path of [ownPath(), "/tracker/socket"]) {
      expect(await announced(await connect(path, "a"), closed.infoHash)).toHaveProperty("failure reason");
    }
  });

  it("and over a video's own socket only that video's", async () => {
    const other = await seedVideo({ size: 20 });
    const client = await connect(ownPath(), "a");
    expect(await announced(client, other.infoHash)).toHaveProperty("failure reason");
  });

  it("those of several videos go over one socket, each to its own", async () => {
    const other = await seedVideo({ size: 20 });
    const both = await connect("/tracker/socket", "both");
    await announced(both);
    await announced(both, other.infoHash, { left: 0 });
    const watcher = await connect(`/tracker/socket/${other.videoUuid}`, "watcher");
    expect(await announced(watcher, other.infoHash)).toMatchObject({ complete: 1, incomplete: 1 });
    both.send({ action: "scrape", info_hash: [video.infoHash, other.infoHash].map(binaryOfHex) });
    const files = Object.assign({}, ...[await both.next(), await both.next()].map((reply) => reply.files)) as unknown;
    expect(files).toEqual({
      [binaryOfHex(video.infoHash)]: { complete: 0, incomplete: 1, downloaded: 0 },
      [binaryOfHex(other.infoHash)]: { complete: 1, incomplete: 1, downloaded: 1 },
    });
  });

  it("a rendition that is added meanwhile is tracked too", async () => {
    const client = await connect(ownPath(), "a");
    await announced(client);
    const stub = env.SWARMS.getByName(video.videoUuid);
    const added = await seedFile(video.videoUuid, 480);
    // It asked D1 just now; a memory that is new asks again.
    await evictDurableObject(stub, { webSockets: "hibernate" });
    expect(await announced(client, added.infoHash)).toMatchObject({ complete: 0, incomplete: 1 });
    expect(await announced(client)).toMatchObject({ complete: 0, incomplete: 1 });
  });
});

describe("a swarm that slept", () => {
  it("knows its peers and goes on where it was, without asking the database", async () => {
    const a = await connect(ownPath(), "a");
    const b = await connect("/tracker/socket", "b");
    await announced(a, video.infoHash, { left: 0 });
    await announced(b);
    const stub = env.SWARMS.getByName(video.videoUuid);
    await runInDurableObject(stub, (instance) => Object.assign(instance, { awake: true }));
    await evictDurableObject(stub, { webSockets: "hibernate" });
    await env.DB.prepare("DELETE FROM video_files").run();
    expect(await announced(b)).toMatchObject({ complete: 1, incomplete: 1 });
    await exchange(a, b);
    expect(await runInDurableObject(stub, (instance) => "awake" in instance)).toBe(false);
  });

  it("still keeps a peer id with its connection", async () => {
    const victim = await connect(ownPath(), "victim");
    const other = await connect(ownPath(), "other");
    const thief = await connect(ownPath(), "thief");
    await announced(victim);
    await announced(other);
    await evictDurableObject(env.SWARMS.getByName(video.videoUuid), { webSockets: "hibernate" });
    thief.announce(video.infoHash, { peer_id: victim.peerId, event: "stopped" });
    await thief.next();
    await announced(other, video.infoHash, { offers: [offer("x")] });
    expect(await victim.next()).toMatchObject({ offer_id: "x" });
    expect(thief.waiting()).toEqual([]);
  });

  it("has forgotten those whose sockets closed", async () => {
    const a = await connect(ownPath(), "a");
    const b = await connect(ownPath(), "b");
    await announced(a);
    await announced(b);
    await evictDurableObject(env.SWARMS.getByName(video.videoUuid), { webSockets: "hibernate" });
    a.socket.close(1000);
    await expect.poll(async () => (await announced(b)).incomplete).toBe(1);
  });
});

describe.each([ownPath, () => "/tracker/socket"])("hostile clients", (path) => {
  it("binary frames are read like text", async () => {
    const client = await connect(path(), "a");
    const message = { action: "announce", info_hash: binaryOfHex(video.infoHash), peer_id: client.peerId, left: 0 };
    client.socket.send(new TextEncoder().encode(JSON.stringify(message)));
    expect(await client.next()).toMatchObject({ complete: 1 });
  });

  it("what isn't of the protocol closes the socket", async () => {
    for (const garbage of ["hello", "[]", new Uint8Array([255, 254])]) {
      const client = await connect(path(), "a");
      client.socket.send(garbage);
      expect(await client.closed).toBe(1003);
    }
  });

  it("what is too long closes the socket", async () => {
    const client = await connect(path(), "a");
    client.socket.send("x".repeat(200_000));
    expect(await client.closed).toBe(1009);
  });

  it("a flood closes the socket, and the peer is gone", async () => {
    const watcher = await connect(ownPath(), "watcher");
    const client = await connect(path(), "a");
    for (let index = 0; index < 300; index += 1) {
      client.announce(video.infoHash);
    }
    expect(await client.closed).toBe(1008);
    await expect.poll(async () => (await announced(watcher)).incomplete).toBe(1);
  });

  it("a wrong field is named, and the socket stays", async () => {
    const client = await connect(path(), "a");
    client.announce(video.infoHash, { event: "bogus" });
    expect(await client.next()).toEqual({ action: "announce", "failure reason": "invalid event", info_hash: binaryOfHex(video.infoHash) });
    expect((await announced(client)).incomplete).toBe(1);
  });
});

it("one network can't take all of a video's sockets", async () => {
  const clients: TrackerClient[] = [];
  for (let index = 0; index < 200; index += 1) {
    clients.push(await connect(ownPath(), `c${index}`, `2001:db8:1:2::${index.toString(16)}`));
  }
  const refused = await upgrade(ownPath(), "2001:db8:1:2:ffff::1");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "120"]);
  expect((await announced(await connect(ownPath(), "neighbour", "2001:db8:1:3::1"))).incomplete).toBe(1);
  const throughRelay = await connect("/tracker/socket", "relayed", "2001:db8:1:2::1");
  expect(await announced(throughRelay)).toMatchObject({ "failure reason": "too many connections from this address" });
  clients[0]?.socket.close(1000);
  await expect.poll(async () => (await upgrade(ownPath(), "2001:db8:1:2::1")).status).toBe(101);
});
