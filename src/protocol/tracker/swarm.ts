import type { AnnounceMessage, Binary20, ScrapeMessage, ServerMessage } from "./messages";

// The peers of one video's torrents and what an announce does to them: no socket, clock or chance in here. State is
// changed in place (a hot video has thousands of peers); what is to be sent comes back.

/** The interval that clients are told, in seconds. PeerTube's. */
export const ANNOUNCE_INTERVAL_SECONDS = 120;
/** A peer that is silent this long has gone without a word: close events get lost. */
export const PEER_LIFETIME_MS = 2.5 * ANNOUNCE_INTERVAL_SECONDS * 1000;
/** What one connection may announce: a video has one torrent per file, and an attachment holds 16 KiB. */
export const MAX_PEERS_PER_CONNECTION = 50;
const MIN_SCRAPE_INTERVAL_SECONDS = 600;

/** One client in one torrent. */
export interface Peer {
  infoHash: Binary20;
  peerId: Binary20;
  /** It has every piece. */
  complete: boolean;
  /** When it announced last: milliseconds since 1970. */
  seenAt: number;
}

interface ConnectedPeer extends Peer {
  connection: string;
}

export interface SwarmState {
  /** info-hash → peer id → peer */
  torrents: Map<Binary20, Map<Binary20, ConnectedPeer>>;
  /** connection → its peers */
  connections: Map<string, Set<ConnectedPeer>>;
}

/** A message for a connection. */
export interface Outgoing {
  to: string;
  message: ServerMessage;
}

export function createSwarm(): SwarmState {
  return { torrents: new Map(), connections: new Map() };
}

/**
 * An announce by `connection`: records the peer, replies with the counts, passes each of its offers to another peer
 * chosen by `random` (from 0 up to 1), or its answer to the peer that it is for.
 * A peer id that another connection announces is that connection's: peers know one another's ids, and none may speak
 * for another. Such an announce is answered, and changes nothing.
 */
export function announce(state: SwarmState, connection: string, message: AnnounceMessage, now: number, random: () => number): Outgoing[] {
  const { infoHash, peerId, event } = message;
  const counts = forgetSilent(state, infoHash, now);
  const known = state.torrents.get(infoHash)?.get(peerId);
  const foreign = known !== undefined && known.connection !== connection;

  if (message.answer !== undefined) {
    return known === undefined || foreign ? [] : passAnswer(state, known, message.answer, now);
  }
  if (foreign) {
    return [reply(connection, infoHash, counts)];
  }
  if (event === "stopped") {
    if (known !== undefined) {
      remove(state, known);
    }
    return [reply(connection, infoHash, count(state, infoHash))];
  }
  if (known === undefined && (state.connections.get(connection)?.size ?? 0) >= MAX_PEERS_PER_CONNECTION) {
    const reason = "too many torrents over one connection";
    return [{ to: connection, message: { action: "announce", "failure reason": reason, info_hash: infoHash } }];
  }

  const complete = event === "completed" || (message.left === undefined ? (known?.complete ?? false) : message.left === 0);
  const peer = known ?? add(state, connection, { infoHash, peerId, complete, seenAt: now });
  peer.complete = complete;
  peer.seenAt = now;

  const others = chooseOthers(state, peer, message.offers.length, random);
  const offers = others.map((other, index): Outgoing => {
    const { offerId = "", sdp = "" } = message.offers[index] ?? {};
    return {
      to: other.connection,
      message: { action: "announce", info_hash: infoHash, peer_id: peerId, offer_id: offerId, offer: { type: "offer", sdp } },
    };
  });
  return [reply(connection, infoHash, count(state, infoHash)), ...offers];
}

function passAnswer(state: SwarmState, from: ConnectedPeer, answer: NonNullable<AnnounceMessage["answer"]>, now: number): Outgoing[] {
  from.seenAt = now;
  const to = state.torrents.get(from.infoHash)?.get(answer.toPeerId);
  if (to === undefined || to === from) {
    return [];
  }
  const { infoHash: info_hash, peerId: peer_id } = from;
  return [
    {
      to: to.connection,
      message: { action: "announce", info_hash, peer_id, offer_id: answer.offerId, answer: { type: "answer", sdp: answer.sdp } },
    },
  ];
}

/** The counts of the torrents asked for; `known` tells which are this tracker's, and the others are left out. */
export function scrape(
  state: SwarmState,
  connection: string,
  message: ScrapeMessage,
  known: ReadonlySet<Binary20>,
  now: number,
): Outgoing[] {
  const asked = message.infoHashes.filter((infoHash) => known.has(infoHash));
  const files = asked.map((infoHash) => {
    const { complete, incomplete } = forgetSilent(state, infoHash, now);
    return [infoHash, { complete, incomplete, downloaded: complete }] as const;
  });
  return [
    {
      to: connection,
      message: { action: "scrape", files: Object.fromEntries(files), flags: { min_request_interval: MIN_SCRAPE_INTERVAL_SECONDS } },
    },
  ];
}

/** The connection is closed: its peers are gone. */
export function disconnect(state: SwarmState, connection: string): void {
  for (const peer of state.connections.get(connection) ?? []) {
    remove(state, peer);
  }
}

/** A connection's peers, to be kept where they survive this memory. */
export function peersOf(state: SwarmState, connection: string): Peer[] {
  return [...(state.connections.get(connection) ?? [])].map(({ infoHash, peerId, complete, seenAt }) => ({
    infoHash,
    peerId,
    complete,
    seenAt,
  }));
}

/** Puts back what `peersOf` gave. */
export function restore(state: SwarmState, connection: string, peers: Peer[]): void {
  for (const peer of peers) {
    add(state, connection, peer);
  }
}

function add(state: SwarmState, connection: string, peer: Peer): ConnectedPeer {
  const added = { ...peer, connection };
  const torrent = state.torrents.get(peer.infoHash) ?? new Map<Binary20, ConnectedPeer>();
  state.torrents.set(peer.infoHash, torrent.set(peer.peerId, added));
  state.connections.set(connection, (state.connections.get(connection) ?? new Set()).add(added));
  return added;
}

function remove(state: SwarmState, peer: ConnectedPeer): void {
  const torrent = state.torrents.get(peer.infoHash);
  torrent?.delete(peer.peerId);
  if (torrent?.size === 0) {
    state.torrents.delete(peer.infoHash);
  }
  const ofConnection = state.connections.get(peer.connection);
  ofConnection?.delete(peer);
  if (ofConnection?.size === 0) {
    state.connections.delete(peer.connection);
  }
}

interface Counts {
  complete: number;
  incomplete: number;
}

function count(state: SwarmState, infoHash: Binary20): Counts {
  const counts = { complete: 0, incomplete: 0 };
  for (const peer of state.torrents.get(infoHash)?.values() ?? []) {
    counts[peer.complete ? "complete" : "incomplete"] += 1;
  }
  return counts;
}

function forgetSilent(state: SwarmState, infoHash: Binary20, now: number): Counts {
  for (const peer of state.torrents.get(infoHash)?.values() ?? []) {
    if (now - peer.seenAt > PEER_LIFETIME_MS) {
      remove(state, peer);
    }
  }
  return count(state, infoHash);
}

/** Up to `wanted` random peers other than `peer`. One that has everything is led to those who lack something first: two such have nothing to give each other. */
function chooseOthers(state: SwarmState, peer: ConnectedPeer, wanted: number, random: () => number): ConnectedPeer[] {
  if (wanted === 0) {
    return [];
  }
  const others = [...(state.torrents.get(peer.infoHash)?.values() ?? [])].filter((other) => other !== peer);
  if (!peer.complete) {
    return sample(others, wanted, random);
  }
  const lacking = sample(
    others.filter((other) => !other.complete),
    wanted,
    random,
  );
  const rest = sample(
    others.filter((other) => other.complete),
    wanted - lacking.length,
    random,
  );
  return [...lacking, ...rest];
}

/** `wanted` of the items in random order, each at most once (a Fisher-Yates shuffle that stops early). */
function sample<T>(items: T[], wanted: number, random: () => number): T[] {
  const pool = [...items];
  const chosen: T[] = [];
  while (chosen.length < wanted && pool.length > 0) {
    const index = Math.floor(random() * pool.length);
    const [item] = pool.splice(index, 1, ...pool.slice(-1));
    pool.pop();
    if (item !== undefined) {
      chosen.push(item);
    }
  }
  return chosen;
}

function reply(to: string, infoHash: Binary20, { complete, incomplete }: Counts): Outgoing {
  return { to, message: { action: "announce", info_hash: infoHash, interval: ANNOUNCE_INTERVAL_SECONDS, complete, incomplete } };
}
