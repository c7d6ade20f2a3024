import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { fetchBytes, fetchDocument } from "../../../src/domain/remote/fetch-document.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import { parseRequestSignature, verifyParsedSignature } from "../../../src/protocol/signatures/verify-request.ts";
import { activityJson, startReader } from "./support.ts";

const NOTE = "https://a.example/notes/1?page=2";

interface Asked {
  url: string;
  headers: Headers;
}

/** An instance whose requests are kept; the first is led on to another host. */
async function startAsking(): Promise<{ deps: Awaited<ReturnType<typeof startReader>>["deps"]; asked: Asked[]; pem: string }> {
  const { deps } = await startReader();
  const actor = await ensureLocalActor(deps, INSTANCE_ACTOR);
  const asked: Asked[] = [];
  const answer = (input: unknown, init?: RequestInit) => {
    asked.push({ url: String(input), headers: new Headers(init?.headers) });
    const { host } = new URL(String(input));
    return Promise.resolve(
      host === "a.example"
        ? new Response(null, { status: 302, headers: { location: "https://b.example/notes/1" } })
        : activityJson({ id: "https://b.example/notes/1", type: "Note" }),
    );
  };
  return { deps: { ...deps, fetch: answer as typeof fetch }, asked, pem: actor?.publicKeyPem ?? "" };
}

async function isVerified({ url, headers }: Asked, pem: string, now: number): Promise<boolean | string> {
  const signed = new Headers({ ...Object.fromEntries(headers), host: new URL(url).host });
  const parsed = parseRequestSignature({ method: "GET", url, headers: signed }, now);
  return parsed.ok ? await verifyParsedSignature(parsed.value, { pem }) : parsed.error.reason;
}

test.each(["cavage", "rfc9421"])("each request is signed for its own address, as its host wants it: %s", async (scheme) => {
  const { deps, asked, pem } = await startAsking();
  await env.DB.prepare("INSERT INTO hosts (host, http_signature) VALUES ('a.example', ?1), ('b.example', ?1)").bind(scheme).run();
  expect((await fetchDocument(deps, NOTE)).ok).toBe(true);
  expect(asked.map(({ url }) => url)).toEqual([NOTE, "https://b.example/notes/1"]);
  for (const request of asked) {
    expect(request.headers.has("signature-input")).toBe(scheme === "rfc9421");
    expect(await isVerified(request, pem, deps.now())).toBe(true);
    // A signature for one address is none for another, nor for long.
    expect(await isVerified({ ...request, url: "https://b.example/notes/2" }, pem, deps.now())).toBe(false);
    expect(await isVerified({ ...request, url: "https://c.example/notes/1" }, pem, deps.now())).toBe(false);
    expect(await isVerified(request, pem, deps.now() + 2 * 60 * 60_000)).not.toBe(true);
  }
});

test("files are asked for without a signature: whoever holds them needn't know who asks", async () => {
  const { deps, asked } = await startAsking();
  await fetchBytes(deps, "https://b.example/1.jpg", { maxBytes: 1000, accept: "image/*" });
  expect(asked.map(({ headers }) => [headers.has("signature"), headers.has("signature-input"), headers.get("accept")])).toEqual([
    [false, false, "image/*"],
  ]);
});

test("redirects that go in circles end, and the address isn't asked again at once", async () => {
  const circle = (to: string) => new Response(null, { status: 302, headers: { location: to } });
  const reader = await startReader({ "https://a.example/1": circle("https://a.example/2"), "https://a.example/2": circle("/1") });
  expect(await fetchDocument(reader.deps, "https://a.example/1")).toMatchObject({ ok: false, error: { reason: "invalid" } });
  expect(reader.fetched).toHaveLength(4);
  await fetchDocument(reader.deps, "https://a.example/1");
  expect(reader.fetched).toHaveLength(4);
  reader.setTime(reader.deps.now() + 4000);
  await fetchDocument(reader.deps, "https://a.example/1");
  expect(reader.fetched).toHaveLength(8);
});
