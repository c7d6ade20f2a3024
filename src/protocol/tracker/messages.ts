// The WebTorrent tracker's messages: JSON text in which binary values (info_hash, peer_id, offer_id) are strings of one
// character per byte. bittorrent-tracker's server is the protocol's only specification.

/** A 20-byte info-hash or peer id, one character (U+0000 to U+00FF) per byte. */
export type Binary20 = string;

export interface Offer {
  offerId: string;
  sdp: string;
}

export interface AnnounceMessage {
  action: "announce";
  infoHash: Binary20;
  peerId: Binary20;
  event: "started" | "completed" | "stopped" | "paused" | "update";
  /** Bytes still missing; undefined where the client doesn't say. */
  left: number | undefined;
  /** One WebRTC offer for each peer that the client would like to meet. */
  offers: Offer[];
  /** The answer to another peer's offer. */
  answer: { toPeerId: Binary20; offerId: string; sdp: string } | undefined;
}

export interface ScrapeMessage {
  action: "scrape";
  infoHashes: Binary20[];
}

export type ClientMessage = AnnounceMessage | ScrapeMessage;

/** A message that can't be used. `garbage` isn't of this protocol at all; the rest is answered with a `FailureReply`. */
export type Unusable = { reason: "garbage" } | { reason: "invalid"; reply: FailureReply };

export interface FailureReply {
  action?: "announce" | "scrape";
  "failure reason": string;
  info_hash?: Binary20;
}

export interface AnnounceReply {
  action: "announce";
  info_hash: Binary20;
  /** Seconds until the next announce is expected. */
  interval: number;
  complete: number;
  incomplete: number;
}

/** What a peer is sent of another's announce. */
export interface RelayedOffer {
  action: "announce";
  info_hash: Binary20;
  peer_id: Binary20;
  offer_id: string;
  offer: { type: "offer"; sdp: string };
}

export interface RelayedAnswer {
  action: "announce";
  info_hash: Binary20;
  peer_id: Binary20;
  offer_id: string;
  answer: { type: "answer"; sdp: string };
}

export interface ScrapeReply {
  action: "scrape";
  files: Record<Binary20, { complete: number; incomplete: number; downloaded: number }>;
  flags: { min_request_interval: number };
}

export type ServerMessage = AnnounceReply | RelayedOffer | RelayedAnswer | ScrapeReply | FailureReply;

/** Clients send at most ten offers of a few kilobytes each. */
export const MAX_MESSAGE_CHARACTERS = 128 * 1024;
export const MAX_OFFERS = 20;
const MAX_SDP_CHARACTERS = 16 * 1024;
const MAX_OFFER_ID_CHARACTERS = 64;
const MAX_SCRAPED = 50;

/** Parses a client's message; strict about what is read, indifferent to further fields. */
export function parseClientMessage(text: string): { ok: true; message: ClientMessage } | { ok: false; error: Unusable } {
  const json = text.length > MAX_MESSAGE_CHARACTERS ? undefined : parseJson(text);
  if (!isRecord(json)) {
    return { ok: false, error: { reason: "garbage" } };
  }
  switch (json.action) {
    case "announce":
      return parseAnnounce(json);
    case "scrape":
      return parseScrape(json);
    default:
      return invalid({ "failure reason": "invalid action: it is announce or scrape" });
  }
}

function parseAnnounce(json: Record<string, unknown>): ReturnType<typeof parseClientMessage> {
  const { info_hash: infoHash, peer_id: peerId } = json;
  if (!isBinary20(infoHash)) {
    return invalid({ action: "announce", "failure reason": "invalid info_hash" });
  }
  const refuse = (reason: string) => invalid({ action: "announce", "failure reason": reason, info_hash: infoHash });
  if (!isBinary20(peerId)) {
    return refuse("invalid peer_id");
  }
  const event = parseEvent(json.event);
  if (event === undefined) {
    return refuse("invalid event");
  }
  const offers = parseOffers(json.offers);
  if (offers === undefined) {
    return refuse("invalid offers");
  }
  const answer = parseAnswer(json);
  if (answer === "invalid") {
    return refuse("invalid answer, offer_id or to_peer_id");
  }
  const left = typeof json.left === "number" || (typeof json.left === "string" && json.left !== "") ? Number(json.left) : NaN;
  return {
    ok: true,
    message: { action: "announce", infoHash, peerId, event, left: Number.isNaN(left) ? undefined : left, offers, answer },
  };
}

function parseEvent(event: unknown): AnnounceMessage["event"] | undefined {
  switch (event) {
    case undefined:
    case null:
    case "":
    case "empty":
      return "update";
    case "started":
    case "completed":
    case "stopped":
    case "paused":
    case "update":
      return event;
    default:
      return undefined;
  }
}

function parseOffers(offers: unknown): Offer[] | undefined {
  if (offers === undefined || offers === null) {
    return [];
  }
  if (!Array.isArray(offers)) {
    return undefined;
  }
  const parsed: Offer[] = [];
  for (const entry of offers.slice(0, MAX_OFFERS) as unknown[]) {
    const sdp = isRecord(entry) ? sdpOf(entry.offer, "offer") : undefined;
    if (!isRecord(entry) || sdp === undefined || !isOfferId(entry.offer_id)) {
      return undefined;
    }
    parsed.push({ offerId: entry.offer_id, sdp });
  }
  return parsed;
}

function parseAnswer(json: Record<string, unknown>): AnnounceMessage["answer"] | "invalid" {
  if (json.answer === undefined || json.answer === null) {
    return undefined;
  }
  const sdp = sdpOf(json.answer, "answer");
  if (sdp === undefined || !isOfferId(json.offer_id) || !isBinary20(json.to_peer_id)) {
    return "invalid";
  }
  return { toPeerId: json.to_peer_id, offerId: json.offer_id, sdp };
}

/** A scrape of everything, which some trackers answer, is refused: to know a private video's info-hash is to be let in. */
function parseScrape(json: Record<string, unknown>): ReturnType<typeof parseClientMessage> {
  const infoHashes: unknown[] = Array.isArray(json.info_hash) ? json.info_hash : [json.info_hash];
  if (!infoHashes.every(isBinary20) || infoHashes.length === 0 || infoHashes.length > MAX_SCRAPED) {
    return invalid({ action: "scrape", "failure reason": "invalid info_hash" });
  }
  return { ok: true, message: { action: "scrape", infoHashes } };
}

function invalid(reply: FailureReply): { ok: false; error: Unusable } {
  return { ok: false, error: { reason: "invalid", reply } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBinary20(value: unknown): value is Binary20 {
  return typeof value === "string" && /^[\u0000-\u00ff]{20}$/.test(value);
}

function isOfferId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_OFFER_ID_CHARACTERS;
}

function sdpOf(description: unknown, type: "offer" | "answer"): string | undefined {
  const valid = isRecord(description) && description.type === type && typeof description.sdp === "string";
  return valid && (description.sdp as string).length <= MAX_SDP_CHARACTERS ? (description.sdp as string) : undefined;
}

/** 40 hex digits → one character per byte. */
export function binaryOfHex(hex: string): Binary20 {
  return hex.replace(/../g, (byte) => String.fromCharCode(parseInt(byte, 16)));
}

/** One character per byte → hex digits. */
export function hexOfBinary(binary: Binary20): string {
  return [...binary].map((character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
