import { beforeAll, describe, expect, it } from "vitest";
import matrix from "../../fixtures/wire/inbox-signature-matrix.json" with { type: "json" };
import { contextOf } from "../../../src/protocol/activitystreams/context.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { signingString } from "../../../src/protocol/signatures/http-cavage.ts";
import { checkDigest, digestOf } from "../../../src/protocol/signatures/http-message.ts";
import { generateRsaKeys, RSA_ALGORITHM, toBase64, type RsaKeys } from "../../../src/protocol/signatures/keys.ts";
import { ldCreator, signLd, verifyLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request.ts";

// The requests that a real PeerTube 6.3 was asked to take (test/fixtures/wire/inbox-signature-matrix.json), made anew with keys of
// ours: what its signature rules take we take, and what they refuse we refuse.

const INBOX = "https://tube.example/inbox";
const BOB = "https://other.example/accounts/bob";
const ALICE = "https://other.example/accounts/alice";
const NOW = Date.parse("2026-11-24T12:00:00Z");
const MINUTE = 60_000;

let bob: RsaKeys;
let alice: RsaKeys;

beforeAll(async () => {
  [bob, alice] = await Promise.all([generateRsaKeys(), generateRsaKeys()]);
});

interface Variant {
  covered?: string[];
  algorithm?: string | null;
  keyId?: string;
  date?: number | null;
  created?: number;
  digest?: (right: string) => string | null;
  signer?: "bob" | "alice";
  place?: "signature" | "prefixed" | "authorization";
  unsigned?: true;
}

const FULL = ["(request-target)", "host", "date", "digest"];
const BODY = JSON.stringify({ id: `${BOB}/likes/1`, type: "Like", actor: BOB, object: "https://tube.example/videos/watch/1" });

async function requestOf(variant: Variant): Promise<Record<string, string>> {
  const covered = variant.covered ?? FULL;
  const right = await digestOf(new TextEncoder().encode(BODY));
  const digest = variant.digest === undefined ? right : variant.digest(right);
  const date = variant.date === undefined ? NOW : variant.date;
  const headers: Record<string, string> = {
    host: "tube.example",
    "content-type": "application/activity+json",
    ...(date !== null && { date: new Date(date).toUTCString() }),
    ...(digest !== null && { digest }),
  };
  if (variant.unsigned) {
    return headers;
  }
  const created = variant.created === undefined ? undefined : String(Math.floor(variant.created / 1000));
  const text = signingString({ method: "POST", url: INBOX, headers }, covered, { ...(created !== undefined && { created }) }, "whole");
  const { privateKey } = variant.signer === "alice" ? alice : bob;
  const signed = await crypto.subtle.sign(RSA_ALGORITHM.name, privateKey, new TextEncoder().encode(text));
  const parameters = [
    `keyId="${variant.keyId ?? `${BOB}#main-key`}"`,
    ...(variant.algorithm === null ? [] : [`algorithm="${variant.algorithm ?? "rsa-sha256"}"`]),
    ...(created === undefined ? [] : [`created=${created}`]),
    `headers="${covered.join(" ")}"`,
    `signature="${toBase64(new Uint8Array(signed))}"`,
  ].join(",");
  const name = variant.place === "authorization" ? "authorization" : "signature";
  return { ...headers, [name]: variant.place === undefined ? parameters : `Signature ${parameters}` };
}

async function isTaken(variant: Variant): Promise<boolean> {
  const headers = await requestOf(variant);
  const parsed = parseRequestSignature({ method: "POST", url: INBOX, headers }, NOW);
  return (
    parsed.ok &&
    parsed.value.keyId === (variant.keyId ?? `${BOB}#main-key`) &&
    (await checkDigest(headers, new TextEncoder().encode(BODY))) &&
    (await verifyParsedSignature(parsed.value, { pem: bob.publicKeyPem }))
  );
}

const CREATED = ["(request-target)", "host", "(created)", "digest"];
const OF_ANOTHER_BODY = "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/** By the name of the recorded case. */
const HTTP_CASES: Record<string, Variant> = {
  "rsa-sha256; (request-target) host date digest": {},
  "same, order host date (request-target) digest": { covered: ["host", "date", "(request-target)", "digest"] },
  "plus content-type signed": { covered: [...FULL, "content-type"] },
  'algorithm="hs2019" with date': { algorithm: "hs2019" },
  'algorithm="hs2019" (created) instead of date': { algorithm: "hs2019", covered: CREATED, created: NOW },
  "same (created) and no Date header at all": { algorithm: "hs2019", covered: CREATED, created: NOW, date: null },
  "(created) 2 hours old, Date header fresh but not signed": {
    algorithm: "hs2019",
    covered: CREATED,
    created: NOW - 120 * MINUTE,
  },
  unsigned: { unsigned: true },
  "digest header present but not in signed headers": { covered: ["(request-target)", "host", "date"] },
  "host not signed": { covered: ["(request-target)", "date", "digest"] },
  "(request-target) not signed": { covered: ["host", "date", "digest"] },
  "neither date nor (created) signed": { covered: ["(request-target)", "host", "digest"] },
  "no digest header": { covered: ["(request-target)", "host", "date"], digest: () => null },
  "digest of another body (signature itself valid)": { digest: () => OF_ANOTHER_BODY },
  "digest prefix sha-256= (lower case)": { digest: (right) => right.replace("SHA", "sha") },
  "digest lower-case prefix, right value": { digest: (right) => right.replace("SHA", "sha") },
  'digest list "SHA-256=..,SHA-512=.."': { digest: (right) => `${right},SHA-512=AAAA` },
  "date 25 min in the past": { date: NOW - 25 * MINUTE },
  "date 35 min in the past": { date: NOW - 35 * MINUTE },
  "date 35 min in the future": { date: NOW + 35 * MINUTE },
  "keyId without #main-key": { keyId: BOB },
  "keyId acct:bob@host": { keyId: "acct:bob@other.example" },
  "signed by another key": { signer: "alice" },
  'Signature header value with "Signature " prefix': { place: "prefixed" },
  "signature sent in Authorization header only": { place: "authorization" },
  "no algorithm parameter": { algorithm: null },
};

/** A `(created)` that is signed and hours old would let anybody send an old request again with a fresh `Date`, which nobody signed. */
const STRICTER = new Set(["(created) 2 hours old, Date header fresh but not signed"]);

describe("a request to an inbox", () => {
  it.each(Object.entries(HTTP_CASES))("%s", async (name, variant) => {
    expect(await isTaken(variant)).toBe(!STRICTER.has(name) && recorded(name).status === 204);
  });
});

type LdVerdict = "own" | "author" | "refused";

/** What the rules on signatures make of a body that Bob's key delivered. */
async function judge(activity: JsonObject): Promise<LdVerdict> {
  if (activity["actor"] === BOB) {
    return "own";
  }
  return ldCreator(activity) === activity["actor"] && (await verifyLd(activity, alice.publicKeyPem)).ok ? "author" : "refused";
}

describe("a body that somebody else delivers", () => {
  const like: JsonObject = {
    "@context": contextOf(),
    id: `${ALICE}/likes/1`,
    type: "Like",
    actor: ALICE,
    object: "https://tube.example/videos/watch/1",
  };
  const sign = async (activity: JsonObject, creator: string, keys: RsaKeys) =>
    await signLd(activity, { creator, privateKey: keys.privateKey, created: "2026-11-24T11:59:00.000Z" });
  const other = "https://tube.example/videos/watch/2";

  it.each<[string, () => Promise<JsonObject>, LdVerdict]>([
    ["body.actor is alice, HTTP signed by bob, no LD signature", async () => await Promise.resolve(like), "refused"],
    [
      "body.actor alice, HTTP signed by bob, valid LD signature of alice (forwarding)",
      async () => await sign(like, ALICE, alice),
      "author",
    ],
    ["same but LD signature tampered (object changed)", async () => ({ ...(await sign(like, ALICE, alice)), object: other }), "refused"],
    ["same but an unknown term added after signing", async () => ({ ...(await sign(like, ALICE, alice)), foo: "bar" }), "refused"],
    // That PeerTube answers 204 and does nothing: it is no more believed than here.
    ["LD signature valid but creator is bob while actor is alice", async () => await sign(like, BOB, bob), "refused"],
    [
      "bad LD signature but actor == HTTP signer (LD not checked)",
      async () => ({ ...(await sign({ ...like, actor: BOB }, BOB, bob)), object: other }),
      "own",
    ],
    [
      "signature.type is not RsaSignature2017",
      async () => {
        const signed = await sign(like, ALICE, alice);
        return { ...signed, signature: { ...(signed["signature"] as JsonObject), type: "Ed25519Signature2018" } };
      },
      "refused",
    ],
  ])("%s", async (name, body, verdict) => {
    expect(await judge(await body())).toBe(verdict);
    expect(recorded(name).status === 204).toBe(verdict !== "refused" || name.startsWith("LD signature valid but creator is bob"));
  });
});

/** Cases on the body's form, other inboxes, and keys that can't be fetched: of the inbox's tests. */
const ELSEWHERE = [
  "keyId of an actor that does not exist (404)",
  'content-type application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  "content-type application/json",
  "content-type text/plain",
  "body without @context",
  "activity without id",
  "activity with unknown type (EmojiReact)",
  "body > 500 kB",
  "Delete of an actor that is gone (404), body.actor == object",
  "POST to /accounts/ada/inbox",
  "POST to /accounts/unknown/inbox",
  "POST to /video-channels/ada_channel/inbox",
  "body OrderedCollection of 1 activity",
];

it("no recorded case is left out", () => {
  const ofBodies = 7;
  expect(matrix).toHaveLength(46);
  expect(Object.keys(HTTP_CASES).length + ofBodies + ELSEWHERE.length).toBe(matrix.length);
  for (const name of [...Object.keys(HTTP_CASES), ...ELSEWHERE]) {
    expect(recorded(name).test).toBe(name);
  }
});

function recorded(name: string): (typeof matrix)[number] {
  const found = matrix.find(({ test }) => test === name);
  if (found === undefined) {
    throw new Error(`no such case was recorded: ${name}`);
  }
  return found;
}
