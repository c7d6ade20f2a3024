import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { deliver } from "../../../src/domain/deliveries/deliver";
import { ensureLocalActor } from "../../../src/domain/actors/local";
import { forwardActivity } from "../../../src/domain/outbox/forward";
import { takeDeliveries } from "../../../src/storage/d1/deliveries";
import { actorObject } from "../actors/support";
import { setUpInstance, testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";
import { hostRow, letFollow, makeWorld, MINUTE_MS, rows, say } from "./support";

const OBJECT = "http://edgetube.test/videos/watch/1";

beforeEach(async () => {
  await setUpInstance();
  await ensureLocalActor(testDeps(), { kind: "account", name: "root" });
});

describe("sending", () => {
  test("posts what the actor's object signed to every follower's shared inbox once, and leaves nothing", async () => {
    const world = makeWorld();
    const hosts = Array.from({ length: 60 }, (_, index) => `h${index}.example`);
    const id = await say(world, { hosts: [...hosts, "h0.example", "edgetube.test"] });
    expect(await rows()).toHaveLength(3);
    await world.drain();
    expect(world.posted.map(({ host }) => host).toSorted()).toEqual(hosts.toSorted());
    const kept = await actorObject().activity(id);
    for (const { body, headers } of world.posted) {
      expect(JSON.parse(body)).toEqual(kept);
      expect(headers.get("signature")).toContain("keyId=");
      expect(headers.get("digest")).toMatch(/^SHA-256=/i);
    }
    expect(await rows()).toEqual([]);
    expect(await hostRow("h0.example")).toBeUndefined();
    expect(world.most()).toBeLessThanOrEqual(6);
  });

  test("to followers leaves out blocked hosts", async () => {
    const world = makeWorld();
    await letFollow("a.example", "b.example", "blocked.example");
    await env.DB.prepare("INSERT INTO blocked_hosts VALUES ('blocked.example', 1)").run();
    await say(world);
    await world.drain();
    expect(world.posted.map(({ host }) => host).toSorted()).toEqual(["a.example", "b.example"]);
  });

  test("leaves out a host that is blocked while it waits", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example", "blocked.example"] });
    await env.DB.prepare("INSERT INTO blocked_hosts VALUES ('blocked.example', 1)").run();
    await world.drain();
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example"]);
    expect(await rows()).toEqual([]);
  });

  test("again sends nothing again, whether the first is under way or settled", async () => {
    const world = makeWorld();
    const id = await say(world, { hosts: ["a.example"] });
    await say(world, { hosts: ["a.example"], id });
    await world.drain();
    await say(world, { hosts: ["a.example"], id });
    await world.drain();
    expect(world.posted).toHaveLength(1);
  });

  test("is found by the sweep where its message is lost", async () => {
    const world = makeWorld();
    world.breakQueue(true);
    await say(world, { hosts: ["a.example"] });
    world.breakQueue(false);
    await world.sweep();
    expect(world.posted).toEqual([]);
    world.advance(MINUTE_MS + 1);
    await world.sweep();
    expect(world.posted).toHaveLength(1);
    await world.sweep();
    expect(world.posted).toHaveLength(1);
  });

  test("is done again where the sender died with it, and not before", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example"] });
    const [message] = world.queue.splice(0);
    const now = world.deps.now();
    await takeDeliveries(world.deps.database, message?.deliveryIds ?? [], { at: now, sendingUntil: now + 2 * MINUTE_MS });
    world.advance(MINUTE_MS + 1);
    await world.sweep();
    expect(world.posted).toEqual([]);
    world.advance(MINUTE_MS);
    await world.sweep();
    expect(world.posted).toHaveLength(1);
    expect(await rows()).toEqual([]);
  });

  test("a message that comes several times is one", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example", "b.example"] });
    const messages = world.queue.splice(0);
    await Promise.all([deliver(world.deps, messages), deliver(world.deps, messages), deliver(world.deps, [...messages, ...messages])]);
    expect(world.posted).toHaveLength(2);
    expect(await rows()).toEqual([]);
  });

  test("goes on where slow hosts hold all connections", async () => {
    const world = makeWorld({ maxConnections: 2 });
    for (const host of ["s1.example", "s2.example", "s3.example"]) {
      world.answer(host, async () => {
        await scheduler.wait(4000);
        return new Response(null, { status: 204 });
      });
    }
    const fast = Array.from({ length: 5 }, (_, index) => `f${index}.example`);
    await say(world, { hosts: ["s1.example", "s2.example", "s3.example", ...fast] });
    const began = Date.now();
    const [message] = world.queue.splice(0);
    const first = deliver(world.deps, message === undefined ? [] : [message]);
    while (world.queue.length === 0) {
      await scheduler.wait(50);
    }
    expect(world.posted).toHaveLength(2);
    const second = deliver(world.deps, world.queue.splice(0));
    while (!fast.every((host) => world.posted.some((request) => request.host === host))) {
      await scheduler.wait(50);
    }
    expect(Date.now() - began).toBeLessThan(3500);
    await Promise.all([first, second]);
    expect(world.posted.map(({ host }) => host).toSorted()).toEqual([...fast, "s1.example", "s2.example", "s3.example"]);
    expect(await rows()).toEqual([]);
  });

  test("gives up what its actor doesn't keep any more", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example"] });
    await env.DB.prepare("UPDATE deliveries SET activity_id = 'http://edgetube.test/unknown'").run();
    await world.drain();
    expect(world.posted).toEqual([]);
    expect(await rows()).toMatchObject([{ due_at: null, last_error: expect.stringContaining("doesn't keep") as string }]);
  });

  test("never goes to an address of a private network", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["127.0.0.1", "10.0.0.1", "[::ffff:192.168.0.1]", "printer.local", "metadata", "a.example"] });
    const messages = world.queue.splice(0);
    await deliver({ ...world.deps, publicUrl: "https://edgetube.example" }, messages);
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example"]);
    expect((await rows()).every(({ due_at: dueAt }) => dueAt === null)).toBe(true);
  });
});

describe("what is newer", () => {
  test("Update replaces Updates of the same object that wait, and no others", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example"], type: "Update", objectId: OBJECT });
    const other = await say(world, { hosts: ["a.example"], type: "Update", objectId: `${OBJECT}2` });
    const create = await say(world, { hosts: ["a.example"], type: "Create", objectId: OBJECT });
    const newest = await say(world, { hosts: ["a.example"], type: "Update", objectId: OBJECT });
    await world.drain();
    expect(world.posted.map(({ id }) => id)).toEqual([other, create, newest]);
  });

  test("Delete overtakes all that waits of the object, and an Undo what it undoes", async () => {
    const world = makeWorld();
    for (const type of ["Create", "Update", "Announce"]) {
      await say(world, { hosts: ["a.example"], type, objectId: OBJECT });
    }
    const gone = await say(world, { hosts: ["a.example"], type: "Delete", objectId: OBJECT });
    const liked = await say(world, { hosts: ["a.example"] });
    const undo = await say(world, { hosts: ["a.example"], type: "Undo", object: liked });
    await world.drain();
    expect(world.posted.map(({ id }) => id)).toEqual([gone, undo]);
  });

  test("counts while the older is under way: its failure doesn't come back", async () => {
    const world = makeWorld();
    let fail: (response: Response) => void = () => undefined;
    world.answer("a.example", async () => await new Promise<Response>((resolve) => (fail = resolve)));
    await say(world, { hosts: ["a.example"], type: "Update", objectId: OBJECT });
    const sending = world.drain();
    while (world.posted.length === 0) {
      await scheduler.wait(10);
    }
    const newer = await say(world, { hosts: ["a.example"], type: "Update", objectId: OBJECT });
    fail(new Response(null, { status: 500 }));
    world.answer("a.example", 204);
    await sending;
    await world.drain();
    expect(world.posted.map(({ id }) => id)).toContain(newer);
    expect(await rows()).toEqual([]);
  });
});

describe("forwarding", () => {
  test("sends another's activity as it came, signed by the instance, to all but where it came from", async () => {
    const world = makeWorld();
    const { uuid } = await seedVideoRows();
    await letFollow("a.example", "author.example", "relay.example");
    const body = '{ "id": "https://author.example/likes/1", "type": "Like",  "object": "x" }';
    const task = {
      kind: "forward",
      activityId: "https://author.example/likes/1",
      body,
      videoUuid: uuid,
      exceptHost: "relay.example",
    } as const;
    await forwardActivity(world.deps, task);
    await forwardActivity(world.deps, task);
    await world.drain();
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example"]);
    expect(world.posted[0]?.body).toBe(body);
    expect(world.posted[0]?.headers.get("signature")).toContain("http://edgetube.test/accounts/peertube#main-key");
  });
});
