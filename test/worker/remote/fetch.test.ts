import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { fetchBytes, fetchDocument } from "../../../src/domain/remote/fetch-document.ts";
import { activityJson, reasonOf, startReader, valueOf, type Answers } from "./support.ts";

const NOTE = "https://a.example/notes/1";
const document = { id: NOTE, type: "Note" };

function redirect(location: string, status = 302): Response {
  return new Response(null, { status, headers: { location } });
}

async function ask(answers: Answers, url = NOTE) {
  const reader = await startReader(answers);
  const result = await fetchDocument(reader.deps, url);
  return { result, fetched: reader.fetched };
}

test("a document is asked for with the instance's own signature", async () => {
  const reader = await startReader();
  const seen: Headers[] = [];
  const deps = {
    ...reader.deps,
    fetch: ((_: unknown, init?: RequestInit) => {
      seen.push(new Headers(init?.headers));
      return Promise.resolve(activityJson(document));
    }) as typeof fetch,
  };
  expect(valueOf(await fetchDocument(deps, NOTE))).toEqual({ document, url: NOTE });
  expect(seen[0]?.get("signature")).toContain(`keyId="${deps.publicUrl}/accounts/peertube#main-key"`);
  expect(seen[0]?.get("accept")).toContain("application/activity+json");
  expect(seen[0]?.get("user-agent")).toMatch(/^Edgetube\//);
});

test("redirects are followed three times, and each address is looked at", async () => {
  const chain = (hops: number): Answers =>
    Object.fromEntries(
      Array.from({ length: hops + 1 }, (_, hop) => [
        hop === 0 ? NOTE : `https://a.example/hop/${hop}`,
        hop === hops
          ? activityJson({ ...document, id: `https://a.example/hop/${hop}` })
          : redirect(`/hop/${hop + 1}`, [301, 302, 307, 308][hop]),
      ]),
    );
  expect(valueOf((await ask(chain(3))).result).url).toBe("https://a.example/hop/3");
  expect(reasonOf((await ask(chain(4))).result)).toBe("invalid");
  for (const location of [
    "http://169.254.169.254/latest",
    "http://127.0.0.1:9701/accounts/root",
    "ftp://a.example/",
    "https://u:p@a.example/",
    "",
  ]) {
    const { result, fetched } = await ask({ [NOTE]: redirect(location) });
    expect([location, result.ok]).toEqual([location, false]);
    expect(fetched).toEqual([NOTE]);
  }
});

test("blocked and resting hosts aren't asked, not even by a redirect", async () => {
  const reader = await startReader({ "https://b.example/1": redirect(NOTE), [NOTE]: document });
  await env.DB.prepare("INSERT INTO blocked_hosts VALUES ('a.example', 0)").run();
  expect(reasonOf(await fetchDocument(reader.deps, NOTE))).toBe("refused");
  expect(reasonOf(await fetchDocument(reader.deps, "https://b.example/1"))).toBe("refused");
  await env.DB.prepare("INSERT INTO hosts (host, resting_until) VALUES ('c.example', ?)")
    .bind(reader.deps.now() + 1000)
    .run();
  expect(reasonOf(await fetchDocument(reader.deps, "https://c.example/1"))).toBe("unreachable");
  expect(reader.fetched).toEqual(["https://b.example/1"]);
});

test("more than 1 MiB isn't read", async () => {
  let sent = 0;
  const endless = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536).fill(32));
        },
      }),
      { headers: { "content-type": "application/activity+json" } },
    );
  expect(reasonOf((await ask({ [NOTE]: endless })).result)).toBe("invalid");
  expect(sent).toBeLessThan(1_300_000);
});

test("a host that doesn't answer in 10 s is left", { timeout: 20_000 }, async () => {
  const startedAt = Date.now();
  const { result } = await ask({
    [NOTE]: () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) }), {
        headers: { "content-type": "application/activity+json" },
      }),
  });
  expect(reasonOf(result)).toBe("unreachable");
  expect(Date.now() - startedAt).toBeLessThan(12_000);
});

test.each([
  [404, "gone"],
  [410, "gone"],
  [401, "invalid"],
  [403, "invalid"],
  [429, "unreachable"],
  [500, "unreachable"],
  [503, "unreachable"],
  [204, "invalid"],
])("an answer of %i is %s", async (status, reason) => {
  expect(reasonOf((await ask({ [NOTE]: new Response(null, { status }) })).result)).toBe(reason);
});

test("only JSON types are taken", async () => {
  const answer = (type: string) => new Response(JSON.stringify(document), { headers: { "content-type": type } });
  for (const type of [
    "application/activity+json; charset=utf-8",
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    "application/json",
  ]) {
    expect([type, reasonOf((await ask({ [NOTE]: answer(type) })).result)]).toEqual([type, "taken"]);
  }
  for (const type of ["text/html", "text/plain", "image/png", ""]) {
    expect([type, reasonOf((await ask({ [NOTE]: answer(type) })).result)]).toEqual([type, "invalid"]);
  }
  for (const body of ["<html>", "[]", '"x"', "null", '{"a":']) {
    const response = new Response(body, { headers: { "content-type": "application/activity+json" } });
    expect([body, reasonOf((await ask({ [NOTE]: response })).result)]).toEqual([body, "invalid"]);
  }
});

test("what says to be of another host is read from there, once", async () => {
  const claimed = "https://b.example/notes/2";
  const { result, fetched } = await ask({
    [NOTE]: { ...document, id: claimed },
    [claimed]: { id: claimed, type: "Note", content: "true" },
  });
  expect(valueOf(result)).toMatchObject({ url: claimed, document: { content: "true" } });
  expect(fetched).toEqual([NOTE, claimed]);
  expect(
    reasonOf((await ask({ [NOTE]: { ...document, id: claimed }, [claimed]: { id: "https://c.example/3", type: "Note" } })).result),
  ).toBe("invalid");
  expect(reasonOf((await ask({ [NOTE]: { ...document, id: claimed } })).result)).toBe("gone");
});

test("a file that a stranger put there as plain JSON isn't another of its host", async () => {
  const upload = "https://a.example/media/upload.json";
  const plain = new Response(JSON.stringify({ id: NOTE, type: "Note", content: "forged" }), {
    headers: { "content-type": "application/json" },
  });
  const { result } = await ask({ [upload]: plain, [NOTE]: { ...document, content: "true" } }, upload);
  expect(valueOf(result)).toMatchObject({ url: NOTE, document: { content: "true" } });
});

test("a host that fails isn't asked again at once, and one host isn't asked without end", async () => {
  const reader = await startReader({ [NOTE]: () => Promise.reject(new Error("connection refused")) });
  expect(reasonOf(await fetchDocument(reader.deps, NOTE))).toBe("unreachable");
  expect(reasonOf(await fetchDocument(reader.deps, NOTE))).toBe("unreachable");
  expect(reader.fetched).toHaveLength(1);
  for (let at = 0; at < 300; at++) {
    await fetchDocument(reader.deps, `https://a.example/notes/x${at}`);
  }
  expect(reader.fetched.length).toBe(80);
  reader.setTime(reader.deps.now() + 16_000);
  await fetchDocument(reader.deps, NOTE);
  expect(reader.fetched.length).toBe(81);
});

test("files are read up to a cap, unsigned", async () => {
  const reader = await startReader({ "https://a.example/1.jpg": new Response("x".repeat(100)) });
  expect(valueOf(await fetchBytes(reader.deps, "https://a.example/1.jpg", { maxBytes: 100, accept: "image/*" })).length).toBe(100);
  expect(reasonOf(await fetchBytes(reader.deps, "https://a.example/1.jpg", { maxBytes: 99, accept: "image/*" }))).toBe("invalid");
});
