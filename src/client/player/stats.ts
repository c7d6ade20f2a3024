import { formatBytes } from "./format-time";

/** Where this page's bytes came from and went to. */
export interface PlayerStats {
  /** Other viewers connected now. */
  peers: number;
  /** Bytes. */
  fromPeers: number;
  /** Bytes that the torrent engine took from the server. */
  fromWebSeed: number;
  /** Bytes that the browser's own video loading took from the server: an estimate from what it has buffered. */
  fromHttp: number;
  /** Bytes sent to other viewers. */
  uploaded: number;
  /** How much of the playing file's torrent is here, 0 to 1. */
  progress: number;
  /** What the picture comes through now. */
  engine: "http" | "webtorrent";
}

/** One line under the video. */
export function statsLine(stats: PlayerStats, p2pOn: boolean): string {
  if (!p2pOn) {
    return `P2P is off · ${formatBytes(stats.fromHttp + stats.fromWebSeed)} from the server`;
  }
  const viewers = stats.peers === 1 ? "1 viewer connected" : `${stats.peers} viewers connected`;
  const parts = [
    viewers,
    `${formatBytes(stats.fromPeers)} from viewers`,
    `${formatBytes(stats.fromHttp + stats.fromWebSeed)} from the server`,
  ];
  if (stats.uploaded > 0) {
    parts.push(`${formatBytes(stats.uploaded)} sent to viewers`);
  }
  return parts.join(" · ");
}

/** Bytes of a file that the browser holds, judged by the buffered seconds; an estimate, since bytes aren't spread evenly. */
export function bufferedBytes(bufferedSeconds: number, duration: number, size: number): number {
  if (!(duration > 0) || !(bufferedSeconds > 0)) {
    return 0;
  }
  return Math.round(size * Math.min(1, bufferedSeconds / duration));
}
