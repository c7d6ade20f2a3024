import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signCavage } from "../../src/protocol/signatures/http-cavage.ts";
import { generateRsaKeys, type RsaKeys } from "../../src/protocol/signatures/keys.ts";
import { publishClip } from "../conformance/publish-clip.ts";
import { eventually, follow, startVidiverse, stopVidiverse, videoArrives, type Member } from "../support/vidiverse.ts";
import { recordedDocument } from "../support/wire.ts";

// Hosts whose signatures are good and whose documents are traps: they lead on and on, in circles, to third hosts, or never end.

const REQUESTS = 120;
const CONCURRENCY = 12;
const HOSTILE_HOSTS = 4;
/** What one host is asked for at once and each second (domain/remote/target-limits.ts), and some that were under way. */
const BURST = 80;
const PER_SECOND = 10;
const SLACK = 20;
/** What was taken in before is looked at before, one batch after another on a machine of its own; the edge runs many at once. */
const LOOKED_AT_WITHIN_MS = 90_000;
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const TIME = "2026-11-01T00:00:00.000Z";
const HUGE = "x".repeat(4 * 1024 * 1024);

let members: Member[] = [];
let target: Member;
let peer: Member;
let keys: RsaKeys;
let server: Server;
let port = 0;
/** Requests by host. */
const hits = new Map<string, number>();

beforeAll(async () => {
  keys = await generateRsaKeys();
  server = createServer(answer);
  // Every address of 127.0.0.0/8 is the same machine, and another host.
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  members = await startVidiverse(2);
  [target, peer] = members as [Member, Member];
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await stopVidiverse(members);
});

/** `named`: nobody but the hostile hosts' activities name it. `led`: their documents lead there. */
function victim(kind: "named" | "led"): string {
  return `127.9.0.${kind === "named" ? 1 : 2}:${port}`;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host ?? "";
  const origin = `http://${host}`;
  const [, kind = "", text = "0"] = (request.url ?? "").split("/");
  const number = Number.parseInt(text, 10) || 0;
  hits.set(host, (hits.get(host) ?? 0) + 1);
  const send = (document: unknown) => {
    response.setHeader("content-type", "application/activity+json");
    response.end(JSON.stringify(document));
  };
  switch (kind) {
    case "accounts":
      send(actor(`${origin}/accounts/${text}`, "Person"));
      return;
    case "channels":
      send({ ...actor(`${origin}/channels/${text}`, "Group"), attributedTo: [{ type: "Person", id: `${origin}/accounts/${text}` }] });
      return;
    case "chain":
      send(note(`${origin}/chain/${number}`, `${origin}/chain/${number + 1}`));
      return;
    case "circle":
      send(note(`${origin}/circle/${number}`, `${origin}/circle/${(number + 1) % 3}`));
      return;
    case "video":
      send(video(origin, number));
      return;
    case "pages":
      // Each page is as good as new, and so is each comment on it.
      send({
        type: "OrderedCollectionPage",
        id: `${origin}/pages/${number}`,
        first: `${origin}/pages/${number + 1}`,
        next: `${origin}/pages/${number + 1}`,
        totalItems: 1e9,
        orderedItems: Array.from({ length: 50 }, (_, index) => `${origin}/gone/${number * 50 + index}`),
      });
      return;
    case "huge":
      send({ ...note(`${origin}/huge/${number}`, `${origin}/video/1`), content: HUGE });
      return;
    case "slow": {
      response.setHeader("content-type", "application/activity+json");
      const timer = setInterval(() => response.write(" "), 500);
      response.on("close", () => clearInterval(timer));
      return;
    }
    case "round":
      response.writeHead(302, { location: `/round/${number + 1}` }).end();
      return;
    case "elsewhere":
      response.writeHead(302, { location: `http://${victim("led")}/gone/${number}` }).end();
      return;
    case "nowhere":
      response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
      return;
    case "here":
      response.writeHead(302, { location: `${target.url}/accounts/peertube` }).end();
      return;
    case "other":
      // Says to be another's.
      send({ ...note(`http://${victim("led")}/gone/${number}`, `${origin}/video/1`), attributedTo: `http://${victim("led")}/accounts/1` });
      return;
    default:
      response.writeHead(404).end();
  }
}

function actor(id: string, type: string): object {
  const name = `${type}-${id.slice(id.lastIndexOf("/") + 1)}`;
  return {
    id,
    type,
    preferredUsername: name,
    inbox: `${id}/inbox`,
    outbox: `${new URL(id).origin}/pages/1`,
    publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: keys.publicKeyPem },
  };
}

function note(id: string, inReplyTo: string): object {
  const attributedTo = `${new URL(id).origin}/accounts/1`;
  return { type: "Note", id, attributedTo, inReplyTo, content: "Hello", published: TIME, to: [PUBLIC], cc: [] };
}

function video(origin: string, number: number): object {
  const uuid = `00000000-0000-4000-8000-${String(number).padStart(6, "0")}${origin.split(".")[3]?.slice(0, 1) ?? ""}00000`;
  return {
    ...recordedDocument("video"),
    id: `${origin}/video/${number}`,
    uuid,
    attributedTo: [
      { type: "Person", id: `${origin}/accounts/1` },
      { type: "Group", id: `${origin}/channels/1` },
    ],
    comments: `${origin}/pages/${number * 1000}`,
    likes: `${origin}/pages/1`,
    dislikes: `${origin}/round/1`,
    shares: `${origin}/slow/1`,
    hasParts: `${origin}/huge/1`,
  };
}

/** What a hostile host says at its n-th turn. */
function activity(origin: string, turn: number): { actor: string; type: string; object: unknown } {
  const person = `${origin}/accounts/1`;
  const group = `${origin}/channels/1`;
  const traps = ["chain", "circle", "huge", "slow", "round", "elsewhere", "nowhere", "here", "other"];
  const trap = `${origin}/${traps[Math.floor(turn / 6) % traps.length] ?? ""}/${turn * 1000}`;
  switch (turn % 6) {
    case 0:
      return { actor: person, type: "Create", object: trap };
    case 1:
      return { actor: person, type: "Create", object: note(`${origin}/notes/${turn}`, trap) };
    case 2:
      return { actor: person, type: "Create", object: video(origin, turn) };
    case 3:
      return { actor: group, type: "Announce", object: turn % 12 === 3 ? trap : `http://${victim("named")}/video/${turn}` };
    case 4:
      return { actor: person, type: "Create", object: note(`${origin}/notes/${turn}`, `http://${victim("named")}/video/${turn}`) };
    default:
      return { actor: person, type: turn % 12 === 5 ? "Update" : "Delete", object: `http://${victim("named")}/video/${turn}` };
  }
}

async function send(turn: number): Promise<number> {
  const origin = `http://127.8.0.${1 + (turn % HOSTILE_HOSTS)}:${port}`;
  const said = activity(origin, Math.floor(turn / HOSTILE_HOSTS));
  const url = `${target.url}/inbox`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${said.actor}/activities/${turn}`,
    to: [PUBLIC],
    ...said,
  });
  const signed = { method: "POST" as const, url, body, keyId: `${said.actor}#main-key`, privateKey: keys.privateKey, now: new Date() };
  const { host: _, ...headers } = await signCavage(signed);
  const response = await fetch(url, {
    method: "POST",
    // As the edge would tell: whoever attacks has many networks.
    headers: { ...headers, "content-type": "application/activity+json", "cf-connecting-ip": `203.0.113.${turn % 250}` },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

describe("hosts whose documents are traps", () => {
  it(
    "are asked for no more than their share, nor is whoever they lead to; whom they only name, not at all",
    { timeout: 240_000 },
    async () => {
      await follow(peer, target);
      const begun = Date.now();
      const statuses = new Map<number, number>();
      let sent = 0;
      const attack = Promise.all(
        Array.from({ length: CONCURRENCY }, async () => {
          while (sent < REQUESTS) {
            const status = await send(sent++);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        }),
      );
      const uuid = (await publishClip(target.instance, "faststart.mp4", { name: "Meanwhile" })).videoUuid;
      await videoArrives(peer, uuid, 60_000);
      await attack;

      await peer.api("PUT", `/api/v1/videos/${uuid}/rate`, { rating: "like" });
      await eventually(
        async () => (await target.api<{ likes: number }>("GET", `/api/v1/videos/${uuid}`)).likes === 1,
        "a like comes through",
        LOOKED_AT_WITHIN_MS,
      );
      const seconds = (Date.now() - begun) / 1000;
      const asked = Object.fromEntries(hits);
      console.log("answers", Object.fromEntries(statuses), "asked", asked, "in seconds", Math.round(seconds));

      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
      expect(statuses.get(202)).toBeGreaterThan(REQUESTS / 2);
      for (const [host, count] of hits) {
        expect(count, host).toBeLessThan(BURST + PER_SECOND * seconds + SLACK);
      }
      expect([...hits.keys()].filter((host) => host.startsWith("127.8.")).length).toBe(HOSTILE_HOSTS);
      expect(hits.get(victim("named"))).toBeUndefined();
      // Whom the redirects lead to was asked within its share, as above, or not yet: that depends on what waits before them.
      // Nothing of theirs is anybody else's.
      const { data } = await target.api<{ data: { account: { host: string } }[] }>("GET", "/api/v1/videos?count=100&isLocal=false");
      expect(data.filter(({ account }) => !account.host.startsWith("127.8."))).toEqual([]);
      expect(target.instance.output()).not.toMatch(/unexpected (?:POST|GET)|out of memory/i);
    },
  );
});
