import { beforeEach, describe, expect, it } from "vitest";
import { recordedKeys, recordedRequests, type RecordedRequest } from "../../support/wire.ts";
import { replay, seedActors, seedRecordingInstance, startBench, type InboxBench } from "./support.ts";

const LONG_AGO = 0;

let bench: InboxBench;

beforeEach(async () => {
  bench = await startBench();
  await seedRecordingInstance();
});

function recorded(name: string): RecordedRequest {
  const found = recordedRequests.find((request) => request.name.startsWith(name));
  if (found === undefined) {
    throw new Error(`nothing was recorded as ${name}`);
  }
  return found;
}

function typeOf(request: RecordedRequest): unknown {
  return (JSON.parse(request.body) as { type: unknown }).type;
}

function isViewOfElsewhere(request: RecordedRequest): boolean {
  return typeOf(request) === "View" && !request.body.includes('"object":"http://127.0.0.1:9701/');
}

async function detailOf(response: Response): Promise<string> {
  return ((await response.json()) as { detail: string }).detail;
}

describe("what a real PeerTube sent", () => {
  it("is taken with the keys that are known, and asks nobody anything", async () => {
    await seedActors(LONG_AGO);
    for (const request of recordedRequests) {
      const response = await replay(bench, request);
      expect(response.status, request.name).toBe(202);
      const message = bench.queued.pop();
      if (isViewOfElsewhere(request)) {
        expect(message, request.name).toBeUndefined();
      } else {
        expect(message, request.name).toMatchObject({ signer: request.http.keyId, body: { text: request.body } });
        expect(message?.unverified).toBeUndefined();
      }
    }
    expect(bench.fetched).toEqual([]);
  });

  it("is taken for later where the key isn't known, with no more than its signature", async () => {
    const request = recorded("0034");
    expect((await replay(bench, request)).status).toBe(202);
    expect(bench.queued).toHaveLength(1);
    expect(bench.queued[0]?.signer).toBeUndefined();
    expect(bench.queued[0]?.unverified).toMatchObject({ keyId: request.http.keyId, candidates: [request.http.signingString] });
    expect(JSON.stringify(bench.queued[0])).not.toContain("user-agent");
    expect(bench.fetched).toEqual([]);
  });

  it("is refused when its body, date, digest, signature or time is another", async () => {
    // The keys were just read: they can't have been replaced.
    await seedActors(Math.max(...recordedRequests.map(({ time }) => Date.parse(time))));
    for (const request of recordedRequests) {
      const altered = request.body.replace('"type":', '"type" :');
      const laterDate = new Date(Date.parse(request.headers["date"] ?? "") + 1000).toUTCString();
      const signature = request.headers["signature"] ?? "";
      const flipped = signature.replace(/signature="(.)/, (_, first: string) => `signature="${first === "A" ? "B" : "A"}`);
      const responses = {
        body: await replay(bench, request, { body: altered }),
        date: await replay(bench, request, { headers: { date: laterDate } }),
        digest: await replay(bench, request, { headers: { digest: "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } }),
        signature: await replay(bench, request, { headers: { signature: flipped } }),
        late: await replay(bench, request, { delayMs: 31 * 60_000 }),
        early: await replay(bench, request, { delayMs: -31 * 60_000 }),
      };
      for (const [what, response] of Object.entries(responses)) {
        expect(response.status, `${request.name}: ${what}`).toBe(403);
      }
    }
    expect(bench.queued).toEqual([]);
  });

  it("is refused when another's key is said to have signed it", async () => {
    const request = recorded("0034");
    await seedActors(Date.parse(request.time));
    const signature = (request.headers["signature"] ?? "").replace("/accounts/ada", "/accounts/root");
    expect((await replay(bench, request, { headers: { signature } })).status).toBe(403);
  });

  it("is left to the queue when a key doesn't fit that may have been replaced since", async () => {
    const request = recorded("0034");
    const other = recordedKeys["http://127.0.0.1:9001/accounts/root"] ?? "";
    await seedActors(Date.parse(request.time) - 60 * 60_000, { "http://127.0.0.1:9001/accounts/ada": other });
    expect((await replay(bench, request)).status).toBe(202);
    expect(bench.queued[0]?.unverified?.keyId).toBe(request.http.keyId);
  });
});

describe("an inbox", () => {
  it("says why it takes nothing", async () => {
    const request = recorded("0034");
    await seedActors(Date.parse(request.time));
    bench.setTime(request.time);
    const { signature: _, ...unsigned } = request.headers;
    const refused = [
      [await bench.post("/inbox", { ...unsigned, "content-type": "application/activity+json" }, request.body), 401, "isn't signed"],
      [await replay(bench, request, { headers: { "content-type": "text/plain" } }), 415, "application/activity+json"],
      [await replay(bench, { ...request, path: "/accounts/nobody/inbox" }), 404, "Nobody"],
      [
        await replay(bench, request, {
          headers: {
            signature:
              'keyId="http://127.0.0.1:9701/accounts/alice",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="AAAA"',
          },
        }),
        409,
        "itself",
      ],
      [
        await replay(bench, request, {
          headers: { signature: 'keyId="x",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="AAAA"' },
        }),
        403,
        "keyId",
      ],
    ] as const;
    for (const [response, status, detail] of refused) {
      const text = response.status === 202 ? "" : await detailOf(response);
      expect([response.status, text]).toEqual([status, expect.stringContaining(detail)]);
    }
  });

  it("takes no more than 500 kB, whatever the length that is announced", async () => {
    const request = recorded("0034");
    const long = JSON.stringify({ pad: "x".repeat(500_001) });
    expect((await replay(bench, request, { body: long })).status).toBe(413);
  });

  it("tells a host that sends too much when to go on", async () => {
    const counts = new Map<string, number>();
    bench.deps.env.INBOX_RATE = {
      limit: ({ key }) => {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return Promise.resolve({ success: (counts.get(key) ?? 0) <= 2 });
      },
    };
    await seedActors(LONG_AGO);
    const statuses = [];
    for (let sent = 0; sent < 3; sent++) {
      statuses.push(await replay(bench, recorded("0034")));
    }
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(statuses[2]?.headers.get("retry-after")).toBe("60");
    expect([...counts.keys()]).toEqual(["127.0.0.1:9001 unknown"]);
  });

  it("drops a Delete of somebody who was never known", async () => {
    const request = recorded("0309");
    expect((await replay(bench, request)).status).toBe(202);
    expect(bench.queued).toEqual([]);
  });
});
