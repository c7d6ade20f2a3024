import { getPublicKeyAsync, signAsync, utils, verifyAsync } from "@noble/ed25519";

// The keys of actors: RSA for HTTP and Linked Data Signatures, Ed25519 for integrity proofs (and for HTTP by others).

export const RSA_ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const RSA_BITS = 2048;
/** multicodec's `ed25519-pub`, as a varint. */
const ED25519_PREFIX = [0xed, 0x01];
/** SPKI's beginning for an Ed25519 key (RFC 8410, section 4), before its 32 bytes. */
const ED25519_SPKI_PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const ED25519_BYTES = 32;

export interface RsaKeys {
  privateKey: CryptoKey;
  /** PKCS #8. */
  pkcs8: Uint8Array;
  /** SPKI, PEM. */
  publicKeyPem: string;
}

/** A fresh pair of RSA-2048 keys. */
export async function generateRsaKeys(): Promise<RsaKeys> {
  const pair = (await crypto.subtle.generateKey(
    { ...RSA_ALGORITHM, modulusLength: RSA_BITS, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  )) as CryptoKeyPair;
  const pkcs8 = new Uint8Array((await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer);
  const spki = new Uint8Array((await crypto.subtle.exportKey("spki", pair.publicKey)) as ArrayBuffer);
  return { privateKey: pair.privateKey, pkcs8, publicKeyPem: pemOf(spki) };
}

/** A private RSA key of its PKCS #8 bytes, to sign with. */
export async function importRsaPrivateKey(pkcs8: Uint8Array): Promise<CryptoKey> {
  return await crypto.subtle.importKey("pkcs8", pkcs8.slice(), RSA_ALGORITHM, false, ["sign"]);
}

/** The bytes of an SPKI key as PEM (RFC 7468). */
export function pemOf(spki: Uint8Array): string {
  const lines = toBase64(spki).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`;
}

/** A public key that signatures are verified with. */
export type PublicKey =
  | { kind: "rsa"; verify: (hash: RsaHash, signature: Uint8Array, data: Uint8Array) => Promise<boolean> }
  | { kind: "ed25519"; raw: Uint8Array };
export type RsaHash = "SHA-256" | "SHA-384" | "SHA-512";

/** The key of a PEM: SPKI, RSA or Ed25519. Undefined for what isn't such a key. */
export async function publicKeyOfPem(pem: string): Promise<PublicKey | undefined> {
  const body = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  const spki = body === undefined ? undefined : fromBase64(body.replace(/\s+/g, ""));
  if (spki === undefined) {
    return undefined;
  }
  if (startsWith(spki, ED25519_SPKI_PREFIX) && spki.length === ED25519_SPKI_PREFIX.length + ED25519_BYTES) {
    return { kind: "ed25519", raw: spki.slice(ED25519_SPKI_PREFIX.length) };
  }
  try {
    await crypto.subtle.importKey("spki", spki, RSA_ALGORITHM, false, ["verify"]);
  } catch {
    return undefined;
  }
  return {
    kind: "rsa",
    async verify(hash, signature, data) {
      const key = await crypto.subtle.importKey("spki", spki, { ...RSA_ALGORITHM, hash }, false, ["verify"]);
      return await crypto.subtle.verify(RSA_ALGORITHM.name, key, signature.slice(), data.slice());
    },
  };
}

/** The key of a Multikey's `publicKeyMultibase` (base58btc, Ed25519). Undefined for what isn't such a key. */
export function publicKeyOfMultibase(multibase: string): PublicKey | undefined {
  const bytes = multibase.startsWith("z") ? fromBase58(multibase.slice(1)) : undefined;
  return bytes !== undefined && startsWith(bytes, ED25519_PREFIX) && bytes.length === ED25519_PREFIX.length + ED25519_BYTES
    ? { kind: "ed25519", raw: bytes.slice(ED25519_PREFIX.length) }
    : undefined;
}

/** A raw Ed25519 public key as `publicKeyMultibase` (FEP-521a). */
export function multibaseOf(raw: Uint8Array): string {
  return `z${toBase58(new Uint8Array([...ED25519_PREFIX, ...raw]))}`;
}

export interface Ed25519Keys {
  /** 32 bytes: the private key (RFC 8032). */
  seed: Uint8Array;
  multibase: string;
}

/** A fresh pair of Ed25519 keys. */
export async function generateEd25519Keys(): Promise<Ed25519Keys> {
  const seed = utils.randomSecretKey();
  return { seed, multibase: multibaseOf(await getPublicKeyAsync(seed)) };
}

/** The Ed25519 signature of bytes by a seed: 64 bytes. */
export async function signEd25519(seed: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  return await signAsync(data, seed);
}

/** Whether bytes carry a raw Ed25519 key's signature. */
export async function verifyEd25519(raw: Uint8Array, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
  try {
    return await verifyAsync(signature, data, raw);
  } catch {
    // Of the wrong length, or no point of the curve.
    return false;
  }
}

function startsWith(bytes: Uint8Array, prefix: number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

/** Bytes as base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

/** The bytes of base64; undefined for what isn't that. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Bitcoin's alphabet, which multibase's `z` names. */
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Long enough for a signature; the cost grows with the square. */
const MAX_BASE58_CHARACTERS = 200;

/** Bytes as base58btc. */
export function toBase58(bytes: Uint8Array): string {
  let number = 0n;
  for (const byte of bytes) {
    number = number * 256n + BigInt(byte);
  }
  let text = "";
  for (; number > 0n; number /= 58n) {
    text = (BASE58[Number(number % 58n)] ?? "") + text;
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? bytes.length : zeros) + text;
}

/** The bytes of base58btc; undefined for what isn't that, or is too long. */
export function fromBase58(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length > MAX_BASE58_CHARACTERS) {
    return undefined;
  }
  let number = 0n;
  for (const character of text) {
    const digit = BASE58.indexOf(character);
    if (digit < 0) {
      return undefined;
    }
    number = number * 58n + BigInt(digit);
  }
  const bytes: number[] = [];
  for (; number > 0n; number /= 256n) {
    bytes.unshift(Number(number % 256n));
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  return new Uint8Array([...Array.from({ length: zeros }, () => 0), ...bytes]);
}
