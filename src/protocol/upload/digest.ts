import { fail, ok, type ParseResult } from "./parse-result";

/** A chunk's checksum as its headers declare it; `algorithm` is what node:crypto calls it. */
export interface DeclaredDigest {
  algorithm: "sha1" | "sha256" | "md5";
  base64: string;
}

const ALGORITHMS: Record<string, { algorithm: DeclaredDigest["algorithm"]; bytes: number }> = {
  sha: { algorithm: "sha1", bytes: 20 },
  sha1: { algorithm: "sha1", bytes: 20 },
  "sha-1": { algorithm: "sha1", bytes: 20 },
  "sha-256": { algorithm: "sha256", bytes: 32 },
  sha256: { algorithm: "sha256", bytes: 32 },
  md5: { algorithm: "md5", bytes: 16 },
};

/**
 * Reads a chunk's `Digest: NAME=BASE64` (RFC 3230; the strongest where there are several) or `Content-MD5` (RFC 1864).
 * Undefined where neither was sent; a failure for an algorithm that isn't known or a value of the wrong length.
 */
export function parseChunkDigest(digest: string | null, contentMd5: string | null): ParseResult<DeclaredDigest | undefined> {
  if (digest !== null) {
    const known: ParseResult<DeclaredDigest>[] = [];
    for (const item of digest.split(",")) {
      const [, name = "", value = ""] = /^\s*([^=\s]+)=(\S*)\s*$/.exec(item) ?? [];
      const algorithm = ALGORITHMS[name.toLowerCase()];
      if (algorithm) {
        known.push(checked(algorithm, value));
      }
    }
    known.sort((a, b) => strength(b) - strength(a));
    return known[0] ?? fail("Digest names no algorithm known here; sha-256, sha1 and md5 are.");
  }
  if (contentMd5 !== null) {
    return checked({ algorithm: "md5", bytes: 16 }, contentMd5.trim());
  }
  return ok(undefined);
}

function strength(result: ParseResult<DeclaredDigest>): number {
  return result.ok ? ["md5", "sha1", "sha256"].indexOf(result.value.algorithm) : 3;
}

function checked(algorithm: { algorithm: DeclaredDigest["algorithm"]; bytes: number }, base64: string): ParseResult<DeclaredDigest> {
  const padded = base64.length % 4 === 0 ? base64 : base64 + "=".repeat(4 - (base64.length % 4));
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(padded) || (padded.replace(/=+$/, "").length * 3) >> 2 !== algorithm.bytes) {
    return fail(`The digest isn't the base64 of ${algorithm.bytes} bytes.`);
  }
  return ok({ algorithm: algorithm.algorithm, base64: padded });
}
