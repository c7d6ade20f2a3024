import { normalizeId } from "../activitystreams/ids";
import type { JsonObject, JsonValue } from "../activitystreams/types";
import { fromBase58, publicKeyOfMultibase, signEd25519, toBase58, verifyEd25519 } from "./keys";

// Object integrity proofs (FEP-8b32) of the cryptosuite eddsa-jcs-2022: Ed25519 over the JSON itself in canonical form (JCS, RFC
// 8785), so that no JSON-LD is needed to check them.

/**
 * The activity with a proof, which repeats its context (https://www.w3.org/TR/vc-di-eddsa/#create-proof-eddsa-jcs-2022). Make it
 * before the Linked Data Signature, which covers it.
 */
export async function addProof(
  activity: JsonObject,
  { verificationMethod, seed, created }: { verificationMethod: string; seed: Uint8Array; created: string },
): Promise<JsonObject> {
  const { proof: _, signature: _signature, ...unsigned } = activity;
  const context = unsigned["@context"];
  const proof: JsonObject = {
    ...(context !== undefined && { "@context": context }),
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created,
    verificationMethod,
    proofPurpose: "assertionMethod",
  };
  const value = await signEd25519(seed, await hashData(unsigned, proof));
  return { ...unsigned, proof: { ...proof, proofValue: `z${toBase58(value)}` } };
}

/**
 * Whether the activity's proof was made with the key. It covers neither a `signature` beside it nor further proofs, which anybody
 * could have added: so there must be one proof only, and the signature counts for nothing.
 */
export async function verifyProof(activity: JsonObject, multibase: string): Promise<boolean> {
  const { proof: _, signature: _signature, ...unsigned } = activity;
  const key = publicKeyOfMultibase(multibase);
  const proof = proofOf(activity);
  if (key?.kind !== "ed25519" || proof === undefined) {
    return false;
  }
  const { proofValue, ...options } = proof;
  const value = typeof proofValue === "string" && proofValue.startsWith("z") ? fromBase58(proofValue.slice(1)) : undefined;
  const isOfThisSuite =
    options["type"] === "DataIntegrityProof" &&
    options["cryptosuite"] === "eddsa-jcs-2022" &&
    options["proofPurpose"] === "assertionMethod";
  if (!isOfThisSuite || value === undefined || depthOf(activity, MAX_DEPTH) > MAX_DEPTH) {
    return false;
  }
  // Some leave the context out of the proof, and of them some sign it all the same.
  const context = unsigned["@context"];
  const readings = options["@context"] === undefined && context !== undefined ? [options, { ...options, "@context": context }] : [options];
  for (const reading of readings) {
    if (await verifyEd25519(key.raw, value, await hashData(unsigned, reading))) {
      return true;
    }
  }
  return false;
}

/** The key that an activity's proof claims to be made with: its id with the fragment, and the actor's id. */
export function proofKey(activity: JsonObject): { keyId: string; actor: string } | undefined {
  const keyId = proofOf(activity)?.["verificationMethod"];
  const actor = normalizeId(keyId);
  return typeof keyId === "string" && actor !== undefined ? { keyId, actor } : undefined;
}

/** When an activity's proof says that it was made, as it was written. */
export function proofCreated(activity: JsonObject): string | undefined {
  const created = proofOf(activity)?.["created"];
  return typeof created === "string" ? created : undefined;
}

/** More than anybody's JSON has, and less than what recursion bears. */
const MAX_DEPTH = 100;

function depthOf(value: JsonValue, most: number): number {
  if (typeof value !== "object" || value === null || most < 0) {
    return 0;
  }
  return 1 + Object.values(value).reduce((deepest: number, entry) => Math.max(deepest, depthOf(entry, most - 1)), 0);
}

function proofOf({ proof }: JsonObject): JsonObject | undefined {
  const single = Array.isArray(proof) && proof.length === 1 ? proof[0] : proof;
  return typeof single === "object" && single !== null && !Array.isArray(single) ? single : undefined;
}

/** The hash of the proof's facts, then the document's. */
async function hashData(unsigned: JsonObject, options: JsonObject): Promise<Uint8Array> {
  const hashes = await Promise.all([sha256(canonicalJson(options)), sha256(canonicalJson(unsigned))]);
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
