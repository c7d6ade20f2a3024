import { exports } from "cloudflare:workers";
import { binaryOfHex } from "../../../src/protocol/tracker/messages";
import { ORIGIN } from "../users/support";

type Json = Record<string, unknown>;

export interface TrackerClient {
  socket: WebSocket;
  peerId: string;
  /** The next message in order of arrival; rejects after two seconds without one. */
  next(): Promise<Json>;
  /** What arrived and wasn't taken. */
  waiting(): Json[];
  /** The close code. */
  closed: Promise<number>;
  send(message: Json): void;
  announce(infoHash: string, more?: Json): void;
}

/** A tracker client over a socket that a route of the instance answered with. */
export async function connect(path: string, name: string, address = "192.0.2.1"): Promise<TrackerClient> {
  const response = await upgrade(path, address);
  if (response.webSocket === null) {
    throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
  return clientOf(response.webSocket, name);
}

export async function upgrade(path: string, address = "192.0.2.1"): Promise<Response> {
  return await exports.default.fetch(new Request(ORIGIN + path, { headers: { upgrade: "websocket", "cf-connecting-ip": address } }));
}

function clientOf(socket: WebSocket, name: string): TrackerClient {
  const peerId = name.padEnd(20, "-");
  const arrived: Json[] = [];
  const takers: ((message: Json) => void)[] = [];
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data as string) as Json;
    const taker = takers.shift();
    if (taker === undefined) {
      arrived.push(message);
    } else {
      taker(message);
    }
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", (event) => resolve(event.code));
  });
  socket.accept();
  return {
    socket,
    peerId,
    closed,
    waiting: () => arrived,
    async next() {
      const message = arrived.shift();
      if (message !== undefined) {
        return message;
      }
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name}: no message`)), 2000);
        takers.push((taken) => {
          clearTimeout(timer);
          resolve(taken);
        });
      });
    },
    send: (message) => socket.send(JSON.stringify(message)),
    announce(infoHash, more = {}) {
      socket.send(JSON.stringify({ action: "announce", info_hash: binaryOfHex(infoHash), peer_id: peerId, left: 1000, ...more }));
    },
  };
}

export function offer(id: string): Json {
  return { offer: { type: "offer", sdp: `sdp of ${id}` }, offer_id: id };
}
