import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local";
import { deliver } from "../../../src/domain/deliveries/deliver";
import { wakeHost } from "../../../src/domain/deliveries/letters";
import { followIndex } from "../actors/support";
import { setUpInstance, testDeps } from "../users/support";
import { DAY_MS, events, hostRow, HOUR_MS, letFollow, makeWorld, MINUTE_MS, rows, say, type World } from "./support";

beforeEach(async () => {
  await setUpInstance();
  await ensureLocalActor(testDeps(), { kind: "account", name: "root" });
});

/** Lets time pass in steps, with the sweep after each, until nothing waits. */
async function wait(world: World, stepMs: number, steps: number): Promise<void> {
  for (let step = 0; step < steps && (await rows()).some(({ due_at: dueAt }) => dueAt !== null); step++) {
    world.advance(stepMs);
    await world.sweep();
  }
}

function dead(): Promise<Response> {
  return Promise.reject(new TypeError("connection refused"));
}

/** A host that answers. */
async function seedHost(host: string, more: { score?: number; failures?: number; failing_since?: number | null } = {}): Promise<void> {
  await env.DB.prepare("INSERT INTO hosts (host, score, failures, failing_since) VALUES (?, ?, ?, ?)")
    .bind(host, more.score ?? 1000, more.failures ?? 0, more.failing_since ?? null)
    .run();
}

describe("an inbox that fails", () => {
  test("is tried eight times over about two days, alone, and given up where it can be replayed", async () => {
    const world = makeWorld();
    world.answer("dead.example", dead);
    const id = await say(world, { hosts: ["a.example", "dead.example", "b.example"] });
    const began = world.deps.now();
    await world.drain();
    expect(world.posted).toHaveLength(3);
    expect(await rows()).toMatchObject([{ host: "dead.example", attempts: 1, last_error: "connection refused", dead_at: null }]);
    await wait(world, 10 * MINUTE_MS, 400);
    expect(world.posted.filter(({ host }) => host === "dead.example")).toHaveLength(8);
    expect(world.posted.filter(({ host }) => host !== "dead.example")).toHaveLength(2);
    const [row] = await rows();
    expect(row).toMatchObject({ activity_id: id, due_at: null, attempts: 8 });
    const lasted = (row?.dead_at ?? 0) - began;
    expect(lasted).toBeGreaterThan(1.5 * DAY_MS);
    expect(lasted).toBeLessThan(2.6 * DAY_MS);
    expect(await events()).toEqual(["host-resting dead.example", "delivery-given-up dead.example"]);
  });

  test("isn't tried again before its time, whatever messages come", async () => {
    const world = makeWorld();
    world.answer("dead.example", dead);
    await say(world, { hosts: ["dead.example"] });
    await world.drain();
    const [row] = await rows();
    await deliver(world.deps, [{ deliveryIds: [row?.id ?? 0], dueBy: world.deps.now() }]);
    await world.sweep();
    expect(world.posted).toHaveLength(1);
  });

  test.each<[string, () => Response]>([
    ["500", () => new Response(null, { status: 500 })],
    ["301", () => new Response(null, { status: 301, headers: { location: "https://elsewhere.example/inbox" } })],
    ["403", () => new Response(null, { status: 403 })],
  ])("with %s is tried again, and nothing else is asked", async (status, answer) => {
    const world = makeWorld();
    world.answer("a.example", answer);
    await say(world, { hosts: ["a.example"] });
    await world.drain();
    expect(world.posted).toHaveLength(1);
    expect(await rows()).toMatchObject([{ attempts: 1, last_error: `status ${status}`, dead_at: null }]);
    world.answer("a.example", 204);
    world.advance(2 * MINUTE_MS);
    await world.sweep();
    expect(await rows()).toEqual([]);
  });

  test("with 404 is tried three times", async () => {
    const world = makeWorld();
    world.answer("a.example", 404);
    await say(world, { hosts: ["a.example"] });
    await world.drain();
    await wait(world, 10 * MINUTE_MS, 50);
    expect(world.posted).toHaveLength(3);
    expect(await hostRow("a.example")).toMatchObject({ score: 970, failures: 0, resting_until: null });
  });

  test("with 410 is given up at once, and whoever is reached there doesn't follow any more", async () => {
    const world = makeWorld();
    await letFollow("gone.example", "a.example");
    world.answer("gone.example", 410);
    await say(world);
    await world.drain();
    expect(await rows()).toEqual([]);
    expect(await followIndex()).toEqual(["https://a.example/accounts/ann > http://edgetube.test/accounts/root: accepted"]);
    expect(await events()).toEqual(["followers-dropped gone.example"]);
    await say(world);
    await world.drain();
    expect(world.posted.filter(({ host }) => host === "gone.example")).toHaveLength(1);
  });

  test("with 429 is tried when it asks to be, as is all else for its host", async () => {
    const world = makeWorld();
    world.answer("busy.example", () => new Response(null, { status: 429, headers: { "retry-after": "1800" } }));
    await say(world, { hosts: ["busy.example"] });
    await world.drain();
    await say(world, { hosts: ["busy.example", "a.example"] });
    await world.drain();
    world.answer("busy.example", 204);
    world.advance(29 * MINUTE_MS);
    await world.sweep();
    expect(world.posted.map(({ host }) => host)).toEqual(["busy.example", "a.example"]);
    world.advance(2 * MINUTE_MS);
    await world.sweep();
    expect(world.posted).toHaveLength(4);
    expect(await rows()).toEqual([]);
  });
});

describe("a host that doesn't believe the signature", () => {
  function believesOnly(header: string) {
    return (request: Request) => new Response(null, { status: request.headers.has(header) ? 202 : 401 });
  }

  test("is asked by RFC 9421, and from then on only so", async () => {
    const world = makeWorld();
    world.answer("new.example", believesOnly("signature-input"));
    await say(world, { hosts: ["new.example"] });
    await world.drain();
    expect(world.posted.map(({ headers }) => headers.has("signature-input"))).toEqual([false, true]);
    expect(await rows()).toEqual([]);
    expect(await hostRow("new.example")).toMatchObject({ http_signature: "rfc9421", score: 1000, failures: 0 });
    await say(world, { hosts: ["new.example"] });
    await world.drain();
    expect(world.posted.map(({ headers }) => headers.has("signature-input"))).toEqual([false, true, true]);
  });

  test("is asked by the older scheme again where it went back to that", async () => {
    const world = makeWorld();
    await env.DB.prepare("INSERT INTO hosts (host, http_signature) VALUES ('old.example', 'rfc9421')").run();
    world.answer("old.example", (request) => new Response(null, { status: request.headers.has("digest") ? 202 : 401 }));
    await say(world, { hosts: ["old.example"] });
    await world.drain();
    expect(world.posted).toHaveLength(2);
    expect(await hostRow("old.example")).toMatchObject({ http_signature: "cavage" });
  });

  test("that believes neither is tried later", async () => {
    const world = makeWorld();
    world.answer("no.example", 401);
    await say(world, { hosts: ["no.example"] });
    await world.drain();
    expect(world.posted).toHaveLength(2);
    expect(await rows()).toMatchObject([{ attempts: 1, last_error: "status 401" }]);
  });
});

describe("a host that keeps failing", () => {
  test("rests: nothing is sent to it, one try counts for all that waits, and one success sends all", async () => {
    const world = makeWorld();
    world.answer("dead.example", dead);
    for (let tries = 0; tries < 3; tries++) {
      await say(world, { hosts: ["dead.example"] });
      await world.drain();
    }
    expect(world.posted).toHaveLength(3);
    expect(await hostRow("dead.example")).toMatchObject({ failures: 3, last_error: "connection refused" });
    for (let more = 0; more < 5; more++) {
      await say(world, { hosts: ["dead.example"] });
      await world.drain();
    }
    expect(world.posted).toHaveLength(3);

    world.advance(3 * HOUR_MS);
    await world.sweep();
    expect(world.posted).toHaveLength(4);
    await world.sweep();
    expect(world.posted).toHaveLength(4);
    expect((await rows()).map(({ attempts }) => attempts).toSorted()).toEqual([1, 1, 1, 1, 1, 2, 2, 2]);
    expect(await hostRow("dead.example")).toMatchObject({ failures: 4 });

    world.answer("dead.example", 204);
    world.advance(HOUR_MS);
    await world.sweep();
    expect(await rows()).toEqual([]);
    expect(world.posted).toHaveLength(12);
    expect(await hostRow("dead.example")).toMatchObject({ failures: 0, resting_until: null });
    expect(await events()).toEqual(["host-resting dead.example", "host-back dead.example"]);
  });

  test("rests once for what failed side by side", async () => {
    const world = makeWorld();
    world.answer("dead.example", dead);
    for (let activity = 0; activity < 20; activity++) {
      await say(world, { hosts: ["dead.example"] });
    }
    await Promise.all(world.queue.splice(0).map(async (message) => await deliver(world.deps, [message])));
    const host = await hostRow("dead.example");
    expect(host?.failures).toBeLessThanOrEqual(3);
    expect(host?.score).toBeGreaterThanOrEqual(700);
  });

  test("doesn't hold up the others: it has rows and messages of its own", async () => {
    const world = makeWorld();
    await seedHost("shaky.example", { failures: 1 });
    const others = Array.from({ length: 8 }, (_, index) => `h${index}.example`);
    await say(world, { hosts: ["shaky.example", ...others] });
    expect((await rows()).map(({ host }) => host)).toEqual([null, "shaky.example"]);
    expect(world.queue).toHaveLength(2);
    await world.drain();
    expect(await hostRow("shaky.example")).toMatchObject({ failures: 0, score: 1010 });
  });

  test("is woken by the administrator", async () => {
    const world = makeWorld();
    world.answer("dead.example", dead);
    for (let tries = 0; tries < 3; tries++) {
      await say(world, { hosts: ["dead.example"] });
      await world.drain();
    }
    world.answer("dead.example", 204);
    await wakeHost(world.deps, "dead.example");
    await world.drain();
    expect(await rows()).toEqual([]);
  });

  test("at a score of zero for two days loses its followers, with a note, and what waits is kept to be replayed", async () => {
    const world = makeWorld();
    await letFollow("dead.example", "a.example");
    world.answer("dead.example", dead);
    await seedHost("dead.example", { score: 10, failures: 9, failing_since: Date.now() - 3 * DAY_MS });
    await say(world);
    await world.drain();
    expect(await followIndex()).toEqual(["https://a.example/accounts/ann > http://edgetube.test/accounts/root: accepted"]);
    expect(await rows()).toMatchObject([{ host: "dead.example", due_at: null }]);
    expect(await events()).toEqual(["followers-dropped dead.example"]);
    const note = await env.DB.prepare("SELECT note FROM federation_events").first<string>("note");
    expect(note).toContain("one follower was removed");
  });

  test("at a score of zero but failing for a day only is tried on", async () => {
    const world = makeWorld();
    await letFollow("dead.example");
    world.answer("dead.example", dead);
    await seedHost("dead.example", { score: 10, failures: 9, failing_since: Date.now() - DAY_MS });
    await say(world);
    await world.drain();
    expect(await followIndex()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ attempts: 1, dead_at: null }]);
  });

  test("isn't written when it is in best health", async () => {
    const world = makeWorld();
    await seedHost("best.example", { score: 10_000 });
    await say(world, { hosts: ["best.example"] });
    await world.drain();
    expect(await env.DB.prepare("SELECT last_success_at FROM hosts").first("last_success_at")).toBeNull();
  });
});
