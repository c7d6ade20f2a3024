import { describe, expect, test } from "vitest";
import { contextOf } from "../../../src/protocol/activitystreams/context";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import { canonize } from "../../../src/protocol/jsonld/canonize";
import { signCavage } from "../../../src/protocol/signatures/http-cavage";
import { checkDigest } from "../../../src/protocol/signatures/http-message";
import { signRfc9421 } from "../../../src/protocol/signatures/http-rfc9421";
import { addProof, verifyProof } from "../../../src/protocol/signatures/integrity-proof";
import { generateEd25519Keys, generateRsaKeys, importRsaPrivateKey } from "../../../src/protocol/signatures/keys";
import { signLd, verifyLd } from "../../../src/protocol/signatures/ld-signature";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request";
import { RECORDING_ORIGIN, recordedKeys, recordedRequests } from "../../support/wire";

// The runtime's own cryptography and the client build of jsonld: what the unit tests can't tell.

describe("within the runtime", () => {
  test("the recorded requests verify, by keys of 1024 bits", async () => {
    for (const { method, path, headers, body, time, http, ld } of recordedRequests) {
      const parsed = parseRequestSignature({ method, url: RECORDING_ORIGIN + path, headers: new Headers(headers) }, Date.parse(time));
      expect(parsed.ok && (await verifyParsedSignature(parsed.value, { pem: recordedKeys[http.keyId] ?? "" }))).toBe(true);
      expect(await checkDigest(new Headers(headers), new TextEncoder().encode(body))).toBe(true);
      if (ld !== null) {
        expect(await verifyLd(JSON.parse(body) as JsonObject, recordedKeys[ld.creator] ?? "")).toEqual({ ok: true });
      }
    }
    expect(recordedRequests.length).toBeGreaterThan(100);
  });

  test("what is signed there verifies there, and not when altered", async () => {
    const [{ pkcs8, publicKeyPem }, ed] = await Promise.all([generateRsaKeys(), generateEd25519Keys()]);
    const privateKey = await importRsaPrivateKey(pkcs8);
    const activity = {
      "@context": contextOf(),
      id: "https://a.example/1",
      type: "Like",
      actor: "https://a.example/x",
      object: "https://b.example/v",
    };
    const created = "2026-11-24T10:00:00.000Z";
    const proven = await addProof(activity, { verificationMethod: "https://a.example/x#ed25519-key", seed: ed.seed, created });
    const signed = await signLd(proven, { creator: "https://a.example/x", privateKey, created });
    expect(await signLd(proven, { creator: "https://a.example/x", privateKey, created })).toEqual(signed);
    expect(await verifyLd(signed, publicKeyPem)).toEqual({ ok: true });
    expect(await verifyProof(signed, ed.multibase)).toBe(true);
    const altered = { ...signed, object: "https://b.example/w" };
    expect(await verifyLd(altered, publicKeyPem)).toEqual({ ok: false, error: { reason: "invalid" } });
    expect(await verifyProof(altered, ed.multibase)).toBe(false);

    const now = new Date();
    const url = "https://b.example/inbox";
    for (const sign of [signCavage, signRfc9421]) {
      const headers = await sign({
        method: "POST",
        url,
        body: JSON.stringify(signed),
        keyId: "https://a.example/x#main-key",
        privateKey,
        now,
      });
      const parsed = parseRequestSignature({ method: "POST", url, headers: new Headers(headers) }, now.getTime());
      expect(parsed.ok && (await verifyParsedSignature(parsed.value, { pem: publicKeyPem }))).toBe(true);
      const elsewhere = parseRequestSignature({ method: "POST", url: `${url}2`, headers: new Headers(headers) }, now.getTime());
      expect(elsewhere.ok && (await verifyParsedSignature(elsewhere.value, { pem: publicKeyPem }))).toBe(false);
    }
  });

  test("no context is fetched", async () => {
    await expect(canonize({ "@context": "https://a.example/context", type: "Note" })).rejects.toThrow();
  });
});
