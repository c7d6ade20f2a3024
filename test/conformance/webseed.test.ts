import { createHash } from "node:crypto";
import { connect } from "node:net";
import parseTorrent from "parse-torrent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startInstance, type Instance } from "../support/instance.ts";
import { publishClip, type PublishedClip } from "./publish-clip.ts";

let instance: Instance;
let clip: PublishedClip;

beforeAll(async () => {
  // The very answers of what is deployed: the test profile counts bytes on their way.
  instance = await startInstance({ testProfile: false });
  clip = await publishClip(instance, "faststart.mp4", { name: "Fish & «chips»" });
});

afterAll(async () => {
  await instance.stop();
});

/** The bytes of an answer as they are on the wire, so that nothing adds or mends a header. */
async function onTheWire(method: string, headers: Record<string, string> = {}): Promise<{ head: string; body: Buffer }> {
  const { hostname, port, pathname } = new URL(clip.fileUrl);
  const lines = Object.entries({ host: `${hostname}:${port}`, connection: "close", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const chunks: Buffer[] = [];
  const socket = connect(Number(port), hostname);
  socket.end(`${method} ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`);
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
  }
  const all = Buffer.concat(chunks);
  const end = all.indexOf("\r\n\r\n");
  return { head: all.subarray(0, end).toString("latin1").toLowerCase(), body: all.subarray(end + 4) };
}

describe("on the wire", () => {
  it("the whole file has its exact length and isn't chunked", async () => {
    const { head, body } = await onTheWire("GET");
    expect(head).toContain("http/1.1 200");
    expect(head).toContain(`content-length: ${clip.bytes.length}`);
    expect(head).not.toContain("transfer-encoding");
    expect(body.equals(clip.bytes)).toBe(true);
  });

  it("a part too", async () => {
    const { head, body } = await onTheWire("GET", { range: "bytes=1000-1999" });
    expect(head).toContain("http/1.1 206");
    expect(head).toContain("content-length: 1000");
    expect(head).toContain(`content-range: bytes 1000-1999/${clip.bytes.length}`);
    expect(body.equals(clip.bytes.subarray(1000, 2000))).toBe(true);
  });

  it("HEAD has the length and no body", async () => {
    const { head, body } = await onTheWire("HEAD");
    expect(head).toContain("http/1.1 200");
    expect(head).toContain(`content-length: ${clip.bytes.length}`);
    expect(body.length).toBe(0);
  });

  it("304 has no body", async () => {
    const etag = (await fetch(clip.fileUrl, { method: "HEAD" })).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const { head, body } = await onTheWire("GET", { "if-none-match": etag });
    expect(head).toContain("http/1.1 304");
    expect(body.length).toBe(0);
  });

  it("416 says the size", async () => {
    const { head } = await onTheWire("GET", { range: `bytes=${clip.bytes.length}-` });
    expect(head).toContain("http/1.1 416");
    expect(head).toContain(`content-range: bytes */${clip.bytes.length}`);
  });
});

describe("the torrent", () => {
  it("opens in a stock parser, and agrees with the magnet", async () => {
    const torrent = await parseTorrent(new Uint8Array(await (await fetch(clip.torrentUrl)).arrayBuffer()));
    const magnet = await parseTorrent(clip.magnetUri);
    expect(torrent.infoHash).toBe(magnet.infoHash);
    expect(torrent.length).toBe(clip.bytes.length);
    expect(torrent.urlList).toEqual([clip.fileUrl]);
    expect(magnet.urlList).toEqual([clip.fileUrl]);
    expect(magnet.name).toBe("Fish & «chips»");
    expect(magnet.xs).toBe(clip.torrentUrl);
    expect(torrent.announce[0]).toBe(`${instance.url.replace("http", "ws")}/tracker/socket/${clip.videoUuid}`);
  });

  it("has the SHA-1 of each piece that the WebSeed gives", async () => {
    const torrent = await parseTorrent(new Uint8Array(await (await fetch(clip.torrentUrl)).arrayBuffer()));
    for (const [index, digest] of torrent.pieces.entries()) {
      const start = index * torrent.pieceLength;
      const end = Math.min(torrent.length, start + torrent.pieceLength) - 1;
      const piece = await fetch(torrent.urlList[0] ?? "", { headers: { range: `bytes=${start}-${end}` } });
      expect(piece.status).toBe(206);
      expect(
        createHash("sha1")
          .update(Buffer.from(await piece.arrayBuffer()))
          .digest("hex"),
      ).toBe(digest);
    }
  });

  it("keeps its info-hash and its addresses when the video is renamed", async () => {
    const before = Buffer.from(await (await fetch(clip.torrentUrl)).arrayBuffer());
    const headers = { authorization: `Bearer ${clip.accessToken}` };
    const renamed = await fetch(`${instance.url}/api/v1/videos/${clip.videoUuid}`, {
      method: "PUT",
      headers,
      body: new URLSearchParams({ name: "Renamed" }),
    });
    expect(renamed.status).toBe(204);
    expect(Buffer.from(await (await fetch(clip.torrentUrl)).arrayBuffer()).equals(before)).toBe(true);
  });
});
