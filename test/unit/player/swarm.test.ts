import { describe, expect, it } from "vitest";
import { aimFor, isAligned } from "../../../src/client/player/media/aim";
import { advanceStall } from "../../../src/client/player/media/stall-watch";
import { createBlobStore } from "../../../src/client/player/swarm/blob-store";
import { pieceWindow, readAhead, requestedRange } from "../../../src/client/player/swarm/read-ahead";
import { magnetWithSource } from "../../../src/client/player/swarm/swarm-client";
import { scopeOf } from "../../../src/client/player/swarm/stream-worker";
import type { ChunkStore, Torrent, TorrentFile } from "../../../src/client/player/swarm/webtorrent";

function get(store: ChunkStore, index: number, options?: { offset?: number; length?: number }): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => store.get(index, options, (error, piece) => (error === null ? resolve(piece) : reject(error))));
}

function put(store: ChunkStore, index: number, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => store.put(index, piece, (error) => (error === null ? resolve() : reject(error))));
}

describe("the piece store", () => {
  it("gives back pieces and parts of them, the shorter last one too", async () => {
    const store = createBlobStore(4, { length: 10 });
    await put(store, 0, new Uint8Array([1, 2, 3, 4]));
    await put(store, 2, new Uint8Array([9, 10]));
    expect([...((await get(store, 0)) ?? [])]).toEqual([1, 2, 3, 4]);
    expect([...((await get(store, 0, { offset: 1, length: 2 })) ?? [])]).toEqual([2, 3]);
    expect([...((await get(store, 2)) ?? [])]).toEqual([9, 10]);
  });

  it("refuses pieces of a wrong length, and what it doesn't have", async () => {
    const store = createBlobStore(4, { length: 10 });
    await expect(put(store, 0, new Uint8Array(3))).rejects.toThrow("3 bytes");
    await expect(put(store, 2, new Uint8Array(4))).rejects.toThrow("4 bytes");
    await expect(get(store, 1)).rejects.toThrow();
  });

  it("takes nothing once it is closed", async () => {
    const store = createBlobStore(4, { length: 10 });
    store.close();
    await expect(put(store, 0, new Uint8Array(4))).rejects.toThrow("closed");
  });
});

describe("reading ahead", () => {
  it("bounds the window by the torrent's end", () => {
    expect(pieceWindow(0, 10, 4, 100)).toEqual({ from: 0, to: 2 });
    expect(pieceWindow(95, 10, 4, 100)).toEqual({ from: 23, to: 24 });
  });

  it.each([
    ["bytes=0-", 0, 99],
    ["bytes=10-19", 10, 19],
    ["bytes=10-1000", 10, 99],
    [undefined, 0, 99],
  ])("understands the range %s", (header, start, end) => {
    expect(requestedRange(header, 100)).toEqual({ start, end });
  });

  it("yields every byte asked for once, in order, and asks for each piece once", async () => {
    const bytes = Uint8Array.from({ length: 50 }, (_, index) => index);
    const selected: number[] = [];
    const torrent = {
      pieceLength: 8,
      destroyed: false,
      select: (from: number, to: number) => selected.push(...Array.from({ length: to - from + 1 }, (_, index) => from + index)),
    } as Partial<Torrent> as Torrent;
    const file = {
      length: 50,
      async *[Symbol.asyncIterator]({ start, end }: { start: number; end: number }) {
        yield bytes.subarray(start, end + 1);
      },
    } as Partial<TorrentFile> as TorrentFile;
    const got: number[] = [];
    for await (const chunk of readAhead(torrent, file, 5, 49)) {
      got.push(...chunk);
    }
    expect(got).toEqual([...bytes.subarray(5)]);
    expect(selected).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("magnetWithSource", () => {
  it("names the torrent file where the magnet URI doesn't", () => {
    const torrentUrl = "https://video.example/t/a b.torrent";
    expect(magnetWithSource({ magnetUri: "magnet:?xt=urn:btih:aa", torrentUrl })).toBe(
      "magnet:?xt=urn:btih:aa&xs=https%3A%2F%2Fvideo.example%2Ft%2Fa%20b.torrent",
    );
    expect(magnetWithSource({ magnetUri: "magnet:?xs=http%3A%2F%2Fx&xt=urn:btih:aa", torrentUrl })).toBe(
      "magnet:?xs=http%3A%2F%2Fx&xt=urn:btih:aa",
    );
  });
});

describe("the service worker's scope", () => {
  it("is the folder of the page, not the whole instance", () => {
    expect(scopeOf("/w/t8v4X8M4UKXWoiJTCE6LGm")).toBe("/w/");
    expect(scopeOf("/videos/watch/dbb2dd33-c50c-4f52-b813-8116b125cdbc")).toBe("/videos/watch/");
  });
});

describe("the next element's aim", () => {
  it("is ahead of what moves, and on what stands", () => {
    expect(aimFor({ here: 10, moving: true, lead: 1.5, rate: 2, duration: 60 })).toBe(13);
    expect(aimFor({ here: 10, moving: false, lead: 1.5, rate: 1, duration: 60 })).toBe(10);
    expect(aimFor({ here: 59.5, moving: true, lead: 1.5, rate: 1, duration: 60 })).toBe(60);
  });

  it("holds until the picture passes it or jumps away", () => {
    expect(isAligned({ here: 10, aim: 11.5, moving: true, lead: 1.5 })).toBe(true);
    expect(isAligned({ here: 12, aim: 11.5, moving: true, lead: 1.5 })).toBe(false);
    expect(isAligned({ here: 2, aim: 11.5, moving: true, lead: 1.5 })).toBe(false);
    expect(isAligned({ here: 11.5, aim: 11.5, moving: false, lead: 1.5 })).toBe(true);
    expect(isAligned({ here: 30, aim: 11.5, moving: false, lead: 1.5 })).toBe(false);
  });
});

describe("advanceStall", () => {
  it("adds up while the picture stands unfed, and starts anew when it moves or nobody waits", () => {
    const start = { waitedMs: 0, place: 5 };
    const once = advanceStall(start, { wanting: true, fed: false, place: 5 }, 250);
    const twice = advanceStall(once, { wanting: true, fed: false, place: 5 }, 250);
    expect(twice.waitedMs).toBe(500);
    expect(advanceStall(twice, { wanting: true, fed: false, place: 5.2 }, 250).waitedMs).toBe(0);
    expect(advanceStall(twice, { wanting: true, fed: true, place: 5 }, 250).waitedMs).toBe(0);
    expect(advanceStall(twice, { wanting: false, fed: false, place: 5 }, 250).waitedMs).toBe(0);
  });
});
