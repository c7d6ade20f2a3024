import { SECURITY_CONTEXT } from "../jsonld/contexts";
import { canonize } from "../jsonld/canonize";
import { contextProblem } from "../jsonld/check-context";
import { normalizeId } from "../activitystreams/ids";
import type { JsonObject, JsonValue } from "../activitystreams/types";
import { fromBase64, publicKeyOfPem, RSA_ALGORITHM, toBase64 } from "./keys";

// Linked Data Signatures of the type RsaSignature2017, as PeerTube and Mastodon make and check them: they stay with an activity
// when others pass it on.

const OPTIONS_CONTEXT: JsonValue = [SECURITY_CONTEXT, { RsaSignature2017: "https://w3id.org/security#RsaSignature2017" }];

/** The activity with its signature last. Throws where a key of it has no meaning by its context. */
export async function signLd(
  activity: JsonObject,
  { creator, privateKey, created }: { creator: string; privateKey: CryptoKey; created: string },
): Promise<JsonObject> {
  const { signature: _, ...unsigned } = activity;
  const text = await textToSign(unsigned, { creator, created });
  const value = await crypto.subtle.sign(RSA_ALGORITHM.name, privateKey, new TextEncoder().encode(text));
  return {
    ...unsigned,
    signature: { type: "RsaSignature2017", creator, created, signatureValue: toBase64(new Uint8Array(value)) },
  };
}

export type LdRefusal =
  | { reason: "unsigned" | "wrong-type" | "wrong-key" | "not-canonizable" | "invalid" }
  | { reason: "context"; detail: string };

/** Whether an activity carries a signature by the key's owner over what its plain keys say. */
export async function verifyLd(activity: JsonObject, publicKeyPem: string): Promise<{ ok: true } | { ok: false; error: LdRefusal }> {
  const { signature, ...unsigned } = activity;
  if (!isObject(signature)) {
    return { ok: false, error: { reason: "unsigned" } };
  }
  // Mastodon's has a context of its own, by which these keys mean the same.
  const { signatureValue, type, id: _, "@context": _context, ...options } = signature;
  if (type !== "RsaSignature2017" || typeof signatureValue !== "string" || !areOptions(options)) {
    return { ok: false, error: { reason: "wrong-type" } };
  }
  const problem = contextProblem(unsigned);
  if (problem !== undefined) {
    return { ok: false, error: { reason: "context", detail: problem } };
  }
  const key = await publicKeyOfPem(publicKeyPem);
  const bytes = fromBase64(signatureValue);
  if (key?.kind !== "rsa" || bytes === undefined) {
    return { ok: false, error: { reason: "wrong-key" } };
  }
  let text: string;
  try {
    text = await textToSign(unsigned, options);
  } catch {
    return { ok: false, error: { reason: "not-canonizable" } };
  }
  return (await key.verify("SHA-256", bytes, new TextEncoder().encode(text))) ? { ok: true } : { ok: false, error: { reason: "invalid" } };
}

/** The id of the actor whose signature an activity claims to carry, without the key's fragment. */
export function ldCreator(activity: JsonObject): string | undefined {
  const { signature } = activity;
  return isObject(signature) ? normalizeId(signature["creator"]) : undefined;
}

/** When an activity's signature says that it was made, as it was written. */
export function ldCreated({ signature }: JsonObject): string | undefined {
  const created = isObject(signature) ? signature["created"] : undefined;
  return typeof created === "string" ? created : undefined;
}

const OPTION_KEYS = ["creator", "created", "nonce", "domain"];

/** Keywords or nodes among a signature's facts could hide the signed date and show another. */
function areOptions(options: JsonObject): boolean {
  const hasAll = typeof options["creator"] === "string" && typeof options["created"] === "string";
  return hasAll && Object.entries(options).every(([key, value]) => OPTION_KEYS.includes(key) && typeof value === "string");
}

/** The SHA-256 of the signature's own facts, then the document's, both of their canonical form, as lower-case hex. */
async function textToSign(unsigned: JsonObject, options: JsonObject): Promise<string> {
  const [optionsHash, documentHash] = await Promise.all([
    hexHash(await canonize({ ...options, "@context": OPTIONS_CONTEXT })),
    hexHash(await canonize(unsigned)),
  ]);
  return optionsHash + documentHash;
}

async function hexHash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
