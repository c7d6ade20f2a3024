import { Agent, createServer, request, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measureIsolate, residentBytes, workerdOnPort } from "../../bench/upload/memory.ts";
import { signCavage } from "../../src/protocol/signatures/http-cavage.ts";
import { generateRsaKeys, type RsaKeys } from "../../src/protocol/signatures/keys.ts";
import { publishClip } from "../conformance/publish-clip.ts";
import { freePort, startInstance } from "../support/instance.ts";
import { eventually, follow, memberOf, stopVidiverse, videoArrives, type Member } from "../support/vidiverse.ts";

const REQUESTS = 20_000;
const CONCURRENCY = 24;
const MIB = 1024 * 1024;
/** The edge allows an isolate 128 MB. */
const MAX_ISOLATE_BYTES = 112 * MIB;
/** What the last quarter of the attack may add: a leak of two kilobytes a request would be more. */
const MAX_ISOLATE_GROWTH_BYTES = 10 * MIB;
/** The local runtime takes some 50 kB for each of its first 20,000 requests, whatever they are, and hardly more after that. */
const MAX_PROCESS_GROWTH_BYTES = 192 * MIB;

const TYPES = [
  "Create",
  "Update",
  "Delete",
  "Follow",
  "Accept",
  "Reject",
  "Undo",
  "Announce",
  "Like",
  "Dislike",
  "View",
  "Flag",
  "ApproveReply",
  "Move",
  "Lík€",
];

/** Values where others are expected. */
const ODDITIES: unknown[] = [
  null,
  0,
  -1e308,
  true,
  "",
  "x".repeat(5000),
  "\u0000\ud800\uffff\u202e",
  [],
  {},
  [[[[[]]]]],
  { id: {} },
  { id: "javascript:alert(1)" },
  { type: [] },
  { type: "Video", id: 1, name: [], url: {}, attributedTo: 7 },
  { type: "Note", id: "http://localhost:1/n", inReplyTo: { "@id": [] }, content: { a: 1 }, attributedTo: {} },
  { constructor: { prototype: { polluted: true } } },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  Array.from({ length: 3000 }, (_, index) => index),
];

/** In bytes: the most that the isolate had, and what the process has. */
interface Memory {
  isolate: number;
  process: number;
}

describe("twenty thousand hostile requests", () => {
  let members: Member[] = [];
  let target: Member;
  let peer: Member;
  let keys: RsaKeys;
  let sink: Server;
  let sinkPort = 0;
  let inspectorPort = 0;

  beforeAll(async () => {
    inspectorPort = await freePort();
    const instances = await Promise.all([startInstance({ env: { INSPECTOR_PORT: String(inspectorPort) } }), startInstance()]);
    members = await Promise.all(instances.map(async (instance) => await memberOf(instance)));
    [target, peer] = members as [Member, Member];
    keys = await generateRsaKeys();
    ({ sink, port: sinkPort } = await startSink(keys));
  });
  afterAll(async () => {
    sink?.closeAllConnections();
    sink?.close();
    await stopVidiverse(members);
  });

  it("get no 500, fill no memory and keep nobody else from anything", { timeout: 240_000 }, async () => {
    await follow(peer, target);
    const requests = await prepareAttack(target, peer, keys, sinkPort);
    const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
    const processId = await workerdOnPort(target.instance.port);
    const statuses = new Map<number, number>();
    const quarters: Memory[] = [];
    let isolate = await measureIsolate(inspectorPort);
    let sent = 0;
    const attack = Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        while (sent < REQUESTS) {
          const turn = sent++;
          if (turn > 0 && turn % (REQUESTS / 4) === 0) {
            quarters.push({ isolate: isolate.stop(), process: residentBytes(processId) });
            isolate = await measureIsolate(inspectorPort);
          }
          const status = await send(agent, target.instance.port, requests[turn % VARIANTS] as HostileRequest);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );

    // Meanwhile people go on with what they do.
    const uuid = (await publishClip(target.instance, "faststart.mp4", { name: "Meanwhile" })).videoUuid;
    await videoArrives(peer, uuid, 60_000);
    await peer.api("POST", `/api/v1/videos/${uuid}/comment-threads`, { text: "All well here" });
    await eventually(
      async () => {
        const { data } = await target.api<{ data: { text: string }[] }>("GET", `/api/v1/videos/${uuid}/comment-threads`);
        return data.some(({ text }) => text.includes("All well here"));
      },
      "a comment comes through",
      60_000,
    );
    const stillAttacked = sent < REQUESTS;

    await attack;
    agent.destroy();
    quarters.push({ isolate: isolate.stop(), process: residentBytes(processId) });
    const summary = Object.fromEntries([...statuses].toSorted(([a], [b]) => a - b));
    console.log(
      "answers",
      summary,
      "MiB",
      JSON.stringify(quarters.map((q) => [q.isolate, q.process].map((bytes) => Math.round(bytes / MIB)))),
    );
    expect(stillAttacked, "the good traffic went on during the attack").toBe(true);
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    expect([...statuses.values()].reduce((total, count) => total + count, 0)).toBe(REQUESTS);
    // Some of it was taken in and judged later, so that more than the first check is tried.
    expect(statuses.get(202)).toBeGreaterThan(100);
    const [, , third, last] = quarters as [Memory, Memory, Memory, Memory];
    expect(last.isolate).toBeLessThan(MAX_ISOLATE_BYTES);
    expect(last.isolate - third.isolate).toBeLessThan(MAX_ISOLATE_GROWTH_BYTES);
    expect(last.process - third.process).toBeLessThan(MAX_PROCESS_GROWTH_BYTES);
    expect(target.instance.output()).not.toMatch(/unexpected (?:POST|GET)|out of memory/i);
    expect((await target.api<{ total: number }>("GET", "/api/v1/videos")).total).toBe(1);
  });
});

/** An instance of nobody's: gives its actors' documents with one key, some slowly, some wrongly. */
async function startSink(keys: RsaKeys): Promise<{ sink: Server; port: number }> {
  const sink = createServer((asked, response) => {
    const url = `http://${asked.headers.host}${asked.url}`;
    if (url.includes("slow")) {
      // Never answered: whoever waits gives up.
      return;
    }
    response.setHeader("content-type", "application/activity+json");
    response.end(
      url.includes("broken")
        ? "{"
        : JSON.stringify({
            id: url,
            type: "Person",
            preferredUsername: "mallory",
            inbox: `${url}/inbox`,
            publicKey: { id: `${url}#main-key`, owner: url, publicKeyPem: keys.publicKeyPem },
          }),
    );
  });
  await new Promise<void>((resolve) => sink.listen(0, resolve));
  const address = sink.address();
  return { sink, port: typeof address === "object" && address !== null ? address.port : 0 };
}

interface HostileRequest {
  path: string;
  method: "GET" | "POST";
  headers: Record<string, string>;
  body: string;
}

interface Attack {
  turn: number;
  keys: RsaKeys;
  sinkPort: number;
}

/** Signing costs more than sending: so many are made, and sent again and again. */
const VARIANTS = 2000;

async function prepareAttack(target: Member, peer: Member, keys: RsaKeys, sinkPort: number): Promise<HostileRequest[]> {
  const requests: HostileRequest[] = [];
  for (let turn = 0; turn < VARIANTS; turn++) {
    requests.push(
      turn % 10 === 0
        ? { path: webFingerPath(target, turn), method: "GET", headers: {}, body: "" }
        : await inboxRequest(target, peer, { turn, keys, sinkPort }),
    );
  }
  return requests;
}

/** By Node's own client: an attack must cost this process less than the one that is attacked. */
async function send(agent: Agent, port: number, { path, method, headers, body }: HostileRequest): Promise<number> {
  return await new Promise((resolve) => {
    const sent = request({ agent, host: "localhost", port, path, method, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
      response.once("error", () => resolve(0));
    });
    // The connection may be cut.
    sent.once("error", () => resolve(0));
    sent.end(body);
  });
}

function webFingerPath({ url }: Member, turn: number): string {
  const resources = [
    "acct:",
    "acct:@",
    `acct:${"a".repeat(4000)}@x`,
    "acct:peertube@%",
    "%ff%fe",
    "acct:root@evil.example",
    "http://[",
    "\u0000\u202e",
    `${url}/accounts/../../etc`,
    "acct:' OR 1=1 --@x",
  ];
  const resource = resources[(turn / 10) % resources.length] ?? "";
  return `/.well-known/webfinger?resource=${turn % 20 === 0 ? encodeURIComponent(resource) : resource.replaceAll(/[^!-~]/g, "")}`;
}

async function inboxRequest(target: Member, peer: Member, { turn, keys, sinkPort }: Attack): Promise<HostileRequest> {
  // Every address of 127.0.0.0/8 is the same machine, and another host.
  const origin = `http://127.${1 + (turn % 200)}.0.${1 + (turn % 7)}:${sinkPort}`;
  const actor = `${origin}/${["mallory", "slow", "broken"][turn % 3]}${turn % 50}`;
  const path = ["/inbox", "/accounts/root/inbox", "/video-channels/root_channel/inbox", "/accounts/%00/inbox"][turn % 4] ?? "/inbox";
  const body = bodyOf(turn, actor, target.url);
  const headers = {
    "content-type": turn % 31 === 0 ? "text/html" : "application/activity+json",
    // As the edge would tell: whoever attacks has another network than the peer.
    "cf-connecting-ip": `203.0.${turn % 100}.${turn % 250}`,
  };
  const url = target.url + path;
  switch (turn % 6) {
    case 0:
      return { path, method: "POST", headers, body };
    case 1:
      // In the peer's name, with a key that isn't its.
      return {
        path,
        method: "POST",
        headers: { ...headers, ...(await sign(url, body, `${peer.url}/accounts/peertube#main-key`, keys)) },
        body,
      };
    case 2:
      return { path, method: "POST", headers: { ...headers, ...brokenSignature(turn, actor) }, body };
    default:
      return { path, method: "POST", headers: { ...headers, ...(await sign(url, body, `${actor}#main-key`, keys)) }, body };
  }
}

async function sign(url: string, body: string, keyId: string, { privateKey }: RsaKeys): Promise<Record<string, string>> {
  const { host: _, ...headers } = await signCavage({ method: "POST", url, body, keyId, privateKey, now: new Date() });
  return headers;
}

function brokenSignature(turn: number, actor: string): Record<string, string> {
  const signatures = [
    "",
    "keyId",
    `keyId="${actor}",algorithm="none",headers="",signature=""`,
    `keyId="${actor}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="%%%"`,
    `keyId="${"x".repeat(3000)}",algorithm="hs2019",headers="(request-target) host date digest",signature="AAAA"`,
    '"'.repeat(500),
  ];
  return {
    signature: signatures[turn % signatures.length] ?? "",
    date: new Date().toUTCString(),
    digest: "SHA-256=AAAA",
    "signature-input": turn % 5 === 0 ? "sig1=(" : "",
  };
}

function bodyOf(turn: number, actor: string, targetUrl: string): string {
  const oddity = ODDITIES[turn % ODDITIES.length];
  const type = TYPES[turn % TYPES.length];
  const activity = { "@context": "https://www.w3.org/ns/activitystreams", id: `${actor}#${turn}`, type, actor, object: oddity };
  switch (Math.floor(turn / 7) % 8) {
    case 0:
      return "{".repeat(turn % 2000);
    case 1:
      return "[".repeat(20_000) + "]".repeat(20_000);
    case 2:
      return JSON.stringify(oddity) ?? "";
    case 3:
      return JSON.stringify({ ...activity, [["id", "type", "actor", "to", "cc"][turn % 5] ?? "id"]: oddity });
    case 4:
      // About something of here.
      return JSON.stringify({
        ...activity,
        object: { type: TYPES[(turn + 3) % TYPES.length], actor, object: `${targetUrl}/accounts/root`, id: `${actor}/o` },
      });
    case 5:
      // About a third host, which is never to be asked for a stranger.
      return JSON.stringify({ ...activity, object: `http://127.250.0.1:${new URL(actor).port}/victim` });
    case 6:
      return JSON.stringify({
        ...activity,
        signature: { type: "RsaSignature2017", creator: oddity, created: oddity, signatureValue: oddity },
        proof: oddity,
      });
    default:
      return JSON.stringify({
        ...activity,
        object: {
          id: `${actor}/v${turn}`,
          type: ["Video", "Note", "Playlist", "WatchAction"][turn % 4],
          attributedTo: oddity,
          inReplyTo: oddity,
          content: oddity,
          url: oddity,
          icon: oddity,
          to: oddity,
        },
      });
  }
}
