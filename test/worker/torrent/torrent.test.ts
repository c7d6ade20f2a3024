import bencode from "bencode";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { infoHashOf } from "../../../src/protocol/torrent/metainfo";
import { torrentInfoKey } from "../../../src/storage/r2/keys";
import { ORIGIN, request, setUpInstance } from "../users/support";
import { seedVideo } from "../webseed/seed";

interface Metainfo {
  announce: Uint8Array;
  "announce-list": Uint8Array[][];
  "url-list": Uint8Array[];
  info: { name: Uint8Array; length: number; "piece length": number; pieces: Uint8Array };
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

beforeEach(setUpInstance);

describe("a video file's torrent", () => {
  it("has the info-hash that the database names, this instance's tracker and its WebSeed", async () => {
    const video = await seedVideo();
    const response = await request(`/lazy-static/torrents/${video.torrentFilename}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/x-bittorrent");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const torrent = bencode.decode(new Uint8Array(await response.arrayBuffer())) as Metainfo;
    expect(await infoHashOf(bencode.encode(torrent.info))).toBe(video.infoHash);
    expect(text(torrent.info.name)).toBe(video.filename);
    expect(text(torrent.announce)).toBe(`${ORIGIN.replace("http", "ws")}/tracker/socket/${video.videoUuid}`);
    expect(torrent["url-list"].map(text)).toEqual([`${ORIGIN}/static/web-videos/${video.filename}`]);
  });

  it("has pieces whose SHA-1 are the WebSeed's bytes", async () => {
    const video = await seedVideo();
    const torrent = bencode.decode(
      new Uint8Array(await (await request(`/lazy-static/torrents/${video.torrentFilename}`)).arrayBuffer()),
    ) as Metainfo;
    const webSeed = text(torrent["url-list"][0]).slice(ORIGIN.length);
    const { length, "piece length": pieceLength, pieces } = torrent.info;
    for (let piece = 0; piece * pieceLength < length; piece += 1) {
      const range = `bytes=${piece * pieceLength}-${Math.min(length, (piece + 1) * pieceLength) - 1}`;
      const response = await request(webSeed, { headers: { range } });
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", await response.arrayBuffer()));
      expect(digest).toEqual(pieces.slice(piece * 20, piece * 20 + 20));
    }
  });

  it("keeps its info-hash when the video is renamed", async () => {
    const video = await seedVideo();
    const path = `/lazy-static/torrents/${video.torrentFilename}`;
    const before = await (await request(path)).arrayBuffer();
    await env.DB.prepare("UPDATE videos SET name = 'Renamed'").run();
    expect(await (await request(path)).arrayBuffer()).toEqual(before);
  });

  it("is saved under the video's title", async () => {
    const video = await seedVideo({ name: "My holiday" });
    const response = await request(`/download/torrents/${video.torrentFilename}`);
    expect(response.headers.get("content-disposition")).toContain('filename="My holiday-720p.torrent"');
  });

  it("isn't found under another name, nor without its info dictionary", async () => {
    const video = await seedVideo();
    expect((await request(`/lazy-static/torrents/${video.fileUuid}-480.torrent`)).status).toBe(404);
    expect((await request(`/lazy-static/torrents/${video.filename}`)).status).toBe(404);
    expect((await request("/lazy-static/torrents/x.torrent")).status).toBe(404);
    await env.MEDIA.delete(torrentInfoKey(video.fileUuid));
    expect((await request(`/lazy-static/torrents/${video.torrentFilename}`)).status).toBe(404);
  });
});
