import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureLocalActor, findActorRow, instanceActor } from "../../../src/domain/actors/local";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import { checkDigest } from "../../../src/protocol/signatures/http-message";
import { verifyProof } from "../../../src/protocol/signatures/integrity-proof";
import { verifyLd } from "../../../src/protocol/signatures/ld-signature";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request";
import { bearer, makeUser, ORIGIN, readJson, request, setUpInstance, signInAs, testDeps } from "../users/support";
import { actorObject, like, ROOT_URL } from "./support";

beforeEach(setUpInstance);

function createdOf(activity: JsonObject): string {
  return (activity["signature"] as { created: string }).created;
}

async function verifies(activity: JsonObject, keys: { publicKeyPem: string; assertionKeyMultibase: string }): Promise<boolean> {
  return (await verifyLd(activity, keys.publicKeyPem)).ok && (await verifyProof(activity, keys.assertionKeyMultibase));
}

describe("an actor's keys", () => {
  test("are born once, however many ask at the same time, and outlive the object", async () => {
    const born = await Promise.all(Array.from({ length: 10 }, () => actorObject().keys(ROOT_URL)));
    expect(new Set(born.map(({ publicKeyPem }) => publicKeyPem)).size).toBe(1);
    expect(new Set(born.map(({ assertionKeyMultibase }) => assertionKeyMultibase)).size).toBe(1);
    await evictDurableObject(env.ACTORS.getByName("accounts/root"));
    expect(await actorObject().keys(ROOT_URL)).toEqual(born[0]);
  });

  test("sign requests that verify, by both schemes", async () => {
    const object = actorObject();
    const { publicKeyPem } = await object.keys(ROOT_URL);
    const { id } = await object.record(like(`${ROOT_URL}/likes/1`), { listed: false });
    const inboxes = (["cavage", "rfc9421"] as const).map((scheme) => ({ url: `https://${scheme}.example/inbox`, scheme }));
    const signed = await object.signDeliveries(ROOT_URL, id as string, inboxes);
    expect(signed?.requests.map(({ url }) => url)).toEqual(inboxes.map(({ url }) => url));
    for (const { url, headers } of signed?.requests ?? []) {
      expect(headers).toMatchObject({
        "content-type": "application/activity+json",
        "user-agent": expect.stringMatching(/^Edgetube\/\d+\.\d+\.\d+ \(\+http:\/\/edgetube\.test\)$/) as string,
      });
      const parsed = parseRequestSignature({ method: "POST", url, headers: { ...headers, host: new URL(url).host } }, Date.now());
      if (!parsed.ok) {
        throw new Error(parsed.error.reason);
      }
      expect(parsed.value.keyId).toBe(`${ROOT_URL}#main-key`);
      expect(await verifyParsedSignature(parsed.value, { pem: publicKeyPem })).toBe(true);
      expect(await checkDigest(headers, new TextEncoder().encode(signed?.body))).toBe(true);
    }
    const headers = await object.signFetch(ROOT_URL, "https://a.example/x?page=2", "application/activity+json", "cavage");
    const get = parseRequestSignature(
      { method: "GET", url: "https://a.example/x?page=2", headers: { ...headers, host: "a.example" } },
      Date.now(),
    );
    expect(get.ok && (await verifyParsedSignature(get.value, { pem: publicKeyPem }))).toBe(true);
  });

  test("sign an activity once, later ones with later times, and each verifies", async () => {
    const object = actorObject();
    const keys = await object.keys(ROOT_URL);
    const ids = Array.from({ length: 8 }, (_, at) => `${ROOT_URL}/likes/${at}`);
    const signed = await Promise.all([...ids, ...ids].map((id) => object.record(like(id), { listed: false })));
    expect(signed.slice(8)).toEqual(signed.slice(0, 8));
    const times = signed.slice(0, 8).map(createdOf);
    expect(new Set(times).size).toBe(8);
    expect(times.toSorted()).toEqual(times);
    for (const activity of signed.slice(0, 2)) {
      expect(await verifies(activity, keys)).toBe(true);
      expect(await verifies({ ...activity, object: "https://a.example/videos/watch/2" }, keys)).toBe(false);
    }
    expect(await object.record(like(ids[0] ?? "", { object: "https://b.example/" }), { listed: false })).toEqual(signed[0]);
  });

  test("are replaced by the administrator; the Update that tells of them is signed by the old ones, what follows by the new", async () => {
    const object = actorObject();
    const old = await object.keys(ROOT_URL);
    const root = bearer(await signInAs());
    const rotate = async (fields: object, headers = root) =>
      await request("/api/v1/server/actors/rotate-keys", {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(fields),
      });
    const rotated = await rotate({ accountName: "ROOT" });
    expect(rotated.status).toBe(200);
    const fresh = await object.keys(ROOT_URL);
    expect(fresh.publicKeyPem).not.toBe(old.publicKeyPem);
    expect(await readJson(rotated)).toMatchObject({ actor: { url: ROOT_URL, publicKeyPem: fresh.publicKeyPem } });
    expect((await findActorRow(testDeps(), ROOT_URL))?.publicKeyPem).toBe(fresh.publicKeyPem);
    expect(await env.DB.prepare("SELECT subject FROM federation_tasks WHERE kind = 'actor'").first("subject")).toBe("account/root");

    const update = {
      ...like(`${ROOT_URL}/updates/1`),
      type: "Update",
      object: {
        id: ROOT_URL,
        type: "Person",
        publicKey: { id: `${ROOT_URL}#main-key`, owner: ROOT_URL, publicKeyPem: fresh.publicKeyPem },
      },
    };
    const told = await object.record(update, { listed: false });
    expect(await verifies(told, old)).toBe(true);
    expect(await verifies(await object.record(like(`${ROOT_URL}/likes/1`), { listed: false }), fresh)).toBe(true);
    const delivery = await object.signDeliveries(ROOT_URL, update.id, [{ url: "https://a.example/inbox", scheme: "cavage" }]);
    const headers = { ...delivery?.requests[0]?.headers, host: "a.example" };
    const parsed = parseRequestSignature({ method: "POST", url: "https://a.example/inbox", headers }, Date.now());
    expect(parsed.ok && (await verifyParsedSignature(parsed.value, { pem: old.publicKeyPem }))).toBe(true);
    // Whoever was told takes the next Update by the new keys.
    expect(await verifies(await object.record({ ...update, id: `${ROOT_URL}/updates/2` }, { listed: false }), fresh)).toBe(true);

    expect((await rotate({ channelName: "nobody" })).status).toBe(404);
    expect((await rotate({})).status).toBe(400);
    expect((await rotate({ instance: true })).status).toBe(200);
    await makeUser("ann", "ann-password");
    expect((await rotate({ instance: true }, bearer(await signInAs("ann", "ann-password")))).status).toBe(403);
  });
});

describe("a local actor's row", () => {
  test("is made for accounts, channels and the instance, and for nobody else", async () => {
    const deps = testDeps();
    expect(await ensureLocalActor(deps, { kind: "account", name: "Root" })).toMatchObject({ url: ROOT_URL, type: "Person", host: null });
    expect(await ensureLocalActor(deps, { kind: "channel", name: "root_channel" })).toMatchObject({
      url: `${ORIGIN}/video-channels/root_channel`,
      type: "Group",
    });
    expect(await findActorRow(deps, `${ORIGIN}/accounts/edgetube`)).toMatchObject({ type: "Application", name: "peertube" });
    expect(await ensureLocalActor(deps, { kind: "account", name: "root_channel" })).toBeUndefined();
    expect(await ensureLocalActor(deps, { kind: "channel", name: "root" })).toBeUndefined();
    expect(await findActorRow(deps, "https://a.example/accounts/ann")).toBeUndefined();
  });

  test("is made once, at the same time too", async () => {
    const rows = await Promise.all(Array.from({ length: 5 }, () => ensureLocalActor(testDeps(), instanceActor)));
    expect(new Set(rows.map((row) => row?.id)).size).toBe(1);
  });

  test("follows the instance to another address", async () => {
    const first = await ensureLocalActor(testDeps(), instanceActor);
    const moved = await ensureLocalActor({ ...testDeps(), publicUrl: "https://new.example" }, instanceActor);
    expect(moved).toMatchObject({ id: first?.id, url: "https://new.example/accounts/peertube", publicKeyPem: first?.publicKeyPem });
  });

  test("isn't to be had by a channel: the instance's names are taken", async () => {
    const headers = { ...bearer(await signInAs()), "content-type": "application/json" };
    for (const name of ["peertube", "EdgeTube"]) {
      const body = JSON.stringify({ name, displayName: "Mine" });
      expect((await request("/api/v1/video-channels", { method: "POST", headers, body })).status).toBe(409);
    }
  });
});

describe("the outbox", () => {
  test("gives listed activities, the newest first, page by page, until they are unlisted", async () => {
    const object = actorObject();
    for (let at = 1; at <= 5; at++) {
      await object.record(like(`${ROOT_URL}/likes/${at}`), { listed: at !== 3 });
    }
    const idsOf = (activities: JsonObject[]) => activities.map(({ id }) => (id as string).slice(-1)).join("");
    const page = await object.outbox({ start: 0, count: 3 });
    expect(page.total).toBe(4);
    expect(idsOf(page.activities)).toBe("542");
    expect(idsOf((await object.outbox({ start: 3, count: 3 })).activities)).toBe("1");
    await object.unlist([`${ROOT_URL}/likes/5`]);
    expect(idsOf((await object.outbox({ start: 0, count: 10 })).activities)).toBe("421");
  });

  test("keeps what is listed, and what is still to be sent; forgets the rest in time", async () => {
    const object = actorObject();
    await object.record(like(`${ROOT_URL}/likes/1`), { listed: true });
    await object.record(like(`${ROOT_URL}/likes/2`), { listed: false });
    await object.keep("https://a.example/activities/1", '{"id":"https://a.example/activities/1"}');
    await object.keep("https://a.example/activities/2", "{}");
    await object.forgetActivities(Date.now() + 1000, ["https://a.example/activities/1"]);
    expect(await object.activity(`${ROOT_URL}/likes/1`)).toBeDefined();
    expect(await object.activity(`${ROOT_URL}/likes/2`)).toBeUndefined();
    expect(await object.activity("https://a.example/activities/1")).toEqual({ id: "https://a.example/activities/1" });
    expect(await object.signDeliveries(ROOT_URL, "https://a.example/activities/2", [])).toBeUndefined();
  });

  test("refuses what is longer than storage takes", async () => {
    await actorObject().keep("https://a.example/long", "x".repeat(1_900_000));
    const refused = runInDurableObject(env.ACTORS.getByName("accounts/root"), async (object) => {
      await object.keep("https://a.example/longer", "x".repeat(1_900_001));
    });
    await expect(refused).rejects.toThrow("1900001 bytes");
  });
});
