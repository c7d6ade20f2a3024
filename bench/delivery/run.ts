import { fork, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { inProject } from "../../scripts/lib/project.ts";
import { json, signIn, uploadForm } from "../../test/support/client.ts";
import type { TestActor } from "../../test/support/test-actor.ts";
import { freePort, ROOT_PASSWORD, startInstance } from "../../test/support/instance.ts";
import { workerdOnPort } from "../upload/memory.ts";
import { makeSenders, measureInbound, type Inbound, type Said } from "./inbound.ts";
import { broadcast } from "./peer.ts";
import type { Arrival, SinkMessage } from "./sinks.ts";

// npm run bench -- delivery [--inboxes 1000] [--peer 1] [--inbound 500]: how soon what is said here is everywhere, when of the
// followers' hosts 80 % answer at once, 10 % after 5 s, 5 % refuse connections and 5 % never answer; and how many activities
// of others are taken in. The other instances are one process of this machine, each at an address of its own.

const { values } = parseArgs({
  options: {
    inboxes: { type: "string", default: "1000" },
    /** How many activities the peer sends, one after the other. */
    peer: { type: "string", default: "1" },
    inbound: { type: "string", default: "500" },
  },
});
const total = Number(values.inboxes);
const DEADLINE_MS = 120_000;
const CLOCK_TICKS_PER_SECOND = 100;

interface Row {
  what: string;
  activities: number;
  /** Seconds until the first, the median and the last live inbox had it (each activity counts for itself). */
  first: number;
  median: number;
  last: number;
  requests: number;
  messages: number;
  cpuMs: number | undefined;
}

const sinks = fork(inProject("bench/delivery/sinks.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
const instance = await startInstance();
try {
  const port = await listening(sinks);
  const closedPort = await freePort();
  const inboxes = Array.from({ length: total }, (_, index) => inboxOf(index, port, closedPort));
  const live = inboxes.filter((inbox) => /\/\/127\.[12]\./.test(inbox)).length;
  const processId = await workerdOnPort(instance.port);
  const root = await signIn(instance, "root", ROOT_PASSWORD);
  const bytes = new Uint8Array(await readFile(inProject("test/fixtures/faststart.mp4")));
  const { uuid } = await uploadForm(instance, root, { bytes, name: "clip.mp4" });
  const video = { uuid, id: `${instance.url}/videos/watch/${uuid}` };

  const senders = await makeSenders(instance, Number(values.inbound), port);
  const cpu = () => cpuSecondsOf(processId);
  const inbound: (readonly [Said, Inbound])[] = [["likes", await measureInbound(instance, video, "likes", senders, cpu)]];
  inbound.push(["comments", await measureInbound(instance, video, "comments", senders, cpu)]);
  // Comments are approved, which their authors' instances are told before anything else is measured.
  await sleep(5000);

  console.log(`${total} accounts begin to follow …`);
  for (let at = 0; at < total; at += 100) {
    const actors = inboxes.slice(at, at + 100).map((inbox): TestActor => {
      const { origin } = new URL(inbox);
      return { url: `${origin}/accounts/ann`, name: "ann", sharedInbox: inbox };
    });
    const response = await fetch(`${instance.url}/__test__/actors`, { method: "POST", body: JSON.stringify({ actors, follow: "root" }) });
    if (response.status !== 204) {
      throw new Error(`nobody follows: ${response.status} ${await response.text()}`);
    }
  }

  const say = async (text: string) => {
    const init = { method: "POST", headers: { ...root.headers, "content-type": "application/json" }, body: JSON.stringify({ text }) };
    await json(await fetch(`${instance.url}/api/v1/videos/${uuid}/comment-threads`, init));
  };
  const rows: Row[] = [];
  for (const [what, count] of [
    ["Edgetube, to hosts it knows nothing of", 1],
    ["Edgetube, again", 1],
    ["Edgetube, side by side", 10],
  ] as const) {
    rows.push(await measureRow(what, count, live, processId, say));
    await sleep(12_000);
  }
  await take(sinks);
  const peerActivities = Array.from({ length: Number(values.peer) }, (_, index) => {
    const id = `http://peer.test/activities/${index}`;
    return {
      id,
      body: JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", id, type: "Like", object: "x".repeat(2000) }),
    };
  });
  const peerBegan = Date.now();
  const peerCpu = process.cpuUsage();
  await broadcast(peerActivities, inboxes);
  const peerUsed = process.cpuUsage(peerCpu);
  const { arrivals, requests } = await take(sinks);
  rows.push({
    what: "PeerTube's scheme in plain Node, each inbox once",
    activities: peerActivities.length,
    ...times(arrivals, peerBegan),
    requests,
    messages: 0,
    cpuMs: (peerUsed.user + peerUsed.system) / 1000,
  });
  print(rows, live);
  printInbound(inbound);
} finally {
  sinks.disconnect();
  await instance.stop();
}

/** Says `count` things at once and waits until every live inbox has all of them. */
async function measureRow(
  what: string,
  count: number,
  live: number,
  processId: number,
  say: (text: string) => Promise<void>,
): Promise<Row> {
  await take(sinks);
  const messagesBefore = await messagesHandedOn();
  const cpuBefore = cpuSecondsOf(processId);
  const began = Date.now();
  await Promise.all(Array.from({ length: count }, async (_, index) => await say(`${what} ${index}`)));
  const arrivals: Arrival[] = [];
  let requests = 0;
  while (new Set(arrivals.map(({ host, id }) => `${host} ${id}`)).size < live * count) {
    if (Date.now() - began > DEADLINE_MS) {
      throw new Error(`${what}: ${arrivals.length} of ${live * count} arrived`);
    }
    await sleep(100);
    const taken = await take(sinks);
    arrivals.push(...taken.arrivals);
    requests += taken.requests;
  }
  const cpuMs = (cpuSecondsOf(processId) - cpuBefore) * 1000;
  // Slow and dead ones are settled after their time.
  await sleep(11_000);
  requests += (await take(sinks)).requests;
  return { what, activities: count, ...times(arrivals, began), requests, messages: (await messagesHandedOn()) - messagesBefore, cpuMs };
}

function times(arrivals: Arrival[], began: number): Pick<Row, "first" | "median" | "last"> {
  const sorted = arrivals.map(({ at }) => (at - began) / 1000).toSorted((a, b) => a - b);
  return { first: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, last: sorted.at(-1) ?? 0 };
}

/** Every tenth host is slow, every tenth dead: of those half refuse connections. */
function inboxOf(index: number, port: number, closedPort: number): string {
  const rest = `${Math.floor(index / 250)}.${(index % 250) + 1}`;
  switch (index % 10) {
    case 3:
      return `http://127.2.${rest}:${port}/inbox`;
    case 7:
      return index % 20 === 7 ? `http://127.3.${rest}:${port}/inbox` : `http://127.3.${rest}:${closedPort}/inbox`;
    default:
      return `http://127.1.${rest}:${port}/inbox`;
  }
}

async function listening(child: ChildProcess): Promise<number> {
  const message = await nextMessage(child);
  return message.kind === "listening" ? message.port : 0;
}

async function take(child: ChildProcess): Promise<{ arrivals: Arrival[]; requests: number }> {
  child.send("take");
  const message = await nextMessage(child);
  return message.kind === "arrivals" ? message : { arrivals: [], requests: 0 };
}

async function nextMessage(child: ChildProcess): Promise<SinkMessage> {
  return await new Promise((resolve, reject) => {
    const gone = () => reject(new Error("the other instances are gone"));
    child.once("exit", gone);
    child.once("message", (message) => {
      child.off("exit", gone);
      resolve(message as SinkMessage);
    });
  });
}

async function messagesHandedOn(): Promise<number> {
  const counts = await json<Record<string, number>>(await fetch(`${instance.url}/__test__/queues`));
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Processor time that a process has used. Linux only: it reads /proc. */
function cpuSecondsOf(processId: number): number {
  const fields = readFileSync(`/proc/${processId}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

function print(rows: Row[], live: number): void {
  console.log(`\nActivities to ${total} inboxes on ${total} hosts, of which ${live} live: 80 % answer at once, 10 % after 5 s, 10 % never or refuse.
A queue message is three operations on the edge. CPU is workerd's (D1 and objects in it), until the last live inbox had all.\n`);
  console.log("| what | activities | first inbox, s | median | last live one | requests | queue messages | CPU per request, ms |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const { what, activities, first, median, last, requests, messages, cpuMs } of rows) {
    const cpu = cpuMs === undefined ? "" : (cpuMs / Math.max(1, requests)).toFixed(2);
    console.log(
      `| ${what} | ${activities} | ${first.toFixed(1)} | ${median.toFixed(1)} | ${last.toFixed(1)} | ${requests} | ${messages} | ${cpu} |`,
    );
  }
}

function printInbound(inbound: (readonly [Said, Inbound])[]): void {
  console.log(
    "\nActivities of others, each request's signature verified; accounts and keys known. Each comment's author is told that it is approved.\n",
  );
  console.log("| what | activities | answered per second | 99 % answered within, ms | applied per second | CPU per activity, ms |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const [said, { count, answered, applied, slowest99, cpuSeconds }] of inbound) {
    const perSecond = `${(count / answered).toFixed(0)} | ${slowest99.toFixed(0)} | ${(count / applied).toFixed(0)}`;
    console.log(`| ${said} | ${count} | ${perSecond} | ${((cpuSeconds * 1000) / count).toFixed(1)} |`);
  }
}
