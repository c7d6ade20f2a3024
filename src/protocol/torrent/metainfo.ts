import { concatenate } from "../bytes";
import bencode from "bencode";
import { PIECE_HASH_BYTES, pieceCount } from "./pieces";

export interface TorrentFile {
  /** The file's name as peers see it. WebSeeds are named by their whole address, so it needn't be part of one. */
  name: string;
  /** Bytes. */
  length: number;
  /** Bytes. */
  pieceLength: number;
  /** The SHA-1 digests of all pieces in order, 20 bytes each. */
  pieces: Uint8Array;
}

/**
 * The bencoded info dictionary of a torrent with one file (BEP 3) and its SHA-1, the info-hash, as 40 hex digits.
 * Throws a RangeError where the number of pieces isn't the file's.
 */
export async function buildInfo(file: TorrentFile): Promise<{ info: Uint8Array; infoHash: string }> {
  const expected = pieceCount(file.length, file.pieceLength) * PIECE_HASH_BYTES;
  if (file.pieces.byteLength !== expected) {
    throw new RangeError(
      `A file of ${file.length} bytes in pieces of ${file.pieceLength} needs ${expected} bytes of digests, not ${file.pieces.byteLength}.`,
    );
  }
  const info = bencode.encode({ length: file.length, name: file.name, "piece length": file.pieceLength, pieces: file.pieces });
  return { info, infoHash: await infoHashOf(info) };
}

/** The info-hash of a bencoded info dictionary, as 40 hex digits. */
export async function infoHashOf(info: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", info));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface MetainfoParts {
  /** The bencoded info dictionary, embedded byte for byte: the info-hash can't change. */
  info: Uint8Array;
  /** Announce addresses; the first is also `announce` for clients that read no list (BEP 12). */
  trackers: string[];
  /** Whole addresses of the file's bytes (BEP 19). */
  webSeeds: string[];
  createdBy?: string;
  /** Seconds since 1970. */
  creationDate?: number;
  comment?: string;
}

/** A `.torrent` file (BEP 3, 12 and 19). */
export function buildMetainfo(parts: MetainfoParts): Uint8Array<ArrayBuffer> {
  // bencode can't embed bytes that are already bencoded. A dictionary's keys are sorted, so two are encoded, what
  // comes before `info` and what comes after, and joined without the «e» and the «d» between them.
  const before = bencode.encode({
    announce: parts.trackers[0],
    "announce-list": parts.trackers.length > 0 ? parts.trackers.map((tracker) => [tracker]) : undefined,
    comment: parts.comment?.toWellFormed(),
    "created by": parts.createdBy,
    "creation date": parts.creationDate,
    encoding: "UTF-8",
  });
  const after = bencode.encode({ "url-list": parts.webSeeds });
  return concatenate([before.subarray(0, -1), new TextEncoder().encode("4:info"), parts.info, after.subarray(1)]);
}
