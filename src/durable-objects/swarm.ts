import { DurableObject } from "cloudflare:workers";
import { torrentsOfVideo } from "../domain/swarms/torrents";
import { networkOf } from "../protocol/network";
import { CloseCode, createTokenBucket, takeToken, type TokenBucket } from "../protocol/tracker/limits";
import { binaryOfHex, MAX_MESSAGE_CHARACTERS, parseClientMessage, type Binary20, type ClientMessage } from "../protocol/tracker/messages";
import {
  announce,
  createSwarm,
  disconnect,
  PEER_LIFETIME_MS,
  peersOf,
  restore,
  scrape,
  type Outgoing,
  type Peer,
  type SwarmState,
} from "../protocol/tracker/swarm";
import { openDatabase } from "../storage/d1/database";

/** A school or an office watches from one address (of IPv6: one /64), and these are the peers that gain most. */
const MAX_SOCKETS_PER_NETWORK = 200;
const MAX_SOCKETS = 10_000;
/** How often an unknown info-hash may make the object ask D1 whether the video has got another torrent. */
const REFRESH_INTERVAL_MS = 5_000;

/** What outlives the object's memory while it sleeps: at most 16 KiB, of which fifty peers take three. */
interface Attachment {
  connection: string;
  openedAt: number;
  peers: Peer[];
}

interface Connection {
  socket: WebSocket;
  openedAt: number;
  messages: TokenBucket;
}

/**
 * The tracker of one video, all its torrents in it; the object's name is the video's UUID. Its sockets sleep with it
 * (WebSocket Hibernation) and carry its peers in their attachments, so an idle swarm costs nothing and survives an
 * eviction. No timers: peers that went without a word are dropped when somebody else announces.
 */
export class Swarm extends DurableObject<Env> {
  readonly #swarm: SwarmState = createSwarm();
  readonly #connections = new Map<string, Connection>();
  #torrents: ReadonlySet<Binary20> = new Set();
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const torrents = new Set<Binary20>();
    for (const socket of ctx.getWebSockets()) {
      const { connection, openedAt, peers } = attachmentOf(socket);
      this.#connections.set(connection, { socket, openedAt, messages: createTokenBucket(Date.now()) });
      restore(this.#swarm, connection, peers);
      // They were checked when they were announced; waking up costs no query.
      peers.forEach((peer) => torrents.add(peer.infoHash));
    }
    this.#torrents = torrents;
  }

  /** A client's upgrade request, passed on by the worker once it knows that the video exists. */
  override fetch(request: Request): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response(null, { status: 426, headers: { upgrade: "websocket" } });
    }
    const now = Date.now();
    const network = networkOf(request.headers.get("cf-connecting-ip") ?? "unknown");
    if (this.#isFull(network)) {
      this.#closeSilent(now);
      if (this.#isFull(network)) {
        return new Response("Too many tracker connections for this video from this network.", {
          status: 429,
          headers: { "retry-after": "120" },
        });
      }
    }
    const { 0: client, 1: server } = new WebSocketPair();
    const connection = crypto.randomUUID();
    this.ctx.acceptWebSocket(server, [network]);
    this.#connections.set(connection, { socket: server, openedAt: now, messages: createTokenBucket(now) });
    server.serializeAttachment({ connection, openedAt: now, peers: [] } satisfies Attachment);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { connection } = attachmentOf(socket);
    const known = this.#connections.get(connection);
    const now = Date.now();
    if (known === undefined) {
      return;
    }
    if (!takeToken(known.messages, now)) {
      this.#close(connection, CloseCode.policyViolation, "too many messages");
      return;
    }
    if ((typeof data === "string" ? data.length : data.byteLength) > MAX_MESSAGE_CHARACTERS) {
      this.#close(connection, CloseCode.tooBig, "the message is too long");
      return;
    }
    const parsed = parseClientMessage(typeof data === "string" ? data : new TextDecoder().decode(data));
    if (parsed.ok) {
      await this.#handle(connection, parsed.message);
    } else if (parsed.error.reason === "garbage") {
      this.#close(connection, CloseCode.unsupportedData, "not a tracker message");
    } else {
      this.#send([{ to: connection, message: parsed.error.reply }]);
    }
  }

  override webSocketClose(socket: WebSocket): void {
    this.#forget(attachmentOf(socket).connection);
  }

  override webSocketError(socket: WebSocket): void {
    this.#forget(attachmentOf(socket).connection);
  }

  async #handle(connection: string, message: ClientMessage): Promise<void> {
    const infoHashes = message.action === "announce" ? [message.infoHash] : message.infoHashes;
    if (infoHashes.some((infoHash) => !this.#torrents.has(infoHash))) {
      await this.#refreshTorrents();
    }
    const known = this.#connections.get(connection);
    // It may have gone during the query.
    if (known === undefined) {
      return;
    }
    if (message.action === "scrape") {
      this.#send(scrape(this.#swarm, connection, message, this.#torrents, Date.now()));
      return;
    }
    if (!this.#torrents.has(message.infoHash)) {
      const reply = {
        action: "announce",
        "failure reason": "unknown info_hash: it isn't a torrent of this video",
        info_hash: message.infoHash,
      } as const;
      this.#send([{ to: connection, message: reply }]);
      return;
    }
    this.#send(announce(this.#swarm, connection, message, Date.now(), Math.random));
    if (message.answer === undefined) {
      const attachment: Attachment = { connection, openedAt: known.openedAt, peers: peersOf(this.#swarm, connection) };
      known.socket.serializeAttachment(attachment);
    }
  }

  /** Reads the video's info-hashes again, unless that was done just now: a rendition may have been added. */
  async #refreshTorrents(): Promise<void> {
    if (this.#refreshing === undefined && Date.now() - this.#refreshedAt >= REFRESH_INTERVAL_MS) {
      this.#refreshing = torrentsOfVideo(openDatabase(this.env.DB), this.ctx.id.name ?? "")
        .then((infoHashes) => {
          this.#torrents = new Set(infoHashes.map(binaryOfHex));
          this.#refreshedAt = Date.now();
        })
        .finally(() => {
          this.#refreshing = undefined;
        });
    }
    await this.#refreshing;
  }

  #isFull(network: string): boolean {
    return this.#connections.size >= MAX_SOCKETS || this.ctx.getWebSockets(network).length >= MAX_SOCKETS_PER_NETWORK;
  }

  /** Closes the sockets that nothing was heard from for a peer's lifetime: their clients went without a close event. */
  #closeSilent(now: number): void {
    for (const [connection, { openedAt }] of this.#connections) {
      const heardAt = Math.max(openedAt, ...peersOf(this.#swarm, connection).map((peer) => peer.seenAt));
      if (now - heardAt > PEER_LIFETIME_MS) {
        this.#close(connection, CloseCode.goingAway, "silent for too long");
      }
    }
  }

  #send(messages: Outgoing[]): void {
    for (const { to, message } of messages) {
      try {
        this.#connections.get(to)?.socket.send(JSON.stringify(message));
      } catch {
        // The socket closed and its event is still to come.
        this.#forget(to);
      }
    }
  }

  #close(connection: string, code: number, reason: string): void {
    const socket = this.#connections.get(connection)?.socket;
    this.#forget(connection);
    socket?.close(code, reason);
  }

  #forget(connection: string): void {
    this.#connections.delete(connection);
    disconnect(this.#swarm, connection);
  }
}

function attachmentOf(socket: WebSocket): Attachment {
  return socket.deserializeAttachment() as Attachment;
}
