import { videoOfTorrent } from "../../../domain/swarms/torrents";
import { CloseCode, createTokenBucket, takeToken } from "../../../protocol/tracker/limits";
import {
  hexOfBinary,
  MAX_MESSAGE_CHARACTERS,
  parseClientMessage,
  type Binary20,
  type ClientMessage,
  type FailureReply,
} from "../../../protocol/tracker/messages";
import type { WorkerDeps } from "../../deps";

/** Each is a socket of its own to an object. A client that follows more videos at once opens another socket. */
const MAX_VIDEOS_PER_SOCKET = 20;
/** What arrives while a video's object is being reached waits; more than this is a flood. */
const MAX_WAITING_MESSAGES = 200;

/**
 * Holds a client's socket and opens one to the object of each video whose torrents it names; carries messages both
 * ways, unchanged. When one end closes all do, and the client connects again.
 */
export function relay(request: Request, deps: WorkerDeps): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  const upstreams = new Map<string, WebSocket>();
  const bucket = createTokenBucket(deps.now());
  let waiting = 0;
  let order = Promise.resolve();
  let closed = false;

  function closeAll(code: number, reason: string): void {
    if (closed) {
      return;
    }
    closed = true;
    for (const socket of [server, ...upstreams.values()]) {
      closeQuietly(socket, code, reason);
    }
  }

  function fail(reply: FailureReply): void {
    if (!closed) {
      server.send(JSON.stringify(reply));
    }
  }

  /** The socket to a video's object, opened at its first use; undefined where that isn't possible. */
  async function upstreamOf(videoUuid: string): Promise<WebSocket | undefined> {
    const known = upstreams.get(videoUuid);
    if (known !== undefined) {
      return known;
    }
    // The request's own headers go along: the object limits sockets by the client's address.
    const response = await deps.env.SWARMS.getByName(videoUuid).fetch(request.url, { headers: request.headers });
    const socket = response.webSocket;
    if (socket === null) {
      return undefined;
    }
    socket.accept();
    if (closed) {
      closeQuietly(socket, CloseCode.goingAway, "the client has gone");
      return undefined;
    }
    upstreams.set(videoUuid, socket);
    socket.addEventListener("message", (event) => {
      if (!closed) {
        server.send(event.data);
      }
    });
    socket.addEventListener("close", (event) => closeAll(event.code, event.reason));
    socket.addEventListener("error", () => closeAll(CloseCode.internalError, "the tracker had to stop"));
    return socket;
  }

  async function pass(text: string, message: ClientMessage): Promise<void> {
    for (const [videoUuid, infoHashes] of await videosOf(message, deps)) {
      const failure = (reason: string) => ({ action: message.action, "failure reason": reason, info_hash: infoHashes[0] });
      if (videoUuid === undefined) {
        fail(failure("unknown info_hash: this tracker is for the videos of this instance"));
        continue;
      }
      if (!upstreams.has(videoUuid) && upstreams.size >= MAX_VIDEOS_PER_SOCKET) {
        fail(failure("too many videos over one connection: open another"));
        continue;
      }
      const socket = await upstreamOf(videoUuid);
      if (socket === undefined) {
        fail(failure("too many connections from this address"));
        continue;
      }
      socket.send(message.action === "scrape" ? JSON.stringify({ action: "scrape", info_hash: infoHashes }) : text);
    }
  }

  server.binaryType = "arraybuffer";
  server.accept();
  server.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => {
    if (closed) {
      return;
    }
    if (!takeToken(bucket, deps.now()) || waiting >= MAX_WAITING_MESSAGES) {
      closeAll(CloseCode.policyViolation, "too many messages");
      return;
    }
    const { data } = event;
    if ((typeof data === "string" ? data.length : data.byteLength) > MAX_MESSAGE_CHARACTERS) {
      closeAll(CloseCode.tooBig, "the message is too long");
      return;
    }
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      if (parsed.error.reason === "garbage") {
        closeAll(CloseCode.unsupportedData, "not a tracker message");
      } else {
        fail(parsed.error.reply);
      }
      return;
    }
    // One after the other: an announce must not overtake the one before it.
    waiting += 1;
    order = order
      .then(async () => await pass(text, parsed.message))
      .catch((error: unknown) => {
        console.error("tracker relay", error);
        closeAll(CloseCode.internalError, "the tracker had to stop");
      })
      .finally(() => {
        waiting -= 1;
      });
  });
  server.addEventListener("close", () => closeAll(CloseCode.goingAway, "the client has gone"));
  server.addEventListener("error", () => closeAll(CloseCode.goingAway, "the client has gone"));
  return new Response(null, { status: 101, webSocket: client });
}

/** The message's info-hashes by the video that they belong to; those of no video of ours under `undefined`. */
async function videosOf(message: ClientMessage, deps: WorkerDeps): Promise<Map<string | undefined, Binary20[]>> {
  const infoHashes = message.action === "announce" ? [message.infoHash] : message.infoHashes;
  const byVideo = new Map<string | undefined, Binary20[]>();
  for (const infoHash of infoHashes) {
    const videoUuid = await videoOfTorrent(deps, hexOfBinary(infoHash));
    byVideo.set(videoUuid, [...(byVideo.get(videoUuid) ?? []), infoHash]);
  }
  return byVideo;
}

/** Codes that say that none was sent (1005, 1006) can't be sent on. */
function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code === 1005 || code === 1006 || code === 1015 ? CloseCode.goingAway : code, reason);
  } catch {
    // It is closed already.
  }
}
