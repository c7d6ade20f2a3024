import { createHash, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestActor } from "../../test/support/test-actor.ts";

/** The inbox takes 600 requests a minute of one host; so there are several. */
const HOSTS = 20;
const SIDE_BY_SIDE = 30;
const APPLIED_WITHIN_MS = 120_000;

export interface Inbound {
  count: number;
  /** Seconds until all were answered. */
  answered: number;
  /** Seconds until all were applied. */
  applied: number;
  /** Milliseconds in which 99 of 100 were answered. */
  slowest99: number;
  cpuSeconds: number;
}

export type Said = "comments" | "likes";

export interface Senders {
  accounts: string[];
  privateKey: KeyObject;
}

/** Has the instance know `count` accounts of other instances, with their key; the instances answer at once. */
export async function makeSenders(instance: { url: string }, count: number, sinkPort: number): Promise<Senders> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const actors = Array.from({ length: count }, (_, index): TestActor => {
    const origin = `http://127.1.200.${(index % HOSTS) + 1}:${sinkPort}`;
    return { url: `${origin}/accounts/ann${index}`, name: `ann${index}`, sharedInbox: `${origin}/inbox`, publicKeyPem };
  });
  await fetch(`${instance.url}/__test__/actors`, { method: "POST", body: JSON.stringify({ actors }) });
  return { accounts: actors.map(({ url }) => url), privateKey };
}

/** Each sender says one thing about a video, thirty side by side; waits until the video shows all. */
export async function measureInbound(
  instance: { url: string },
  video: { uuid: string; id: string },
  said: Said,
  { accounts, privateKey }: Senders,
  cpuSeconds: () => number,
): Promise<Inbound> {
  const { host } = new URL(instance.url);
  const before = await shown(instance.url, video.uuid, said);
  const requests = accounts.map((actor) => {
    const body = JSON.stringify(said === "comments" ? createNote(actor, video.id) : like(actor, video.id));
    const date = new Date().toUTCString();
    const digest = `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
    const signed = `(request-target): post /inbox\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`;
    const signature = createSign("sha256").update(signed).sign(privateKey, "base64");
    const header = `keyId="${actor}#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signature}"`;
    return { body, headers: { date, digest, signature: header, "content-type": "application/activity+json" } };
  });
  const count = requests.length;
  const cpuBefore = cpuSeconds();
  const began = performance.now();
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
        const sent = performance.now();
        const response = await fetch(`${instance.url}/inbox`, { method: "POST", ...next });
        const text = await response.text();
        if (response.status !== 202) {
          throw new Error(`the inbox answered ${response.status}: ${text}`);
        }
        times.push(performance.now() - sent);
      }
    }),
  );
  const answered = (performance.now() - began) / 1000;
  for (let now = 0; now < before + count; now = await shown(instance.url, video.uuid, said)) {
    if (performance.now() - began > APPLIED_WITHIN_MS) {
      throw new Error(`of ${count} ${said} ${now - before} were applied`);
    }
    await sleep(50);
  }
  const applied = (performance.now() - began) / 1000;
  const slowest99 = times.toSorted((a, b) => a - b)[Math.floor(count * 0.99)] ?? 0;
  return { count, answered, applied, slowest99, cpuSeconds: cpuSeconds() - cpuBefore };
}

/** How many the video shows. */
async function shown(url: string, uuid: string, said: Said): Promise<number> {
  const path = said === "comments" ? `/api/v1/videos/${uuid}/comment-threads?count=0` : `/api/v1/videos/${uuid}`;
  const answer = (await (await fetch(url + path)).json()) as { total: number; likes: number };
  return said === "comments" ? answer.total : answer.likes;
}

const CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"];
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

function like(actor: string, videoId: string): object {
  const audience = { to: [PUBLIC], cc: [`${actor}/followers`] };
  return { "@context": CONTEXT, type: "Like", id: `${actor}/likes/1`, actor, object: videoId, ...audience };
}

function createNote(actor: string, videoId: string): object {
  const id = `${actor}/comments/1`;
  const published = new Date().toISOString();
  const audience = { to: [PUBLIC], cc: [`${actor}/followers`] };
  const content = "<p>Something that was said.</p>";
  const note = { type: "Note", id, attributedTo: actor, inReplyTo: videoId, content, published, url: id, tag: [], ...audience };
  return { "@context": CONTEXT, type: "Create", id: `${id}/activity`, actor, ...audience, object: note };
}
