import type { Torrent } from "./webtorrent";

/** Bytes by where they came from and went to, since the page opened. */
export interface Traffic {
  /** Open connections to other viewers. */
  peers: number;
  fromPeers: number;
  fromWebSeed: number;
  /** Sent to other viewers. */
  uploaded: number;
}

export function noTraffic(): Traffic {
  return { peers: 0, fromPeers: 0, fromWebSeed: 0, uploaded: 0 };
}

/** Counts a torrent's bytes into `traffic`, by kind of connection. */
export function countTraffic(torrent: Torrent, traffic: Traffic): void {
  torrent.on("wire", (wire) => {
    const isServer = wire.type === "webSeed";
    if (!isServer) {
      traffic.peers += 1;
      wire.once("close", () => (traffic.peers -= 1));
    }
    wire.on("download", (bytes) => {
      if (isServer) {
        traffic.fromWebSeed += bytes;
      } else {
        traffic.fromPeers += bytes;
      }
    });
    wire.on("upload", (bytes) => {
      traffic.uploaded += isServer ? 0 : bytes;
    });
  });
}
