import { ACCEPT_ACTIVITY, ACTIVITY_JSON } from "../../protocol/activitystreams/negotiation";
import { idOf } from "../../protocol/activitystreams/ids";
import { keyIdsOf } from "../../protocol/activitystreams/local-actors";
import type { Activity, JsonObject } from "../../protocol/activitystreams/types";
import { signCavage } from "../../protocol/signatures/http-cavage";
import { signRfc9421 } from "../../protocol/signatures/http-rfc9421";
import { addProof } from "../../protocol/signatures/integrity-proof";
import { generateEd25519Keys, generateRsaKeys, importRsaPrivateKey } from "../../protocol/signatures/keys";
import { signLd } from "../../protocol/signatures/ld-signature";
import { userAgentOf } from "../../protocol/software";
import type { NewKeys, StoredKeys } from "../../storage/actor-object/key-store";
import type { ActorKeys, HttpSignatureScheme } from "./actor-object";

/** Fresh keys of an actor. */
export async function bearKeys(now: number): Promise<NewKeys> {
  const [rsa, ed25519] = await Promise.all([generateRsaKeys(), generateEd25519Keys()]);
  return {
    rsaPrivate: rsa.pkcs8,
    publicKeyPem: rsa.publicKeyPem,
    ed25519Seed: ed25519.seed,
    assertionKeyMultibase: ed25519.multibase,
    bornAt: now,
  };
}

/** What others may know of keys. */
export function publicKeysOf({ publicKeyPem, assertionKeyMultibase, bornAt }: NewKeys): ActorKeys {
  return { publicKeyPem, assertionKeyMultibase, bornAt };
}

/** Whether an activity tells of these keys: an Update of the actor itself, with its public key in it. */
export function tellsOfKeys(activity: Activity, keys: NewKeys): boolean {
  const object = activity["object"];
  if (
    activity.type !== "Update" ||
    typeof object !== "object" ||
    object === null ||
    Array.isArray(object) ||
    idOf(object) !== idOf(activity.actor)
  ) {
    return false;
  }
  const key = object["publicKey"];
  return typeof key === "object" && key !== null && !Array.isArray(key) && key["publicKeyPem"] === keys.publicKeyPem;
}

/** Signs in the name of an actor, with one set of its keys. */
export interface Signer {
  /** Signs an activity of the actor: an integrity proof (FEP-8b32), then a Linked Data Signature over all. */
  sign(activity: Activity, created: Date): Promise<JsonObject>;
  /** The headers of a signed POST of an activity. */
  signPost(actorUrl: string, inbox: string, body: string, scheme: HttpSignatureScheme, now: Date): Promise<Record<string, string>>;
  /** The headers of a signed GET. */
  signGet(actorUrl: string, url: string, accept: string, scheme: HttpSignatureScheme, now: Date): Promise<Record<string, string>>;
}

/** Opens stored keys for signing. */
export async function openSigner(keys: StoredKeys): Promise<Signer> {
  const privateKey = await importRsaPrivateKey(keys.rsaPrivate);

  async function signRequest(
    actorUrl: string,
    request: { method: "GET" | "POST"; url: string; body?: string },
    headers: Record<string, string>,
    scheme: HttpSignatureScheme,
    now: Date,
  ): Promise<Record<string, string>> {
    const sign = scheme === "rfc9421" ? signRfc9421 : signCavage;
    const ours = { ...headers, "user-agent": userAgentOf(new URL(actorUrl).origin) };
    // The fetch that sends it writes its own host.
    const { host: _, ...signed } = await sign({ ...request, headers: ours, keyId: keyIdsOf(actorUrl).mainKey, privateKey, now });
    return signed;
  }

  return {
    async sign(activity, created) {
      const { mainKey, assertionKey } = keyIdsOf(activity.actor);
      const time = created.toISOString();
      const proven = await addProof(activity, {
        verificationMethod: assertionKey,
        seed: keys.ed25519Seed,
        created: time,
      });
      return await signLd(proven, { creator: mainKey, privateKey, created: time });
    },
    async signPost(actorUrl, inbox, body, scheme, now) {
      const headers = { "content-type": ACTIVITY_JSON, accept: ACCEPT_ACTIVITY };
      return await signRequest(actorUrl, { method: "POST", url: inbox, body }, headers, scheme, now);
    },
    async signGet(actorUrl, url, accept, scheme, now) {
      return await signRequest(actorUrl, { method: "GET", url }, { accept }, scheme, now);
    },
  };
}
