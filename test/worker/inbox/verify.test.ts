import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forgetBlockedHosts } from "../../../src/domain/follows/blocklist.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { contextOf } from "../../../src/protocol/activitystreams/context.ts";
import { signCavage } from "../../../src/protocol/signatures/http-cavage.ts";
import { signRfc9421 } from "../../../src/protocol/signatures/http-rfc9421.ts";
import { addProof } from "../../../src/protocol/signatures/integrity-proof.ts";
import { generateEd25519Keys, generateRsaKeys, type Ed25519Keys, type RsaKeys } from "../../../src/protocol/signatures/keys.ts";
import { signLd } from "../../../src/protocol/signatures/ld-signature.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import { accountAt, apply, HERE, noteDocument, PUBLIC, seedLocalVideo, type Said } from "./world.ts";

// Who is believed to have said something: by signed requests, by what an activity itself carries, and by nobody.

const ANN = accountAt("tube.test", "ann");
const FORWARDER = accountAt("other.test", "peertube");
const BEGIN = Date.parse("2026-11-20T00:00:00Z");
const HOUR_MS = 60 * 60_000;

let keys: RsaKeys;
let newKeys: RsaKeys;
let edKeys: Ed25519Keys;
let bench: InboxBench;
let pages: Map<string, JsonObject | number>;
let local: string;

beforeAll(async () => {
  [keys, newKeys, edKeys] = await Promise.all([generateRsaKeys(), generateRsaKeys(), generateEd25519Keys()]);
});

beforeEach(async () => {
  pages = new Map();
  forgetBlockedHosts();
  forgetTargets();
  bench = await startBench({
    origin: HERE,
    answer: (url) => {
      const page = pages.get(url) ?? 404;
      return typeof page === "number"
        ? new Response(null, { status: page })
        : new Response(JSON.stringify(page), { headers: { "content-type": "application/activity+json" } });
    },
  });
  bench.setTime(BEGIN);
  local = await seedLocalVideo(1);
});

function actorDocument(id: string, { publicKeyPem }: RsaKeys, keyId = `${id}#main-key`): JsonObject {
  return {
    type: "Person",
    id,
    preferredUsername: id.slice(id.lastIndexOf("/") + 1),
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    publicKey: { id: keyId, owner: id, publicKeyPem },
    assertionMethod: [{ id: `${id}#ed25519-key`, type: "Multikey", controller: id, publicKeyMultibase: edKeys.multibase }],
  };
}

function like(actor = ANN): Said {
  return { id: `${actor}/likes/1`, type: "Like", actor, object: local, to: [PUBLIC], cc: [] };
}

/** Sends an activity with a signed request; gives the status. */
async function send(
  activity: JsonObject,
  { keyId = `${ANN}#main-key`, by = keys, sign = signCavage as typeof signCavage | typeof signRfc9421, path = "/inbox" } = {},
): Promise<number> {
  const body = JSON.stringify(activity);
  const headers = await sign({ method: "POST", url: HERE + path, body, keyId, privateKey: by.privateKey, now: new Date(bench.deps.now()) });
  return (await bench.post(path, { host: new URL(HERE).host, ...headers, "content-type": "application/activity+json" }, body)).status;
}

async function likes(): Promise<number> {
  return (await rows("SELECT id FROM video_rates WHERE rating = 1")).length;
}

async function comments(): Promise<unknown[]> {
  return (await rows("SELECT text FROM comments WHERE deleted_at IS NULL ORDER BY id")).map(({ text }) => text);
}

describe("a request whose key isn't known", () => {
  it("is believed once its key is read, which is asked for once", async () => {
    pages.set(ANN, actorDocument(ANN, keys));
    expect(await send(like())).toBe(202);
    expect(bench.fetched).toEqual([]);
    expect(await bench.applyQueued()).toBe(0);
    expect(await likes()).toBe(1);
    expect(bench.fetched).toEqual([ANN]);
  });

  it("is believed by RFC 9421 too", async () => {
    pages.set(ANN, actorDocument(ANN, keys));
    expect(await send(like(), { sign: signRfc9421 })).toBe(202);
    await bench.applyQueued();
    expect(await likes()).toBe(1);
    expect(await send({ ...like(), id: `${ANN}/likes/2` }, { sign: signRfc9421, by: newKeys })).toBe(403);
  });

  it("is dropped where the key is another, or its actor is gone", async () => {
    pages.set(ANN, actorDocument(ANN, newKeys));
    expect(await send(like())).toBe(202);
    expect(await bench.applyQueued()).toBe(0);
    expect(await likes()).toBe(0);
    pages.set(FORWARDER, 410);
    expect(await send(like(FORWARDER), { keyId: FORWARDER })).toBe(202);
    expect(await bench.applyQueued()).toBe(0);
    expect(await likes()).toBe(0);
  });

  it("is tried again while its host doesn't answer", async () => {
    pages.set(ANN, 503);
    expect(await send(like())).toBe(202);
    expect(await bench.applyQueued()).toBe(1);
  });

  it("is believed with a key that has an address of its own, as GoToSocial's", async () => {
    const keyId = `${ANN}/main-key`;
    pages.set(ANN, actorDocument(ANN, keys, keyId));
    pages.set(keyId, {
      id: ANN,
      type: "Person",
      preferredUsername: "ann",
      publicKey: { id: keyId, owner: ANN, publicKeyPem: keys.publicKeyPem },
    });
    expect(await send(like(), { keyId })).toBe(202);
    await bench.applyQueued();
    expect(await likes()).toBe(1);
    // Now it is known.
    expect(await send({ ...like(), type: "Dislike" }, { keyId, by: newKeys })).toBe(403);
  });
});

describe("a key that was replaced", () => {
  beforeEach(async () => {
    await seedActors(BEGIN - HOUR_MS, { [ANN]: keys.publicKeyPem });
    pages.set(ANN, actorDocument(ANN, newKeys));
  });

  it("is read again, once", async () => {
    expect(await send(like(), { by: newKeys })).toBe(202);
    await bench.applyQueued();
    expect(await likes()).toBe(1);
    expect(bench.fetched).toEqual([ANN]);
    // The next is believed at once, and what the old key signs isn't any more.
    expect(await send({ ...like(), type: "Dislike" }, { by: newKeys })).toBe(202);
    expect(bench.queued[0]?.signer).toBe(ANN);
    expect(await send(like())).toBe(403);
    expect(bench.fetched).toEqual([ANN]);
  });

  it("isn't read again for every forgery", async () => {
    const other = await generateRsaKeys();
    for (let sent = 0; sent < 5; sent++) {
      await send({ ...like(), id: `${ANN}/likes/${sent}` }, { by: other });
    }
    await bench.applyQueued();
    expect(await send(like(), { by: other })).toBe(403);
    expect(bench.fetched).toEqual([ANN]);
    expect(await likes()).toBe(0);
  });
});

describe("what is passed on by somebody else", () => {
  beforeEach(async () => {
    await seedActors(BEGIN - HOUR_MS, { [ANN]: keys.publicKeyPem, [FORWARDER]: "a key" });
    await env.DB.prepare("UPDATE actors SET assertion_key_multibase = ? WHERE url = ?").bind(edKeys.multibase, ANN).run();
    pages.set(ANN, actorDocument(ANN, keys));
  });

  const created = new Date(BEGIN).toISOString();
  const note = () => noteDocument(`${ANN}/comments/1`, ANN, local, "Hello");
  const create = (): Said => ({
    "@context": contextOf("comment"),
    id: `${ANN}/comments/1/activity`,
    type: "Create",
    actor: ANN,
    object: note(),
    to: [PUBLIC],
    cc: [],
  });
  const forwarded = { signer: FORWARDER };

  it("is believed with the author's Linked Data Signature, as it was signed", async () => {
    const signed = (await signLd(create(), { creator: ANN, privateKey: keys.privateKey, created })) as Said;
    await apply(bench, { ...signed, object: { ...note(), content: "Forged" } }, forwarded);
    await apply(bench, (await signLd(create(), { creator: ANN, privateKey: newKeys.privateKey, created })) as Said, forwarded);
    await apply(bench, (await signLd(create(), { creator: FORWARDER, privateKey: keys.privateKey, created })) as Said, forwarded);
    expect(await comments()).toEqual([]);
    await apply(bench, signed, forwarded);
    expect(await comments()).toEqual([expect.stringContaining("Hello")]);
  });

  it("isn't believed where its context gives its keys other meanings", async () => {
    const signed = await signLd(create(), { creator: ANN, privateKey: keys.privateKey, created });
    // The same statements for JSON-LD, others for who reads the keys.
    const { object, ...rest } = signed as JsonObject & { object: JsonObject };
    const { content, summary: _, ...fields } = object;
    const swapped = {
      ...rest,
      "@context": [contextOf("comment"), { summary: "as:content" }].flat(),
      object: { ...fields, summary: content, content: "Forged" },
    };
    await apply(bench, swapped as unknown as Said, forwarded);
    expect(await comments()).toEqual([]);
  });

  it("is believed with the author's integrity proof", async () => {
    const proven = (await addProof(create(), { verificationMethod: `${ANN}#ed25519-key`, seed: edKeys.seed, created })) as Said;
    await apply(bench, { ...proven, object: { ...note(), content: "Forged" } }, forwarded);
    expect(await comments()).toEqual([]);
    await apply(bench, proven, forwarded);
    expect(await comments()).toHaveLength(1);
  });

  it("without either only tells where to look", async () => {
    await apply(bench, like(), forwarded);
    expect(await likes()).toBe(0);
    await apply(bench, { ...create(), object: { ...note(), content: "Forged" } }, forwarded);
    await bench.runTasks("fetch-comment");
    // A stranger doesn't make us ask a third host.
    expect(await comments()).toEqual([]);
    await apply(bench, { ...create(), object: { ...note(), content: "Forged" } }, { signer: accountAt("tube.test", "peertube") });
    pages.set(`${ANN}/comments/1`, note());
    await bench.runTasks("fetch-comment");
    expect(await comments()).toEqual([expect.stringContaining("Hello")]);
    await apply(bench, { ...create(), type: "Delete", object: `${ANN}/comments/1` }, { signer: accountAt("tube.test", "peertube") });
    expect(await comments()).toHaveLength(1);
    pages.set(`${ANN}/comments/1`, 410);
    forgetTargets();
    await apply(bench, { ...create(), type: "Delete", object: `${ANN}/comments/1` }, { signer: accountAt("tube.test", "peertube") });
    expect(await comments()).toEqual([]);
  });
});

describe("somebody who is gone", () => {
  it("is taken away where their host says so, though no key fits any more", async () => {
    await seedActors(BEGIN - HOUR_MS, { [ANN]: keys.publicKeyPem });
    pages.set(ANN, 410);
    const goodbye = { id: `${ANN}#delete`, type: "Delete", actor: ANN, object: ANN };
    expect(await send(goodbye, { by: newKeys })).toBe(202);
    expect(await bench.applyQueued()).toBe(0);
    expect(await rows("SELECT url FROM actors WHERE url = ?", ANN)).toEqual([]);
  });

  it("isn't, where their host still has them", async () => {
    await seedActors(BEGIN - HOUR_MS, { [ANN]: keys.publicKeyPem });
    pages.set(ANN, actorDocument(ANN, keys));
    expect(await send({ id: `${ANN}#delete`, type: "Delete", actor: ANN, object: ANN }, { by: newKeys })).toBe(202);
    expect(await bench.applyQueued()).toBe(0);
    expect(await rows("SELECT url FROM actors WHERE url = ?", ANN)).toHaveLength(1);
  });
});

describe("a body that is too long for a message", () => {
  it("waits in the bucket until it is applied", async () => {
    await seedActors(BEGIN, { [ANN]: keys.publicKeyPem });
    expect(await send({ ...like(), padding: "ü".repeat(60_000) })).toBe(202);
    const [message] = bench.queued;
    expect(message?.body).toEqual({ key: expect.stringMatching(/^inbox\//) });
    expect((await env.MEDIA.list({ prefix: "inbox/" })).objects).toHaveLength(1);
    const again = structuredClone(bench.queued);
    await bench.applyQueued();
    expect(await likes()).toBe(1);
    expect((await env.MEDIA.list({ prefix: "inbox/" })).objects).toEqual([]);
    // Queues deliver at least once.
    bench.queued.push(...again);
    expect(await bench.applyQueued()).toBe(0);
  });
});
