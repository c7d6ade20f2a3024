import { once } from "node:events";
import parseTorrent from "parse-torrent";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startInstance, type Instance } from "../support/instance.ts";
import { publishClip } from "./publish-clip.ts";
import { stockClient, type MadeUpPeer, type StockClient } from "./stock-tracker-client.ts";

let instance: Instance;
let infoHash: string;
let ownTracker: string;
let anyTracker: string;
const clients: StockClient[] = [];

beforeAll(async () => {
  instance = await startInstance();
  const clip = await publishClip(instance, "faststart.mp4");
  const magnet = await parseTorrent(clip.magnetUri);
  infoHash = magnet.infoHash;
  ownTracker = magnet.announce[0] ?? "";
  anyTracker = `${instance.url.replace("http", "ws")}/tracker/socket`;
  expect(ownTracker).toBe(`${anyTracker}/${clip.videoUuid}`);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => new Promise<void>((resolve) => client.destroy(resolve))));
});

afterAll(async () => {
  await instance.stop();
});

async function client(announceUrl: string, name: string, hash = infoHash): Promise<StockClient> {
  const made = await stockClient(`${announceUrl}?${name}`, hash, name);
  clients.push(made);
  made.on("error", () => undefined);
  return made;
}

async function first<T>(emitter: StockClient, event: string): Promise<T> {
  const [value] = (await once(emitter, event, { signal: AbortSignal.timeout(10_000) })) as [T];
  return value;
}

interface Update {
  complete: number;
  incomplete: number;
  interval: number;
  infoHash: string;
}

describe("two stock clients", () => {
  it.each([
    ["both on the video's own socket", "own", "own"],
    ["both on the socket for any video", "any", "any"],
    ["one on each", "own", "any"],
  ])("%s: are counted, and meet by offer and answer", async (_title, pathOfA, pathOfB) => {
    const address = (path: string) => (path === "own" ? ownTracker : anyTracker);
    const a = await client(address(pathOfA), `a-${pathOfA}${pathOfB}`);
    const b = await client(address(pathOfB), `b-${pathOfA}${pathOfB}`);
    const updateOfA = first<Update>(a, "update");
    a.start({ left: 0 });
    expect(await updateOfA).toMatchObject({ complete: 1, incomplete: 0, interval: 120, infoHash });

    const met = Promise.all([first<MadeUpPeer>(a, "peer"), first<MadeUpPeer>(b, "peer")]);
    const updateOfB = first<Update>(b, "update");
    b.start({ left: 1000 });
    expect(await updateOfB).toMatchObject({ complete: 1, incomplete: 1 });
    const [fromB, fromA] = await met;
    expect(fromB.received).toEqual([{ type: "offer", sdp: `offer of ${`b-${pathOfA}${pathOfB}`.padEnd(20, "-")}` }]);
    expect(fromA.received).toEqual([{ type: "answer", sdp: `answer of ${`a-${pathOfA}${pathOfB}`.padEnd(20, "-")}` }]);

    const completed = first<Update>(b, "update");
    b.complete({ left: 0 });
    expect(await completed).toMatchObject({ complete: 2, incomplete: 0 });
    const scraped = first<Update>(a, "scrape");
    a.scrape();
    expect(await scraped).toMatchObject({ complete: 2, incomplete: 0, infoHash });
    const stopped = first<Update>(b, "update");
    b.stop();
    expect(await stopped).toMatchObject({ complete: 1, incomplete: 0 });
  });
});

describe("another instance's torrent", () => {
  it.each(["own", "any"])("is refused (%s)", async (path) => {
    const stranger = await client(path === "own" ? ownTracker : anyTracker, `stranger-${path}`, "12".repeat(20));
    const warning = first<Error>(stranger, "warning");
    stranger.start();
    expect((await warning).message).toContain("unknown info_hash");
  });
});
