import { parseCavage, signingString, type CavageSignature } from "./http-cavage";
import { headerOf, MAX_SKEW_MS, type HttpMessage } from "./http-message";
import { parseRfc9421, signatureBase, type Rfc9421Signature } from "./http-rfc9421";
import { fromBase64, publicKeyOfMultibase, publicKeyOfPem, verifyEd25519, type PublicKey, type RsaHash } from "./keys";

/** Why a request's signature counts for nothing. */
export type SignatureRefusal =
  | { reason: "unsigned" | "unreadable" | "key-id-missing" }
  | { reason: "not-covered"; component: string }
  | { reason: "header-missing"; component: string }
  | { reason: "unknown-algorithm"; algorithm: string }
  | { reason: "out-of-time"; skewSeconds: number }
  | { reason: "expired" };

export interface ParsedSignature {
  scheme: "cavage" | "rfc9421";
  /** As it was sent: an address with or without fragment, or `acct:`. */
  keyId: string;
  /** The texts of which one must be signed: with a GET's query and, as PeerTube signs it, without. */
  candidates: string[];
  /** For RSA keys; an Ed25519 key has one of its own. */
  rsaHash: RsaHash | undefined;
  acceptsEd25519: boolean;
  signature: Uint8Array;
}

/** A public key as actors publish them. */
export interface PublishedKey {
  pem?: string | null;
  multibase?: string | null;
}

/**
 * All that can be said of a request's signature without its key: that it is one, covers what it must, and is of now. A POST must
 * cover its digest; whether the body has that digest is `checkDigest`'s to say.
 */
export function parseRequestSignature(
  message: HttpMessage,
  now: number,
): { ok: true; value: ParsedSignature } | { ok: false; error: SignatureRefusal } {
  const input = headerOf(message.headers, "signature-input");
  const authorization = headerOf(message.headers, "authorization");
  const signature =
    headerOf(message.headers, "signature") ??
    (authorization !== undefined && /^Signature\s/i.test(authorization) ? authorization : undefined);
  if (signature === undefined) {
    return refuse({ reason: "unsigned" });
  }
  if (input !== undefined) {
    const parsed = parseRfc9421(input, signature);
    return parsed === undefined ? refuse({ reason: "unreadable" }) : checkRfc9421(message, parsed, now);
  }
  const parsed = parseCavage(signature);
  return parsed === undefined ? refuse({ reason: "unreadable" }) : checkCavage(message, parsed, now);
}

function refuse(error: SignatureRefusal): { ok: false; error: SignatureRefusal } {
  return { ok: false, error };
}

const CAVAGE_ALGORITHMS: Record<string, { rsaHash: RsaHash | undefined; acceptsEd25519: boolean }> = {
  "rsa-sha256": { rsaHash: "SHA-256", acceptsEd25519: false },
  "rsa-sha512": { rsaHash: "SHA-512", acceptsEd25519: false },
  ed25519: { rsaHash: undefined, acceptsEd25519: true },
  // Derived from the key. For RSA the draft says SHA-512 with PSS, but everybody's hs2019 is PKCS #1 v1.5 with SHA-256.
  hs2019: { rsaHash: "SHA-256", acceptsEd25519: true },
};

function checkCavage(message: HttpMessage, parsed: CavageSignature, now: number): ReturnType<typeof parseRequestSignature> {
  const { covered } = parsed;
  const needed = ["(request-target)", "host", ...(message.method === "POST" ? ["digest"] : [])];
  const uncovered = needed.find((name) => !covered.includes(name));
  if (uncovered !== undefined) {
    return refuse({ reason: "not-covered", component: uncovered });
  }
  if (!covered.includes("date") && !covered.includes("(created)")) {
    return refuse({ reason: "not-covered", component: "date" });
  }
  const algorithm = Object.hasOwn(CAVAGE_ALGORITHMS, parsed.algorithm) ? CAVAGE_ALGORITHMS[parsed.algorithm] : undefined;
  if (algorithm === undefined) {
    return refuse({ reason: "unknown-algorithm", algorithm: parsed.algorithm });
  }
  const date = headerOf(message.headers, "date") ?? headerOf(message.headers, "x-date");
  const late = timeProblem({ date, created: seconds(parsed.created), expires: seconds(parsed.expires) }, now);
  if (late !== undefined) {
    return refuse(late);
  }
  const whole = signingString(message, covered, parsed, "whole");
  const byPath = message.method === "GET" ? signingString(message, covered, parsed, "path") : undefined;
  const missing = covered.find((name) => !name.startsWith("(") && headerOf(message.headers, name) === undefined);
  if (whole === undefined) {
    return refuse({ reason: "header-missing", component: missing ?? "(created)" });
  }
  const bytes = fromBase64(parsed.signature);
  if (bytes === undefined) {
    return refuse({ reason: "unreadable" });
  }
  return {
    ok: true,
    value: {
      scheme: "cavage",
      keyId: parsed.keyId,
      candidates: byPath === undefined || byPath === whole ? [whole] : [whole, byPath],
      ...algorithm,
      signature: bytes,
    },
  };
}

const RFC9421_ALGORITHMS: Record<string, { rsaHash: RsaHash | undefined; acceptsEd25519: boolean }> = {
  "rsa-v1_5-sha256": { rsaHash: "SHA-256", acceptsEd25519: false },
  ed25519: { rsaHash: undefined, acceptsEd25519: true },
  "": { rsaHash: "SHA-256", acceptsEd25519: true },
};

function checkRfc9421(message: HttpMessage, parsed: Rfc9421Signature, now: number): ReturnType<typeof parseRequestSignature> {
  const { components } = parsed;
  const names = (...wanted: string[]) => wanted.every((name) => components.includes(name));
  const hasTarget = names("@target-uri") || ((names("@authority") || names("host")) && (names("@path") || names("@request-target")));
  if (!names("@method") || !hasTarget) {
    return refuse({ reason: "not-covered", component: names("@method") ? "@target-uri" : "@method" });
  }
  if (message.method === "POST" && !names("content-digest") && !names("digest")) {
    return refuse({ reason: "not-covered", component: "content-digest" });
  }
  const algorithm = Object.hasOwn(RFC9421_ALGORITHMS, parsed.algorithm) ? RFC9421_ALGORITHMS[parsed.algorithm] : undefined;
  if (algorithm === undefined) {
    return refuse({ reason: "unknown-algorithm", algorithm: parsed.algorithm });
  }
  if (parsed.created === undefined && !names("date")) {
    return refuse({ reason: "not-covered", component: "created" });
  }
  const late = timeProblem({ date: headerOf(message.headers, "date"), created: parsed.created, expires: parsed.expires }, now);
  if (late !== undefined) {
    return refuse(late);
  }
  const base = signatureBase(message, components, parsed.parameters);
  const bytes = fromBase64(parsed.signature);
  if (base === undefined || bytes === undefined) {
    return refuse(base === undefined ? { reason: "header-missing", component: components.join(" ") } : { reason: "unreadable" });
  }
  return { ok: true, value: { scheme: "rfc9421", keyId: parsed.keyId, candidates: [base], ...algorithm, signature: bytes } };
}

function seconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function timeProblem(
  times: { date: string | undefined; created: number | undefined; expires: number | undefined },
  now: number,
): SignatureRefusal | undefined {
  const moments = [
    ...(times.date === undefined ? [] : [Date.parse(times.date)]),
    ...(times.created === undefined ? [] : [times.created * 1000]),
  ];
  if (moments.some(Number.isNaN)) {
    return { reason: "unreadable" };
  }
  const worst = Math.max(...moments.map((moment) => Math.abs(now - moment)));
  if (worst > MAX_SKEW_MS) {
    return { reason: "out-of-time", skewSeconds: Math.round(worst / 1000) };
  }
  return times.expires !== undefined && times.expires * 1000 < now ? { reason: "expired" } : undefined;
}

/** Whether a parsed signature was made with the key that is published so; either of its forms will do. */
export async function verifyParsedSignature(parsed: ParsedSignature, published: PublishedKey): Promise<boolean> {
  const keys: (PublicKey | undefined)[] = [];
  if (published.pem) {
    keys.push(await publicKeyOfPem(published.pem));
  }
  if (published.multibase) {
    keys.push(publicKeyOfMultibase(published.multibase));
  }
  for (const candidate of parsed.candidates) {
    const data = new TextEncoder().encode(candidate);
    for (const key of keys) {
      const fits =
        key?.kind === "rsa"
          ? parsed.rsaHash !== undefined && (await key.verify(parsed.rsaHash, parsed.signature, data))
          : key?.kind === "ed25519" && parsed.acceptsEd25519 && (await verifyEd25519(key.raw, parsed.signature, data));
      if (fits) {
        return true;
      }
    }
  }
  return false;
}
