import type { Torrent, TorrentFile } from "./webtorrent";

/** Up to this size a file is fetched whole, so that whoever watches can give all of it. */
export const FETCH_WHOLE_BYTES = 256 * 1024 * 1024;
/** Of a longer one, so much ahead of what is read. */
export const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** The pieces from the one that holds byte `start` to `ahead` bytes beyond, within the torrent. */
export function pieceWindow(start: number, ahead: number, pieceLength: number, length: number): { from: number; to: number } {
  const last = Math.ceil(length / pieceLength) - 1;
  const from = Math.min(Math.floor(start / pieceLength), last);
  return { from, to: Math.min(Math.floor((start + ahead) / pieceLength), last) };
}

/**
 * The bytes `start` to `end` of a file, piece by piece, asking the swarm for no more than the window ahead. WebTorrent's own reader
 * asks for everything up to the end at once, which for a two-hour film is more than the viewer may ever see.
 */
export async function* readAhead(torrent: Torrent, file: TorrentFile, start: number, end: number): AsyncGenerator<Uint8Array> {
  const { pieceLength } = torrent;
  let wanted = -1;
  for (let offset = start; offset <= end && !torrent.destroyed;) {
    const window = pieceWindow(offset, READ_AHEAD_BYTES, pieceLength, file.length);
    if (window.to > wanted) {
      torrent.select(Math.max(window.from, wanted + 1), window.to, 1);
      wanted = window.to;
    }
    const stop = Math.min(end, (Math.floor(offset / pieceLength) + 1) * pieceLength - 1);
    for await (const chunk of { [Symbol.asyncIterator]: () => file[Symbol.asyncIterator]({ start: offset, end: stop }) }) {
      yield chunk;
    }
    offset = stop + 1;
  }
}

/** The range that a request's header asks of a file; the whole file without one. */
export function requestedRange(header: string | undefined, length: number): { start: number; end: number } {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  const start = Math.min(Number(match?.[1] ?? 0), length - 1);
  const end = match?.[2] === undefined || match[2] === "" ? length - 1 : Math.min(Number(match[2]), length - 1);
  return { start, end };
}
