import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnnounceMessage, RelayedOffer, ServerMessage } from "../../../src/protocol/tracker/messages";
import {
  announce,
  createSwarm,
  disconnect,
  MAX_PEERS_PER_CONNECTION,
  PEER_LIFETIME_MS,
  peersOf,
  restore,
  scrape,
  type Outgoing,
  type Peer,
  type SwarmState,
} from "../../../src/protocol/tracker/swarm";

const HASH = "h".repeat(20);
const NOW = 1_800_000_000_000;

function id(name: string): string {
  return name.padEnd(20, "-");
}

function message(peer: string, more: Partial<AnnounceMessage> = {}): AnnounceMessage {
  return { action: "announce", infoHash: HASH, peerId: id(peer), event: "update", left: 1000, offers: [], answer: undefined, ...more };
}

function offers(count: number): AnnounceMessage["offers"] {
  return Array.from({ length: count }, (_, index) => ({ offerId: `o${index}`, sdp: `sdp${index}` }));
}

function join(state: SwarmState, connection: string, more: Partial<AnnounceMessage> = {}, now = NOW): Outgoing[] {
  return announce(state, connection, message(connection, { event: "started", ...more }), now, Math.random);
}

function countsIn(out: Outgoing[]): unknown {
  const own = out[0]?.message as { complete?: number; incomplete?: number } | undefined;
  return [own?.complete, own?.incomplete];
}

function offersIn(out: Outgoing[]): { to: string; message: RelayedOffer }[] {
  return out.filter((entry): entry is { to: string; message: RelayedOffer } => "offer" in entry.message);
}

describe("announce", () => {
  test("is answered as bittorrent-tracker's server answers", () => {
    const out = join(createSwarm(), "a");
    expect(out).toEqual([{ to: "a", message: { action: "announce", info_hash: HASH, interval: 120, complete: 0, incomplete: 1 } }]);
  });

  test("counts who has all and who lacks something, through started, completed and stopped", () => {
    const swarm = createSwarm();
    join(swarm, "a", { left: 0 });
    expect(countsIn(join(swarm, "b"))).toEqual([1, 1]);
    expect(countsIn(announce(swarm, "b", message("b", { event: "completed", left: undefined }), NOW, Math.random))).toEqual([2, 0]);
    expect(countsIn(announce(swarm, "b", message("b", { left: undefined }), NOW, Math.random))).toEqual([2, 0]);
    expect(countsIn(announce(swarm, "a", message("a", { event: "stopped" }), NOW, Math.random))).toEqual([1, 0]);
    expect(countsIn(announce(swarm, "a", message("a", { event: "stopped" }), NOW, Math.random))).toEqual([1, 0]);
  });

  test("passes offers to others, one each, and the answer back", () => {
    const swarm = createSwarm();
    join(swarm, "a");
    const out = join(swarm, "b", { offers: offers(5) });
    const offer = { action: "announce", info_hash: HASH, peer_id: id("b"), offer_id: "o0", offer: { type: "offer", sdp: "sdp0" } };
    expect(out.slice(1)).toEqual([{ to: "a", message: offer }]);
    const answer = message("a", { left: undefined, answer: { toPeerId: id("b"), offerId: "o0", sdp: "answer" } });
    expect(announce(swarm, "a", answer, NOW, Math.random)).toEqual([
      {
        to: "b",
        message: { action: "announce", info_hash: HASH, peer_id: id("a"), offer_id: "o0", answer: { type: "answer", sdp: "answer" } },
      },
    ]);
  });

  test("an answer neither makes a peer nor changes what it has", () => {
    const swarm = createSwarm();
    join(swarm, "a", { left: 0 });
    const answer = { toPeerId: id("a"), offerId: "o", sdp: "s" };
    expect(announce(swarm, "stranger", message("stranger", { answer }), NOW, Math.random)).toEqual([]);
    announce(swarm, "a", message("a", { answer, left: undefined }), NOW, Math.random);
    expect(countsIn(join(swarm, "b"))).toEqual([1, 1]);
  });

  test("a seeder's offers go to those who lack something first", () => {
    const swarm = createSwarm();
    ["s1", "s2", "s3", "s4"].forEach((seeder) => join(swarm, seeder, { left: 0 }));
    ["l1", "l2"].forEach((leecher) => join(swarm, leecher));
    const out = offersIn(join(swarm, "s5", { left: 0, offers: offers(2) }));
    expect(out.map((entry) => entry.to).toSorted()).toEqual(["l1", "l2"]);
  });

  test("chooses among all peers alike", () => {
    const swarm = createSwarm();
    ["a", "b", "c", "d"].forEach((name) => join(swarm, name));
    const met = new Map<string, number>();
    for (let round = 0; round < 4000; round += 1) {
      const [first] = offersIn(announce(swarm, "a", message("a", { offers: offers(1) }), NOW, Math.random));
      met.set(first?.to ?? "", (met.get(first?.to ?? "") ?? 0) + 1);
    }
    expect([...met.keys()].toSorted()).toEqual(["b", "c", "d"]);
    expect(Math.min(...met.values())).toBeGreaterThan(1100);
  });

  test("a peer id stays with the connection that announced it", () => {
    const swarm = createSwarm();
    join(swarm, "victim");
    join(swarm, "other");
    const stolen = message("victim", { offers: offers(3), event: "stopped" });
    expect(announce(swarm, "thief", stolen, NOW, Math.random)).toHaveLength(1);
    expect(announce(swarm, "thief", { ...stolen, event: "started" }, NOW, Math.random)).toHaveLength(1);
    const answer = { toPeerId: id("other"), offerId: "o", sdp: "s" };
    expect(announce(swarm, "thief", message("victim", { answer }), NOW, Math.random)).toEqual([]);
    expect(peersOf(swarm, "thief")).toEqual([]);
    const [offered] = offersIn(announce(swarm, "other", message("other", { offers: offers(1) }), NOW, Math.random));
    expect(offered?.to).toBe("victim");
    disconnect(swarm, "victim");
    join(swarm, "victim again", { peerId: id("victim") });
    expect(peersOf(swarm, "victim again")).toHaveLength(1);
  });

  test("a peer that went without a word is forgotten, and its id is free", () => {
    const swarm = createSwarm();
    join(swarm, "a");
    expect(countsIn(join(swarm, "b", {}, NOW + PEER_LIFETIME_MS))).toEqual([0, 2]);
    const later = NOW + PEER_LIFETIME_MS + 1;
    expect(countsIn(announce(swarm, "a2", message("a"), later, Math.random))).toEqual([0, 2]);
    expect(peersOf(swarm, "a")).toEqual([]);
    expect(peersOf(swarm, "a2")).toHaveLength(1);
  });

  test("a connection can't announce without bound", () => {
    const swarm = createSwarm();
    const last = Array.from({ length: MAX_PEERS_PER_CONNECTION + 1 }, (_, index) =>
      announce(swarm, "a", message(`p${index}`), NOW, Math.random),
    ).at(-1);
    expect(last?.[0]?.message).toMatchObject({ "failure reason": expect.stringContaining("too many") as string });
    expect(JSON.stringify(peersOf(swarm, "a")).length).toBeLessThan(16_384);
  });
});

describe("scrape", () => {
  test("tells the counts of what is known", () => {
    const swarm = createSwarm();
    join(swarm, "a", { left: 0 });
    join(swarm, "b");
    const known = new Set([HASH]);
    const asked = scrape(swarm, "c", { action: "scrape", infoHashes: [HASH, "?".repeat(20)] }, known, NOW);
    const files = { [HASH]: { complete: 1, incomplete: 1, downloaded: 1 } };
    expect(asked).toEqual([{ to: "c", message: { action: "scrape", files, flags: { min_request_interval: 600 } } }]);
  });
});

// Any life of a swarm: a few connections that announce as a few peers in two torrents, answer, stop, fall silent and go.
const connectionNames = ["c0", "c1", "c2", "c3"];
const action = fc.record({
  kind: fc.constantFrom("announce", "announce", "announce", "answer", "disconnect", "sleep"),
  connection: fc.constantFrom(...connectionNames),
  peer: fc.constantFrom("p0", "p1", "p2", "p3", "p4"),
  other: fc.constantFrom("p0", "p1", "p2", "p3", "p4"),
  infoHash: fc.constantFrom(HASH, "i".repeat(20)),
  event: fc.constantFrom<AnnounceMessage["event"]>("started", "completed", "stopped", "paused", "update"),
  left: fc.constantFrom(0, 1, undefined),
  offers: fc.nat({ max: 6 }),
  elapsed: fc.constantFrom(0, 1000, 120_000, PEER_LIFETIME_MS, PEER_LIFETIME_MS + 1),
  random: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
});

describe("whatever clients do", () => {
  test("offers reach others only, at most one each, and ids stay with their connections", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        let swarm = createSwarm();
        let now = NOW;
        for (const step of actions) {
          now += step.elapsed;
          const before = connectionNames.flatMap((owner) => peersOf(swarm, owner).map((peer) => ({ owner, ...peer })));
          if (step.kind === "disconnect") {
            disconnect(swarm, step.connection);
            expect(peersOf(swarm, step.connection)).toEqual([]);
          } else if (step.kind === "sleep") {
            // The object is evicted: all that's left is what each connection kept.
            const kept = connectionNames.map((name) => [name, peersOf(swarm, name)] as const);
            swarm = createSwarm();
            kept.forEach(([name, peers]) => restore(swarm, name, peers));
            expect(connectionNames.map((name) => [name, peersOf(swarm, name)])).toEqual(kept);
          } else {
            const answer = step.kind === "answer" ? { toPeerId: id(step.other), offerId: "o", sdp: "s" } : undefined;
            const sent = message(step.peer, {
              infoHash: step.infoHash,
              event: step.event,
              left: step.left,
              offers: offers(step.offers),
              answer,
            });
            const out = announce(swarm, step.connection, sent, now, () => step.random);
            checkOut(out, swarm, step.connection, sent);
            for (const { owner, infoHash, peerId, seenAt } of before) {
              const isIt = (peer: Peer) => peer.infoHash === infoHash && peer.peerId === peerId;
              const holder = connectionNames.find((name) => peersOf(swarm, name).some(isIt));
              expect(holder === undefined || holder === owner || now - seenAt > PEER_LIFETIME_MS).toBe(true);
            }
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function checkOut(out: Outgoing[], swarm: SwarmState, connection: string, sent: AnnounceMessage): void {
  const replies = out.filter((entry) => "interval" in entry.message);
  expect(replies.length).toBe(sent.answer === undefined ? 1 : 0);
  expect(replies.every((entry) => entry.to === connection)).toBe(true);
  const relayed = offersIn(out);
  expect(relayed.length).toBeLessThanOrEqual(sent.offers.length);
  expect(new Set(relayed.map((entry) => entry.message.offer_id)).size).toBe(relayed.length);
  const receivers = relayed.map((entry) => entry.to);
  for (const receiver of new Set(receivers)) {
    const peers = peersOf(swarm, receiver).filter((peer) => peer.infoHash === sent.infoHash && peer.peerId !== sent.peerId);
    expect(peers.length).toBeGreaterThanOrEqual(receivers.filter((name) => name === receiver).length);
  }
  const all = connectionNames.flatMap((name) => peersOf(swarm, name)).filter((peer) => peer.infoHash === sent.infoHash);
  expect(new Set(all.map((peer) => peer.peerId)).size).toBe(all.length);
  const own = replies[0]?.message as (ServerMessage & { complete?: number; incomplete?: number }) | undefined;
  if (own !== undefined) {
    expect((own.complete ?? 0) + (own.incomplete ?? 0)).toBe(all.length);
  }
}
