import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contextOf } from "../../../src/protocol/activitystreams/context.ts";
import type { JsonObject, JsonValue } from "../../../src/protocol/activitystreams/types.ts";
import { contextProblem } from "../../../src/protocol/jsonld/check-context.ts";
import { activityTime } from "../../../src/protocol/signatures/activity-time.ts";
import { signCavage } from "../../../src/protocol/signatures/http-cavage.ts";
import { fromBase58, generateRsaKeys, publicKeyOfMultibase, publicKeyOfPem, toBase58 } from "../../../src/protocol/signatures/keys.ts";
import { verifyLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request.ts";

const ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams";

describe("a document whose plain keys may mean something else", () => {
  it.each<[string, JsonObject]>([
    ["another meaning for a common term", { "@context": [ACTIVITYSTREAMS, { content: "as:summary" }], type: "Note" }],
    ["no meaning for a common term", { "@context": [ACTIVITYSTREAMS, { content: null }], type: "Note" }],
    ["another meaning for a PeerTube term", { "@context": [ACTIVITYSTREAMS, { uuid: "as:name" }], type: "Note" }],
    ["another type", { "@context": [ACTIVITYSTREAMS, { Delete: "as:Like" }], type: "Delete" }],
    ["a vocabulary of its own", { "@context": [ACTIVITYSTREAMS, { "@vocab": "https://evil.example/" }], type: "Note" }],
    ["a context that would be fetched", { "@context": [ACTIVITYSTREAMS, "https://evil.example/context"], type: "Note" }],
    ["a reversed property", { "@context": [ACTIVITYSTREAMS, { x: { "@reverse": "as:object" } }], type: "Note" }],
    ["a scoped context", { "@context": [ACTIVITYSTREAMS, { x: { "@id": "as:x", "@context": { content: "as:name" } } }], type: "Note" }],
    ["included nodes", { "@context": ACTIVITYSTREAMS, type: "Note", "@included": [{ id: "https://a.example/1" }] }],
    ["a graph", { "@context": ACTIVITYSTREAMS, "@graph": [{ type: "Note" }] }],
    [
      "a redefinition within",
      { "@context": ACTIVITYSTREAMS, type: "Create", object: { "@context": { content: "as:name" }, content: "x" } },
    ],
    ["another name for a common term", { "@context": [ACTIVITYSTREAMS, { foo: "as:to" }], type: "Note" }],
    ["another name by a prefix of its own", { "@context": [ACTIVITYSTREAMS, { a: "as:", foo: "a:to" }], type: "Note" }],
    [
      "another name by a prefix from elsewhere",
      { "@context": [ACTIVITYSTREAMS, { a: `${ACTIVITYSTREAMS}#` }, { foo: "a:to" }], type: "Note" },
    ],
    ["another name by the vocabulary", { "@context": [ACTIVITYSTREAMS, { foo: "to" }], type: "Note" }],
    ["another name that the context has already", { "@context": [ACTIVITYSTREAMS, "https://w3id.org/security/v1"], expiration: "x" }],
    ["another name for a keyword", { "@context": [ACTIVITYSTREAMS, { foo: "@reverse" }], type: "Note" }],
    ["nested properties", { "@context": [ACTIVITYSTREAMS, { foo: "@nest" }], type: "Note" }],
    ["a whole IRI as a key", { "@context": ACTIVITYSTREAMS, type: "Note", [`${ACTIVITYSTREAMS}#to`]: { id: "https://a.example/1" } }],
    ["a compact IRI as a key", { "@context": ACTIVITYSTREAMS, type: "Note", "as:to": { id: "https://a.example/1" } }],
    ["a scheme as a prefix", { "@context": [ACTIVITYSTREAMS, { HTTPS: "https://evil.example/" }], type: "Note" }],
    ["an address as a term", { "@context": [ACTIVITYSTREAMS, { "https://a.example/1": "https://evil.example/" }], type: "Note" }],
    ["values by the vocabulary", { "@context": [ACTIVITYSTREAMS, { to: { "@id": "as:to", "@type": "@vocab" } }], type: "Note" }],
    ["an index", { "@context": [ACTIVITYSTREAMS, { to: { "@id": "as:to", "@type": "@id", "@container": "@index" } }], type: "Note" }],
    ["another structure", { "@context": [ACTIVITYSTREAMS, { content: { "@id": "as:content", "@container": "@language" } }], type: "Note" }],
    ["another meaning for a key", { "@context": [ACTIVITYSTREAMS, { publicKeyPem: "as:summary" }], type: "Note" }],
    ["a context that gives common terms other meanings", { "@context": [ACTIVITYSTREAMS, "https://w3id.org/identity/v1"], type: "Note" }],
    ["nodes within a proof", { "@context": ACTIVITYSTREAMS, type: "Note", proof: { "@reverse": { object: "https://a.example/1" } } }],
    ["a thousand contexts", { "@context": ACTIVITYSTREAMS, tag: Array.from({ length: 1000 }, () => ({ "@context": ACTIVITYSTREAMS })) }],
    ["an alias of a prefix that is known", { "@context": [ACTIVITYSTREAMS, { as: "https://evil.example/#" }], type: "Note" }],
  ])("isn't trusted: %s", async (_, document) => {
    expect(contextProblem(document)).toBeDefined();
    const signed = {
      ...document,
      signature: { type: "RsaSignature2017", creator: "https://a.example/x", created: "2026-01-01T00:00:00Z", signatureValue: "AAAA" },
    };
    expect(await verifyLd(signed, (await generateRsaKeys()).publicKeyPem)).toMatchObject({ ok: false, error: { reason: "context" } });
  });

  it.each<[string, JsonValue]>([
    ["ours", contextOf("video", "comment", "actor", "playlist", "view", "watchAction", "flag", "chapters", "cacheFile", "approveReply")],
    [
      "Mastodon's",
      [
        ACTIVITYSTREAMS,
        {
          ostatus: "http://ostatus.org#",
          atomUri: "ostatus:atomUri",
          sensitive: "as:sensitive",
          toot: "http://joinmastodon.org/ns#",
          votersCount: "toot:votersCount",
          Hashtag: "as:Hashtag",
        },
      ],
    ],
    ["GoToSocial's", ["https://gotosocial.org/ns", ACTIVITYSTREAMS, { sensitive: "as:sensitive" }]],
    [
      "Mastodon's of a profile",
      [
        ACTIVITYSTREAMS,
        "https://w3id.org/security/v1",
        {
          manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
          toot: "http://joinmastodon.org/ns#",
          featured: { "@id": "toot:featured", "@type": "@id" },
          alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" },
          schema: "http://schema.org#",
          PropertyValue: "schema:PropertyValue",
          value: "schema:value",
          focalPoint: { "@container": "@list", "@id": "toot:focalPoint" },
        },
      ],
    ],
    [
      "Misskey's",
      [
        ACTIVITYSTREAMS,
        "https://w3id.org/security/v1",
        { Key: "sec:Key", quoteUrl: "as:quoteUrl", _misskey_quote: "misskey:_misskey_quote", misskey: "https://misskey-hub.net/ns#" },
      ],
    ],
    ["Pleroma's language", [ACTIVITYSTREAMS, { "@language": "und" }]],
  ])("%s is trusted", (_, context) => {
    expect(contextProblem({ "@context": context, type: "Note" })).toBeUndefined();
  });
});

describe("whatever a header holds", () => {
  it("reading it never throws", () => {
    const header = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            "keyId=",
            '"a"',
            ",",
            "signature=",
            "headers=",
            '"(request-target) host date digest"',
            "sig1=",
            "(",
            ")",
            ";created=1",
            ":AA==:",
            "=",
            " ",
            "\\",
          ),
          { maxLength: 20 },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(header, fc.option(header, { nil: undefined }), (signature, input) => {
        const headers: Record<string, string> = { signature, date: new Date(0).toUTCString(), host: "a.example", digest: "x" };
        if (input !== undefined) {
          headers["signature-input"] = input;
        }
        expect(parseRequestSignature({ method: "POST", url: "https://a.example/inbox", headers }, 0)).toHaveProperty("ok");
      }),
      { numRuns: 2000 },
    );
  });

  it("a long row of quotes or spaces costs no time", () => {
    const started = performance.now();
    for (const text of [
      `keyId="${" ".repeat(8000)}`,
      `a=${'"'.repeat(8000)}`,
      `sig=(${'"a" '.repeat(2000)}`,
      `sig=();x="${"\\".repeat(8000)}`,
    ]) {
      parseRequestSignature({ method: "POST", url: "https://a.example/inbox", headers: { signature: text, "signature-input": text } }, 0);
      parseRequestSignature({ method: "POST", url: "https://a.example/inbox", headers: { signature: text } }, 0);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("keys that aren't any are none", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await publicKeyOfPem(`-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----`)).toBeUndefined();
        expect(publicKeyOfMultibase(text)).toBeUndefined();
      }),
    );
  });
});

it("base58 of any bytes comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(fromBase58(toBase58(bytes))).toEqual(bytes);
    }),
  );
});

it("a GET that was signed without its query is taken too, as PeerTube signs it; a POST isn't", async () => {
  const { privateKey, publicKeyPem } = await generateRsaKeys();
  const now = new Date();
  const headers = await signCavage({ method: "GET", url: "https://a.example/outbox", keyId: "https://b.example/x", privateKey, now });
  const parsed = parseRequestSignature({ method: "GET", url: "https://a.example/outbox?page=1", headers }, now.getTime());
  expect(parsed.ok && (await verifyParsedSignature(parsed.value, { pem: publicKeyPem }))).toBe(true);
  const posted = await signCavage({
    method: "POST",
    url: "https://a.example/inbox",
    body: "{}",
    keyId: "https://b.example/x",
    privateKey,
    now,
  });
  const other = parseRequestSignature({ method: "POST", url: "https://a.example/inbox?x=1", headers: posted }, now.getTime());
  expect(other.ok && (await verifyParsedSignature(other.value, { pem: publicKeyPem }))).toBe(false);
});

describe("the time of an activity", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  it("is its proof's, else its signature's, else its object's, else the request's", () => {
    const activity: JsonObject = {
      proof: { created: "2026-11-24T10:00:00Z" },
      signature: { created: "2026-11-24T09:00:00Z" },
      object: { updated: "2026-11-24T08:00:00Z", published: "2026-11-24T07:00:00Z" },
    };
    const date = "Tue, 24 Nov 2026 06:00:00 GMT";
    expect(activityTime(activity, date, now)).toBe(Date.parse("2026-11-24T10:00:00Z"));
    delete activity["proof"];
    expect(activityTime(activity, date, now)).toBe(Date.parse("2026-11-24T09:00:00Z"));
    delete activity["signature"];
    expect(activityTime(activity, date, now)).toBe(Date.parse("2026-11-24T08:00:00Z"));
    expect(activityTime({}, date, now)).toBe(Date.parse(date));
    expect(activityTime({ published: "nonsense" }, undefined, now)).toBe(now);
  });
  it("isn't believed to be far ahead", () => {
    expect(activityTime({ published: "2099-01-01T00:00:00Z" }, undefined, now)).toBe(now + 30 * 60_000);
  });
});
