import type { VideoFile } from "../../../contract/video";
import { createBlobStore } from "./blob-store";
import { FETCH_WHOLE_BYTES, readAhead, requestedRange } from "./read-ahead";
import { hearOnlyOwnRequests, markedUrl, startStreamWorker } from "./stream-worker";
import { countTraffic, noTraffic } from "./traffic";
import type { Traffic } from "./traffic";
import type { ChunkStore, StoreOptions, Torrent, TorrentFile, WebTorrentClient, WebTorrentConstructor } from "./webtorrent";

const ENGINE_URL = "/vendor/webtorrent.min.js";
/** Whom the browser asks for its own public address. */
const STUN_SERVERS = ["stun:stun.cloudflare.com:3478"];
const METADATA_TIMEOUT_MS = 15_000;

/** One file's torrent, joined. */
export interface JoinedFile {
  file: VideoFile;
  /** An address the `<video>` can play; undefined where the browser can't stream from a torrent. */
  streamUrl: string | undefined;
  progress(): number;
  /** Begins to fetch the pieces; until then the file is known and nothing of it is asked for. */
  fetch(): void;
  /** The whole file as an address, once all of it is there. */
  wholeUrl(): Promise<string>;
  /** Calls back once all pieces are there, at once if they are already. */
  whenDone(callback: () => void): void;
  leave(): void;
}

export interface SwarmClient {
  traffic: Traffic;
  /** Joins the swarm of a file; rejects if its torrent can't be had. Joining again gives the same. */
  join(file: VideoFile): Promise<JoinedFile>;
  /** Says goodbye to the tracker and to all peers. */
  destroy(): void;
}

/** Whether this browser can exchange pieces with others at all. */
export function canShare(): boolean {
  return typeof RTCPeerConnection === "function" && typeof WebSocket === "function" && globalThis.crypto?.subtle !== undefined;
}

/** Loads WebTorrent and makes a client of it; rejects where the engine can't be loaded. */
export async function startSwarmClient(): Promise<SwarmClient> {
  const [{ default: WebTorrent }, registration] = await Promise.all([loadEngine(), startStreamWorker()]);
  const client = new WebTorrent({
    tracker: { rtcConfig: { iceServers: STUN_SERVERS.map((urls) => ({ urls })) } },
    dht: false,
    lsd: false,
    natUpnp: false,
    natPmp: false,
  });
  // An error of the client as a whole ends it; each torrent tells its own. The player goes on by HTTP.
  client.on("error", () => {});
  const mark = crypto.randomUUID();
  const streams = registration !== undefined && serve(client, registration, mark);
  const traffic = noTraffic();
  const joined = new Map<string, Promise<JoinedFile>>();
  return {
    traffic,
    async join(file) {
      const known = joined.get(file.fileUrl);
      if (known !== undefined) {
        return known;
      }
      const joining = joinFile(client, file, traffic, streams ? mark : undefined, () => joined.delete(file.fileUrl));
      joined.set(file.fileUrl, joining);
      joining.catch(() => joined.delete(file.fileUrl));
      return joining;
    },
    destroy: () => client.destroy(),
  };
}

async function loadEngine(): Promise<{ default: WebTorrentConstructor }> {
  return import(/* @vite-ignore */ ENGINE_URL);
}

function serve(client: WebTorrentClient, registration: ServiceWorkerRegistration, mark: string): boolean {
  hearOnlyOwnRequests(mark);
  try {
    client.createServer({ controller: registration });
    return true;
  } catch {
    return false;
  }
}

/** The magnet URI with the torrent file's own address in it, so that no peer is needed to learn the pieces' hashes. */
export function magnetWithSource(file: Pick<VideoFile, "magnetUri" | "torrentUrl">): string {
  const has = /[?&]xs=/.test(file.magnetUri);
  return has || file.torrentUrl === "" ? file.magnetUri : `${file.magnetUri}&xs=${encodeURIComponent(file.torrentUrl)}`;
}

/** WebTorrent makes its store with `new`; a constructor that returns an object gives that object. */
const BlobStore = function (chunkLength: number, options: StoreOptions): ChunkStore {
  return createBlobStore(chunkLength, options);
} as unknown as new (chunkLength: number, options: StoreOptions) => ChunkStore;

async function joinFile(
  client: WebTorrentClient,
  file: VideoFile,
  traffic: Traffic,
  mark: string | undefined,
  onLeave: () => void,
): Promise<JoinedFile> {
  const whole = file.size <= FETCH_WHOLE_BYTES;
  const torrent = client.add(magnetWithSource(file), { store: BlobStore, storeCacheSlots: 0, deselect: true });
  countTraffic(torrent, traffic);
  await whenReady(torrent);
  const content = torrent.files[0];
  if (content === undefined) {
    torrent.destroy({ destroyStore: true });
    throw new Error("The torrent holds no file.");
  }
  if (!whole) {
    boundReading(torrent, content);
  }
  let isFetching = false;
  return {
    file,
    streamUrl: mark === undefined ? undefined : markedUrl(content.streamURL, mark),
    progress: () => (torrent.destroyed ? 0 : torrent.progress),
    fetch() {
      if (whole && !isFetching && !torrent.destroyed) {
        isFetching = true;
        torrent.select(0, Math.ceil(torrent.length / torrent.pieceLength) - 1, 0);
      }
    },
    async wholeUrl() {
      const blob = await content.blob();
      return URL.createObjectURL(new Blob([blob], { type: file.mimeType.split(";", 1)[0] ?? "video/mp4" }));
    },
    whenDone(callback) {
      if (torrent.done) {
        callback();
      } else {
        torrent.on("done", callback);
      }
    },
    leave() {
      onLeave();
      if (!torrent.destroyed) {
        torrent.destroy({ destroyStore: true });
      }
    },
  };
}

function boundReading(torrent: Torrent, content: TorrentFile): void {
  content.on("iterator", ({ iterator, req }, replace) => {
    if (content.done) {
      return;
    }
    iterator.destroy?.();
    const { start, end } = requestedRange(req.headers["range"], content.length);
    replace(readAhead(torrent, content, start, end));
  });
}

async function whenReady(torrent: Torrent): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error("The torrent's description couldn't be fetched in time.")), METADATA_TIMEOUT_MS);
    function fail(error: Error): void {
      clearTimeout(timer);
      if (!torrent.destroyed) {
        torrent.destroy({ destroyStore: true });
      }
      reject(error);
    }
    torrent.on("error", fail);
    // Trackers and dead WebSeeds complain here; none of it is fatal.
    torrent.on("warning", () => {});
    torrent.on("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
