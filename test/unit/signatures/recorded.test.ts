import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { checkDigest } from "../../../src/protocol/signatures/http-message.ts";
import { canonize } from "../../../src/protocol/jsonld/canonize.ts";
import { verifyLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request.ts";
import { RECORDING_ORIGIN, recordedKeys, recordedRequests, type RecordedRequest } from "../../support/wire.ts";

const OTHER_KEY = recordedKeys["http://127.0.0.1:9001/accounts/root"] ?? "";

interface Altered {
  body?: string;
  headers?: Record<string, string>;
  without?: string;
  now?: number;
  pem?: string;
  path?: string;
}

/** What says no first, or "accepted". */
async function judge(request: RecordedRequest, altered: Altered = {}): Promise<string> {
  const { [altered.without ?? ""]: _, ...headers } = { ...request.headers, ...altered.headers };
  const body = new TextEncoder().encode(altered.body ?? request.body);
  const parsed = parseRequestSignature(
    { method: request.method, url: RECORDING_ORIGIN + (altered.path ?? request.path), headers },
    altered.now ?? Date.parse(request.time),
  );
  if (!parsed.ok) {
    return parsed.error.reason;
  }
  if (!(await checkDigest(headers, body))) {
    return "digest";
  }
  const pem = altered.pem ?? recordedKeys[request.http.keyId];
  return (await verifyParsedSignature(parsed.value, { pem })) ? "accepted" : "invalid";
}

describe.each(recordedRequests.map((request) => [request.name, request] as const))("%s", (_, request) => {
  it("is signed as the recording says, and verifies", async () => {
    const parsed = parseRequestSignature(
      { method: request.method, url: RECORDING_ORIGIN + request.path, headers: request.headers },
      Date.parse(request.time),
    );
    expect(parsed).toMatchObject({ ok: true, value: { keyId: request.http.keyId, candidates: [request.http.signingString] } });
    expect(await judge(request)).toBe("accepted");
  });

  it("is refused with one thing altered", async () => {
    const middle = Math.floor(request.body.length / 2);
    const body = `${request.body.slice(0, middle)} ${request.body.slice(middle)}`;
    const signature = request.headers["signature"] ?? "";
    const flipped = signature.replace(/signature="(.)/, (_match, first: string) => `signature="${first === "A" ? "B" : "A"}`);
    expect(await judge(request, { body })).toBe("digest");
    expect(await judge(request, { headers: { digest: "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } })).toBe("digest");
    expect(await judge(request, { headers: { date: new Date(Date.parse(request.time) + 60_000).toUTCString() } })).toBe("invalid");
    expect(await judge(request, { now: Date.parse(request.time) + 35 * 60_000 })).toBe("out-of-time");
    expect(await judge(request, { now: Date.parse(request.time) - 35 * 60_000 })).toBe("out-of-time");
    expect(await judge(request, { path: "/accounts/somebody/inbox" })).toBe("invalid");
    expect(await judge(request, { headers: { host: "elsewhere.example" } })).toBe("invalid");
    expect(await judge(request, { headers: { signature: flipped } })).toBe("invalid");
    expect(
      await judge(request, {
        pem: request.http.keyId.endsWith("/accounts/root") ? recordedKeys["http://127.0.0.1:9002/accounts/ben"] : OTHER_KEY,
      }),
    ).toBe("invalid");
    for (const name of ["(request-target)", "host", "date", "digest"]) {
      const without = signature.replace(/(?<=headers=")[^"]*/, (list) => list.replace(name, "").trim().replaceAll("  ", " "));
      expect(await judge(request, { headers: { signature: without } })).toBe("not-covered");
    }
    for (const name of ["host", "date", "digest"]) {
      expect(await judge(request, { without: name })).toBe("header-missing");
    }
    expect(await judge(request, { without: "signature" })).toBe("unsigned");
  });
});

const linked = recordedRequests.filter((request) => request.ld !== null);

describe.each(linked.map((request) => [request.name, request] as const))("the Linked Data Signature of %s", (_, request) => {
  const activity = JSON.parse(request.body) as JsonObject;
  const pem = recordedKeys[request.ld?.creator ?? ""] ?? "";

  it("verifies, by the recorded hashes", async () => {
    const { signature, ...unsigned } = activity;
    const { type: _type, signatureValue: _value, ...options } = signature as JsonObject;
    const context = ["https://w3id.org/security/v1", { RsaSignature2017: "https://w3id.org/security#RsaSignature2017" }];
    expect(await sha256(await canonize({ "@context": context, ...options }))).toBe(request.ld?.optionsHash);
    expect(await sha256(await canonize(unsigned))).toBe(request.ld?.documentHash);
    expect(await verifyLd(activity, pem)).toEqual({ ok: true });
  });

  it("doesn't with an altered word, an unexplained key, another date or another key", async () => {
    const signature = activity["signature"] as JsonObject;
    expect(await verifyLd({ ...activity, id: "https://tube.example/x" }, pem)).toEqual({ ok: false, error: { reason: "invalid" } });
    expect(await verifyLd({ ...activity, actor: "https://tube.example/eve" }, pem)).toEqual({ ok: false, error: { reason: "invalid" } });
    const value = signature["signatureValue"] as string;
    const flipped = { ...activity, signature: { ...signature, signatureValue: (value.startsWith("A") ? "B" : "A") + value.slice(1) } };
    expect(await verifyLd(flipped, pem)).toEqual({ ok: false, error: { reason: "invalid" } });
    expect(await verifyLd({ ...activity, foo: "bar" }, pem)).toEqual({ ok: false, error: { reason: "not-canonizable" } });
    const redated = { ...activity, signature: { ...signature, created: "2026-11-23T00:00:00.000Z" } };
    expect(await verifyLd(redated, pem)).toEqual({ ok: false, error: { reason: "invalid" } });
    const other = request.ld?.creator.endsWith("/accounts/root") ? recordedKeys["http://127.0.0.1:9002/accounts/ben"] : OTHER_KEY;
    expect(await verifyLd(activity, other ?? "")).toEqual({ ok: false, error: { reason: "invalid" } });
  });
});

it("every signature that was recorded is among these", () => {
  expect(recordedRequests).toHaveLength(138);
  expect(linked).toHaveLength(137);
});

async function sha256(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("hex");
}
