import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { checkDigest } from "../../../src/protocol/signatures/http-message.ts";
import { parseRfc9421, signatureBase } from "../../../src/protocol/signatures/http-rfc9421.ts";
import { addProof, canonicalJson, verifyProof } from "../../../src/protocol/signatures/integrity-proof.ts";
import {
  fromBase58,
  fromBase64,
  multibaseOf,
  publicKeyOfMultibase,
  publicKeyOfPem,
  verifyEd25519,
} from "../../../src/protocol/signatures/keys.ts";

// What the specifications give as examples, to the letter.

describe("RFC 9421, B.2.6: a request signed with Ed25519", () => {
  const headers = {
    host: "example.com",
    date: "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
    "content-length": "18",
  };
  const input =
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const signature = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
  const pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----";

  async function verifies(url: string): Promise<boolean> {
    const parsed = parseRfc9421(input, signature);
    const key = await publicKeyOfPem(pem);
    if (parsed === undefined || key?.kind !== "ed25519") {
      throw new Error("the example isn't read");
    }
    expect(parsed).toMatchObject({ keyId: "test-key-ed25519", created: 1618884473, algorithm: "" });
    const base = signatureBase({ method: "POST", url, headers }, parsed.components, parsed.parameters) ?? "";
    return await verifyEd25519(key.raw, fromBase64(parsed.signature) ?? new Uint8Array(), new TextEncoder().encode(base));
  }

  it("verifies, and not for another path", async () => {
    expect(await verifies("https://example.com/foo?param=Value&Pet=dog")).toBe(true);
    expect(await verifies("https://example.com/bar?param=Value&Pet=dog")).toBe(false);
  });

  it("has the digest of its body", async () => {
    expect(await checkDigest(headers, new TextEncoder().encode('{"hello": "world"}'))).toBe(true);
    expect(await checkDigest(headers, new TextEncoder().encode('{"hello": "World"}'))).toBe(false);
  });
});

/** The key pair of Data Integrity EdDSA Cryptosuites, which FEP-8b32's first example used too. */
const MULTIBASE = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
const SEED = (fromBase58("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq") ?? new Uint8Array()).slice(2);

describe("Data Integrity EdDSA Cryptosuites 1.0, B.2: eddsa-jcs-2022", () => {
  const credential: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    id: "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    type: ["VerifiableCredential", "AlumniCredential"],
    name: "Alumni Credential",
    description: "A minimum viable example of an Alumni Credential.",
    issuer: "https://vc.example/issuers/5678",
    validFrom: "2023-01-01T00:00:00Z",
    credentialSubject: { id: "did:example:abcdefgh", alumniOf: "The School of Examples" },
  };

  it("is what we make of it, to the last character, and verifies", async () => {
    const signed = await addProof(credential, {
      verificationMethod: `did:key:${MULTIBASE}#${MULTIBASE}`,
      seed: SEED,
      created: "2023-02-24T23:36:38Z",
    });
    expect(signed["proof"]).toEqual({
      type: "DataIntegrityProof",
      cryptosuite: "eddsa-jcs-2022",
      created: "2023-02-24T23:36:38Z",
      verificationMethod: `did:key:${MULTIBASE}#${MULTIBASE}`,
      proofPurpose: "assertionMethod",
      "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
      proofValue: "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
    });
    expect(await verifyProof(signed, MULTIBASE)).toBe(true);
  });

  it("the key is the same in both notations", () => {
    const key = publicKeyOfMultibase(MULTIBASE);
    expect(key?.kind === "ed25519" && multibaseOf(key.raw)).toBe(MULTIBASE);
  });
});

describe("FEP-8b32: an activity of which the proof has no context", () => {
  const signed: JsonObject = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
    type: "Create",
    actor: "https://server.example/users/alice",
    object: { type: "Note", content: "Hello world" },
    proof: {
      type: "DataIntegrityProof",
      cryptosuite: "eddsa-jcs-2022",
      verificationMethod: "https://server.example/users/alice#ed25519-key",
      proofPurpose: "assertionMethod",
      proofValue: "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
      created: "2023-02-24T23:36:38Z",
    },
  };
  const proof = signed["proof"] as JsonObject;

  it("verifies", async () => {
    expect(await verifyProof(signed, MULTIBASE)).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ["another word", { ...signed, actor: "https://server.example/users/eve" }],
    ["another time", { ...signed, proof: { ...proof, created: "2026-11-24T00:00:00Z" } }],
    ["another purpose", { ...signed, proof: { ...proof, proofPurpose: "authentication" } }],
    ["a second proof, with a time of choice", { ...signed, proof: [{ ...proof, created: "2026-11-24T00:00:00Z" }, proof] }],
    ["a short value", { ...signed, proof: { ...proof, proofValue: "z111" } }],
    ["no proof", { ...signed, proof: null }],
  ])("doesn't with %s", async (_, altered) => {
    expect(await verifyProof(altered, MULTIBASE)).toBe(false);
  });

  it("doesn't with a structure that is too deep for anybody", async () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as JsonObject[];
    expect(await verifyProof({ ...signed, object: deep }, MULTIBASE)).toBe(false);
  });
});

it("RFC 8785, 3.2.3: members are in the order of their UTF-16 units", () => {
  const keys = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
  expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
  expect(canonicalJson([1e30, 4.5, 2e-3, -0, '\u000f\n"\\/'])).toBe('[1e+30,4.5,0.002,0,"\\u000f\\n\\"\\\\/"]');
});
