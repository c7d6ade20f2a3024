import { normalizeId } from "../activitystreams/ids";
import type { JsonObject, JsonValue } from "../activitystreams/types";
import { fromBase58, publicKeyOfMultibase, signEd25519, toBase58, verifyEd25519 } from "./keys";

// Object integrity proofs (FEP-8b32) of the cryptosuite eddsa-jcs-2022: Ed25519 over the JSON itself in canonical form (JCS, RFC
// 8785), so that no JSON-LD is needed to check them.

/** The activity with a proof. Make it before the Linked Data Signature, which covers it. */
export async function addProof(
  activity: JsonObject,
  { verificationMethod, seed, created }: { verificationMethod: string; seed: Uint8Array; created: string },
): Promise<JsonObject> {
  const { proof: _, signature: _signature, ...unsigned } = activity;
  const proof: JsonObject = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created,
    verificationMethod,
    proofPurpose: "assertionMethod",
  };
  const value = await signEd25519(seed, await hashData(unsigned, proof));
  return { ...unsigned, proof: { ...proof, proofValue: `z${toBase58(value)}` } };
}

/** Whether one of the activity's proofs was made with the key. */
export async function verifyProof(activity: JsonObject, multibase: string): Promise<boolean> {
  const { proof: _, signature: _signature, ...unsigned } = activity;
  const key = publicKeyOfMultibase(multibase);
  if (key?.kind !== "ed25519") {
    return false;
  }
  for (const proof of proofsOf(activity)) {
    const { proofValue, ...options } = proof;
    const value = typeof proofValue === "string" && proofValue.startsWith("z") ? fromBase58(proofValue.slice(1)) : undefined;
    const isOurs =
      options["type"] === "DataIntegrityProof" &&
      options["cryptosuite"] === "eddsa-jcs-2022" &&
      options["proofPurpose"] === "assertionMethod";
    if (isOurs && value !== undefined && (await verifyEd25519(key.raw, value, await hashData(unsigned, options)))) {
      return true;
    }
  }
  return false;
}

/** The key that an activity's proof claims to be made with: its id with the fragment, and the actor's id. */
export function proofKey(activity: JsonObject): { keyId: string; actor: string } | undefined {
  for (const { verificationMethod } of proofsOf(activity)) {
    const actor = normalizeId(verificationMethod);
    if (typeof verificationMethod === "string" && actor !== undefined) {
      return { keyId: verificationMethod, actor };
    }
  }
  return undefined;
}

const MAX_PROOFS = 5;

function proofsOf({ proof }: JsonObject): JsonObject[] {
  const proofs = Array.isArray(proof) ? proof.slice(0, MAX_PROOFS) : [proof ?? null];
  return proofs.filter((entry): entry is JsonObject => typeof entry === "object" && entry !== null && !Array.isArray(entry));
}

/** The hash of the proof's facts, then the document's. A proof without a context of its own is read by the document's. */
async function hashData(unsigned: JsonObject, options: JsonObject): Promise<Uint8Array> {
  const context = unsigned["@context"];
  const config = options["@context"] === undefined && context !== undefined ? { ...options, "@context": context } : options;
  const hashes = await Promise.all([sha256(canonicalJson(config)), sha256(canonicalJson(unsigned))]);
  return new Uint8Array(hashes.flatMap((hash) => [...hash]));
}

/** JSON in canonical form (RFC 8785): keys in the order of their UTF-16 units, no spaces, ECMAScript's numbers and strings. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    // The default order of sort() is that of UTF-16 units.
    const members = Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
