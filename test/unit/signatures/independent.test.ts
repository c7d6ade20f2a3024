import { Create, CryptographicKey, Multikey, Note } from "@fedify/vocab";
import { signRequest, verifyJsonLd, verifyProof, verifyRequest, signJsonLd, signObject } from "@fedify/fedify/sig";
import { DataIntegrityProof } from "@fedify/vocab";
import { beforeAll, describe, expect, it } from "vitest";
import { contextOf } from "../../../src/protocol/activitystreams/context.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { BUNDLED_CONTEXTS } from "../../../src/protocol/jsonld/contexts.ts";
import { signCavage } from "../../../src/protocol/signatures/http-cavage.ts";
import { checkDigest } from "../../../src/protocol/signatures/http-message.ts";
import { signRfc9421 } from "../../../src/protocol/signatures/http-rfc9421.ts";
import { addProof, verifyProof as verifyOurProof } from "../../../src/protocol/signatures/integrity-proof.ts";
import { generateEd25519Keys, generateRsaKeys, type Ed25519Keys, type RsaKeys } from "../../../src/protocol/signatures/keys.ts";
import { signLd, verifyLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request.ts";

// All four kinds of signature against @fedify/fedify, an implementation that shares nothing with ours, in both directions.

const ACTOR = "https://tube.example/accounts/ada";
const KEY = `${ACTOR}#main-key`;
const ED_KEY = `${ACTOR}#ed25519-key`;
const INBOX = "https://other.example/inbox";

let rsa: RsaKeys;
let ed: Ed25519Keys;

beforeAll(async () => {
  rsa = await generateRsaKeys();
  ed = await generateEd25519Keys();
});

function actorDocument(): JsonObject {
  return {
    "@context": contextOf("actor"),
    id: ACTOR,
    type: "Person",
    preferredUsername: "ada",
    inbox: `${ACTOR}/inbox`,
    publicKey: { id: KEY, owner: ACTOR, publicKeyPem: rsa.publicKeyPem },
    assertionMethod: [{ id: ED_KEY, type: "Multikey", controller: ACTOR, publicKeyMultibase: ed.multibase }],
  };
}

// oxlint-disable-next-line typescript/require-await -- a loader's type is a promise
async function load(url: string) {
  const document = url.startsWith(ACTOR) ? actorDocument() : BUNDLED_CONTEXTS[url];
  if (document === undefined) {
    throw new Error(`not known: ${url}`);
  }
  return { contextUrl: null, documentUrl: url, document };
}

const loaders = { documentLoader: load, contextLoader: load };

const activity: JsonObject = {
  "@context": contextOf("comment"),
  id: "https://tube.example/videos/watch/1/comments/1/activity",
  type: "Create",
  actor: ACTOR,
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  object: {
    id: "https://tube.example/videos/watch/1/comments/1",
    type: "Note",
    attributedTo: ACTOR,
    content: "Grüße, 你好 \u{1F980}",
    inReplyTo: "https://other.example/videos/watch/2",
    published: "2026-11-24T10:00:00.000Z",
  },
};
const CREATED = "2026-11-24T10:00:00.123Z";

async function ours(): Promise<JsonObject> {
  const proven = await addProof(activity, { verificationMethod: ED_KEY, seed: ed.seed, created: CREATED });
  return await signLd(proven, { creator: ACTOR, privateKey: rsa.privateKey, created: CREATED });
}

describe("what we sign, fedify verifies", () => {
  it.each([
    ["draft-cavage", signCavage],
    ["RFC 9421", signRfc9421],
  ])("an HTTP request by %s", async (_, sign) => {
    const body = JSON.stringify(activity);
    const headers = await sign({ method: "POST", url: INBOX, body, keyId: KEY, privateKey: rsa.privateKey, now: new Date() });
    const request = new Request(INBOX, { method: "POST", headers, body });
    expect((await verifyRequest(request, loaders))?.ownerId?.href).toBe(ACTOR);
    const altered = new Request(INBOX, { method: "POST", headers, body: `${body} ` });
    expect(await verifyRequest(altered, loaders)).toBeNull();
  });

  it("a signed GET", async () => {
    const headers = await signCavage({ method: "GET", url: INBOX, keyId: KEY, privateKey: rsa.privateKey, now: new Date() });
    expect(await verifyRequest(new Request(INBOX, { headers }), loaders)).not.toBeNull();
  });

  it("a Linked Data Signature over a proof", async () => {
    const signed = await ours();
    expect(await verifyJsonLd(signed, loaders)).toBe(true);
    expect(await verifyJsonLd({ ...signed, id: "https://tube.example/x" }, loaders)).toBe(false);
  });

  it("an integrity proof under a Linked Data Signature", async () => {
    const { signature: _, ...proven } = await ours();
    const proof = await DataIntegrityProof.fromJsonLd(
      { "@context": "https://w3id.org/security/data-integrity/v1", ...(proven["proof"] as JsonObject) },
      loaders,
    );
    expect((await verifyProof(proven, proof, loaders))?.controllerId?.href).toBe(ACTOR);
    expect(await verifyProof({ ...proven, id: "https://tube.example/x" }, proof, loaders)).toBeNull();
  });
});

describe("what fedify signs, we verify", () => {
  const published = () => ({ pem: rsa.publicKeyPem, multibase: ed.multibase });

  it.each(["draft-cavage-http-signatures-12", "rfc9421"] as const)("an HTTP request by %s", async (spec) => {
    const body = JSON.stringify(activity);
    const request = await signRequest(
      new Request(INBOX, { method: "POST", body, headers: { "content-type": "application/activity+json", host: "other.example" } }),
      rsa.privateKey,
      new URL(KEY),
      { spec },
    );
    const parsed = parseRequestSignature({ method: "POST", url: INBOX, headers: request.headers }, Date.now());
    if (!parsed.ok) {
      throw new Error(JSON.stringify(parsed.error));
    }
    expect(parsed.value.keyId).toBe(KEY);
    expect(await verifyParsedSignature(parsed.value, published())).toBe(true);
    expect(await checkDigest(request.headers, new TextEncoder().encode(body))).toBe(true);
    expect(await checkDigest(request.headers, new TextEncoder().encode(`${body} `))).toBe(false);
    expect(await verifyParsedSignature(parsed.value, { pem: (await generateRsaKeys()).publicKeyPem })).toBe(false);
  });

  it("a Linked Data Signature", async () => {
    const signed = (await signJsonLd(activity, rsa.privateKey, new URL(ACTOR), loaders)) as unknown as JsonObject;
    expect(await verifyLd(signed, rsa.publicKeyPem)).toEqual({ ok: true });
    expect(await verifyLd({ ...signed, actor: "https://tube.example/accounts/eve" }, rsa.publicKeyPem)).toMatchObject({ ok: false });
  });

  it("an integrity proof", async () => {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const key = new Multikey({ id: new URL(ED_KEY), controller: new URL(ACTOR), publicKey: pair.publicKey });
    const { publicKeyMultibase } = (await key.toJsonLd(loaders)) as { publicKeyMultibase: string };
    const create = new Create({ id: new URL(`${ACTOR}/1`), actor: new URL(ACTOR), object: new Note({ content: "é" }) });
    const signed = (await (
      await signObject(create, pair.privateKey, new URL(ED_KEY), loaders)
    ).toJsonLd({
      ...loaders,
      format: "compact",
    })) as JsonObject;
    expect(await verifyOurProof(signed, publicKeyMultibase)).toBe(true);
    expect(await verifyOurProof({ ...signed, actor: "https://tube.example/accounts/eve" }, publicKeyMultibase)).toBe(false);
  });
});

it("our key documents are read by others", async () => {
  const key = await CryptographicKey.fromJsonLd(
    { "@context": ["https://w3id.org/security/v1"], ...(actorDocument()["publicKey"] as JsonObject), type: "CryptographicKey" },
    loaders,
  );
  expect(key.ownerId?.href).toBe(ACTOR);
});
