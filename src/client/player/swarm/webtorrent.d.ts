// What the player uses of WebTorrent's browser build, which the page imports by its address.

export interface Wire {
  type: "webrtc" | "webSeed" | "tcpIncoming" | "tcpOutgoing" | "utpIncoming" | "utpOutgoing";
  on(event: "download" | "upload", listener: (bytes: number) => void): void;
  once(event: "close", listener: () => void): void;
}

export interface StoreOptions {
  length: number;
}

export type StoreCallback<T> = (error: Error | null, value?: T) => void;

/** abstract-chunk-store */
export interface ChunkStore {
  chunkLength: number;
  put(index: number, piece: Uint8Array, callback?: StoreCallback<void>): void;
  get(index: number, options: { offset?: number; length?: number } | undefined, callback: StoreCallback<Uint8Array>): void;
  close(callback?: StoreCallback<void>): void;
  destroy(callback?: StoreCallback<void>): void;
}

export interface FileIteration extends AsyncIterable<Uint8Array> {
  destroy?(): void;
}

export interface TorrentFile {
  name: string;
  length: number;
  done: boolean;
  streamURL: string;
  [Symbol.asyncIterator](range: { start: number; end: number }): AsyncIterator<Uint8Array>;
  blob(): Promise<Blob>;
  on(
    event: "iterator",
    listener: (
      opened: { iterator: FileIteration; req: { headers: Record<string, string> } },
      replace: (iterable: AsyncIterable<Uint8Array>) => void,
    ) => void,
  ): void;
}

export interface Torrent {
  infoHash: string;
  files: TorrentFile[];
  wires: Wire[];
  length: number;
  pieceLength: number;
  progress: number;
  done: boolean;
  ready: boolean;
  destroyed: boolean;
  select(from: number, to: number, priority?: number): void;
  deselect(from: number, to: number): void;
  on(event: "wire", listener: (wire: Wire) => void): void;
  on(event: "done" | "ready" | "verified", listener: () => void): void;
  on(event: "warning" | "error", listener: (error: Error) => void): void;
  destroy(options: { destroyStore: boolean }, callback?: () => void): void;
}

export interface AddOptions {
  store: new (chunkLength: number, options: StoreOptions) => ChunkStore;
  storeCacheSlots: number;
  deselect: boolean;
}

export interface WebTorrentClient {
  add(torrentId: string | Uint8Array, options: AddOptions): Torrent;
  createServer(options: { controller: ServiceWorkerRegistration }): unknown;
  on(event: "error", listener: (error: Error) => void): void;
  destroy(callback?: () => void): void;
}

export type WebTorrentConstructor = new (options: {
  tracker: { rtcConfig: RTCConfiguration };
  dht: boolean;
  lsd: boolean;
  natUpnp: boolean;
  natPmp: boolean;
}) => WebTorrentClient;
