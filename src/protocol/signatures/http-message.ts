import { toBase64 } from "./keys";

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
  return `SHA-256=${toBase64(await hash("SHA-256", body))}`;
}

/** `sha-256=:…:`, the `Content-Digest` of a body (RFC 9530). */
export async function contentDigestOf(body: Uint8Array): Promise<string> {
  return `sha-256=:${toBase64(await hash("SHA-256", body))}:`;
}

/**
 * Whether the body has the digests that its headers give. Each header that is there must be right for itself, since the
 * signature may cover the one or the other. A `Digest` is `SHA-256=` and nothing else, as PeerTube has it.
 */
export async function checkDigest(headers: HttpMessage["headers"], body: Uint8Array): Promise<boolean> {
  const digest = headerOf(headers, "digest");
  const contentDigest = headerOf(headers, "content-digest");
  if (digest === undefined && contentDigest === undefined) {
    return false;
  }
  return (
    (digest === undefined || digest === (await digestOf(body))) &&
    (contentDigest === undefined || (await isContentDigest(contentDigest, body)))
  );
}

const DIGEST_ALGORITHMS: Readonly<Record<string, string>> = { "sha-256": "SHA-256", "sha-512": "SHA-512" };
const MAX_DIGESTS = 4;

/** One member of a known algorithm at least, and each of those right. */
async function isContentDigest(header: string, body: Uint8Array): Promise<boolean> {
  const members = header.split(",").map((member) => /^\s*([a-z0-9-]+)=:([A-Za-z0-9+/]+=*):\s*$/.exec(member));
  const known = members.flatMap((match) => {
    const [, name = "", value = ""] = match ?? [];
    const algorithm = Object.hasOwn(DIGEST_ALGORITHMS, name) ? DIGEST_ALGORITHMS[name] : undefined;
    return algorithm === undefined ? [] : [{ algorithm, value }];
  });
  if (members.includes(null) || known.length === 0 || known.length > MAX_DIGESTS) {
    return false;
  }
  for (const { algorithm, value } of known) {
    if (value !== toBase64(await hash(algorithm, body))) {
      return false;
    }
  }
  return true;
}

/** A header's value; undefined where there is none. */
export function headerOf(headers: HttpMessage["headers"], name: string): string | undefined {
  if (headers instanceof Headers) {
    return headers.get(name) ?? undefined;
  }
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

async function hash(algorithm: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes.slice()));
}
