import { fromBase64, toBase64 } from "./keys";

// What both kinds of HTTP signature share.

/** A request, as it is signed and verified; header names in any case. */
export interface HttpMessage {
  method: string;
  /** Whole, with the query. */
  url: string;
  headers: Headers | Record<string, string>;
}

export interface MessageToSign {
  method: "GET" | "POST";
  url: string;
  /** Headers that go with it and aren't signed. */
  headers?: Record<string, string>;
  body?: string;
  keyId: string;
  privateKey: CryptoKey;
  now: Date;
}

/** How far a signature's time may lie from ours: as much as PeerTube grants. */
export const MAX_SKEW_MS = 1800 * 1000;

/** `SHA-256=…`, the `Digest` of a body (RFC 3230). */
export async function digestOf(body: Uint8Array): Promise<string> {
  return `SHA-256=${toBase64(await sha256(body))}`;
}

/** `sha-256=:…:`, the `Content-Digest` of a body (RFC 9530). */
export async function contentDigestOf(body: Uint8Array): Promise<string> {
  return `sha-256=:${toBase64(await sha256(body))}:`;
}

/** Whether the body has the digests that its headers give; with none of a known algorithm it has not. */
export async function checkDigest(headers: HttpMessage["headers"], body: Uint8Array): Promise<boolean> {
  const digest = headerOf(headers, "digest");
  const contentDigest = headerOf(headers, "content-digest");
  const given = [
    ...(digest === undefined ? [] : digest.split(",").map((entry) => /^\s*sha-256=([A-Za-z0-9+/]+=*)\s*$/i.exec(entry)?.[1])),
    ...(contentDigest === undefined
      ? []
      : contentDigest.split(",").map((entry) => /^\s*sha-256=:([A-Za-z0-9+/]+=*):\s*$/.exec(entry)?.[1])),
  ].filter((value) => value !== undefined);
  if (given.length === 0) {
    return false;
  }
  const actual = await sha256(body);
  return given.every((value) => equal(fromBase64(value), actual));
}

/** A header's value; undefined where there is none. */
export function headerOf(headers: HttpMessage["headers"], name: string): string | undefined {
  if (headers instanceof Headers) {
    return headers.get(name) ?? undefined;
  }
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice()));
}

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
