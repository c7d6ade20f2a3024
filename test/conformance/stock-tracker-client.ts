import { EventEmitter } from "node:events";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { inProject } from "../../scripts/lib/project.ts";

// bittorrent-tracker's own client, as WebTorrent and p2p-media-loader use it. Its WebRTC for Node is a native module
// that isn't installed here, so descriptions are made up; every message is still written and read by its own code.

export interface StockClient extends EventEmitter {
  start(options?: { left?: number; numwant?: number }): void;
  update(options?: { left?: number; numwant?: number }): void;
  complete(options?: { left?: number }): void;
  stop(): void;
  scrape(): void;
  destroy(done: () => void): void;
}

/** What stands in for a WebRTC connection: makes descriptions up, and notes those of the other side. */
export class MadeUpPeer extends EventEmitter {
  readonly received: { type: string; sdp: string }[] = [];
  id = "";

  constructor(initiator: boolean, name: string) {
    super();
    if (initiator) {
      setImmediate(() => this.emit("signal", { type: "offer", sdp: `offer of ${name}` }));
    } else {
      this.on("described", () => this.emit("signal", { type: "answer", sdp: `answer of ${name}` }));
    }
  }

  signal(description: { type: string; sdp: string }): void {
    this.received.push(description);
    this.emit("described");
  }

  destroy(): void {}
}

interface StockModule<T> {
  default: T;
}

interface TrackerPrototype {
  prototype: { client: { peerId: string }; _createPeer(options?: { initiator?: boolean }): MadeUpPeer };
}

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "webrtc-polyfill") {
      const source = "export class RTCPeerConnection {}; export class RTCSessionDescription {}; export class RTCIceCandidate {};";
      return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
    }
    return next(specifier, context);
  },
});

async function importStock<T>(path: string): Promise<T> {
  // By its path: the package's entry loads a server that isn't needed.
  return ((await import(/* @vite-ignore */ pathToFileURL(inProject(`node_modules/bittorrent-tracker/${path}`)).href)) as StockModule<T>)
    .default;
}

let stock: Promise<new (options: object) => StockClient> | undefined;

async function loadStock(): Promise<new (options: object) => StockClient> {
  const tracker = await importStock<TrackerPrototype>("lib/client/websocket-tracker.js");
  tracker.prototype._createPeer = function (options) {
    return new MadeUpPeer(options?.initiator ?? false, Buffer.from(this.client.peerId, "hex").toString("latin1"));
  };
  return await importStock("client.js");
}

/** A client that announces at `announceUrl`. Clients of one address would share one socket: let them differ in their query. */
export async function stockClient(announceUrl: string, infoHash: string, name: string): Promise<StockClient> {
  stock ??= loadStock();
  const peerId = Buffer.from(name.padEnd(20, "-"), "latin1").toString("hex");
  return new (await stock)({ infoHash, peerId, announce: [announceUrl], port: 6881, wrtc: {} });
}
