import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { DeadLetter, FederationEvent, FederationHost, FederationSummary } from "../../../src/contract/federation-admin";
import { ensureLocalActor } from "../../../src/domain/actors/local";
import { noteEvent } from "../../../src/domain/deliveries/events";
import { forgetOldFederation } from "../../../src/domain/deliveries/forget";
import { hostHealth } from "../../../src/domain/deliveries/health";
import { replay, replayAll } from "../../../src/domain/deliveries/letters";
import { handleDeadLetters } from "../../../src/queue-consumers/dead-letter";
import { handleDeliveries } from "../../../src/queue-consumers/deliver";
import { actorObject } from "../actors/support";
import { bearer, makeUser, readJson, request, setUpInstance, signInAs, testDeps, type Tokens } from "../users/support";
import { DAY_MS, makeWorld, rows, say, type World } from "./support";

const BASE = "/api/v1/server/federation";
let root: Tokens;

beforeEach(async () => {
  await setUpInstance();
  await ensureLocalActor(testDeps(), { kind: "account", name: "root" });
  root = await signInAs();
});

async function get<T>(path: string): Promise<T> {
  const response = await request(`${BASE}${path}`, { headers: bearer(root) });
  expect(response.status).toBe(200);
  return await readJson<T>(response);
}

async function act(method: string, path: string): Promise<number> {
  return (await request(`${BASE}${path}`, { method, headers: bearer(root) })).status;
}

interface List<T> {
  total: number;
  data: T[];
}

/** An activity that was refused to the end. */
async function giveUp(world: World, host: string): Promise<void> {
  await say(world, { hosts: [host] });
  await env.DB.prepare(
    "UPDATE deliveries SET due_at = NULL, dead_at = ?, attempts = 8, host = ?, last_error = 'status 500' WHERE dead_at IS NULL",
  )
    .bind(world.deps.now(), host)
    .run();
  world.queue.splice(0);
}

/** What the queue of dead letters hands on. */
async function handLetters(...bodies: unknown[]): Promise<void> {
  const messages = bodies.map((body, index) => ({ id: `m${index}`, timestamp: new Date(1000), attempts: 1, body }));
  const batch = createMessageBatch("edgetube-dead-letters", messages);
  await handleDeadLetters(batch, testDeps());
}

describe("what was given up", () => {
  test("is listed, replayed one by one, and forgotten", async () => {
    const world = makeWorld();
    await giveUp(world, "a.example");
    await giveUp(world, "b.example");
    await handLetters({ type: "remove-objects", keys: ["videos/x"] }, { mystery: true });
    const { total, data } = await get<List<DeadLetter>>("/dead-letters?count=10");
    expect(total).toBe(4);
    expect(data.map(({ kind, host, queue }) => [kind, host, queue])).toEqual([
      ["delivery", "b.example", null],
      ["delivery", "a.example", null],
      ["message", null, "unknown"],
      ["message", null, "edgetube-media-jobs"],
    ]);
    expect(data[1]).toMatchObject({ inboxes: ["https://a.example/inbox"], attempts: 8, lastError: "status 500", activityType: "Like" });
    expect((await get<List<DeadLetter>>("/dead-letters?host=a.example")).total).toBe(1);
    expect((await get<List<DeadLetter>>("/dead-letters?start=1&count=2")).data.map(({ id }) => id)).toEqual([data[1]?.id, data[2]?.id]);

    expect(await replay(world.deps, { kind: "delivery", id: Number(data[1]?.id.split("-")[1]) })).toEqual({ ok: true, value: undefined });
    await world.drain();
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example"]);
    expect(await act("DELETE", `/dead-letters/${data[0]?.id}`)).toBe(204);
    expect(await act("DELETE", `/dead-letters/${data[0]?.id}`)).toBe(404);
    expect(await act("POST", `/dead-letters/${data[2]?.id}/replay`)).toBe(409);
    expect(await act("POST", `/dead-letters/${data[3]?.id}/replay`)).toBe(204);
    expect(await act("POST", "/dead-letters/delivery-99999/replay")).toBe(404);
    expect(await act("POST", "/dead-letters/nonsense/replay")).toBe(404);
    expect((await get<List<DeadLetter>>("/dead-letters")).total).toBe(1);
  });

  test("is replayed all at once, also where its host rested", async () => {
    const world = makeWorld();
    await giveUp(world, "a.example");
    await giveUp(world, "b.example");
    await env.DB.prepare("INSERT INTO hosts (host, failures, resting_until) VALUES ('a.example', 9, ?)")
      .bind(world.deps.now() + DAY_MS)
      .run();
    expect(await replayAll(world.deps, "a.example")).toBe(1);
    await world.drain();
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example"]);
    expect(await replayAll(world.deps, undefined)).toBe(1);
    await world.drain();
    expect(world.posted.map(({ host }) => host)).toEqual(["a.example", "b.example"]);
    expect(await rows()).toEqual([]);
  });

  test("a task that is replayed is asked for again", async () => {
    await handLetters({ kind: "actor", subject: "account/root" });
    await env.DB.prepare(
      "INSERT INTO dead_letters (queue, message_id, body, created_at) VALUES ('edgetube-federation-tasks', 'task-1-1', ?, 1)",
    )
      .bind(JSON.stringify({ kind: "playlist", uuid: "u" }))
      .run();
    const world = makeWorld();
    const asked: unknown[] = [];
    const federationTasks = { sendBatch: async (messages: { body: unknown }[]) => void asked.push(...messages.map(({ body }) => body)) };
    await replayAll({ ...world.deps, federationTasks: federationTasks as never }, undefined);
    expect(asked).toEqual([
      { kind: "actor", subject: "account/root" },
      { kind: "playlist", subject: "u" },
    ]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM dead_letters").first("n")).toBe(0);
    expect(await env.DB.prepare("SELECT subject FROM federation_tasks").first("subject")).toBe("u");
  });

  test("comes to the dead letters once, however often it is handed on", async () => {
    await handLetters({ mystery: 1 });
    await handLetters({ mystery: 1 });
    expect((await get<List<DeadLetter>>("/dead-letters")).total).toBe(1);
  });
});

describe("the queue's consumer", () => {
  test("takes what it understands, and has the rest tried again", async () => {
    const world = makeWorld();
    await say(world, { hosts: ["a.example"] });
    const bodies = [world.queue[0], { strange: true }];
    const messages = bodies.map((body, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body }));
    const batch = createMessageBatch("edgetube-deliveries", messages);
    await handleDeliveries(batch, world.deps);
    const result = await getQueueResult(batch, createExecutionContext());
    expect(result.explicitAcks).toEqual(["m0"]);
    expect(result.retryMessages.map(({ msgId }) => msgId)).toEqual(["m1"]);
    expect(world.posted).toHaveLength(1);
  });
});

describe("the administrator's view", () => {
  test("is for administrators", async () => {
    await makeUser("ann", "ann-password");
    const ann = await signInAs("ann", "ann-password");
    for (const path of ["/summary", "/hosts", "/dead-letters", "/events"]) {
      expect((await request(`${BASE}${path}`, { headers: bearer(ann) })).status).toBe(403);
      expect((await request(`${BASE}${path}`)).status).toBe(401);
    }
    expect((await request(`${BASE}/hosts/a.example/wake`, { method: "POST", headers: bearer(ann) })).status).toBe(403);
  });

  test("tells what waits and where", async () => {
    const world = makeWorld();
    const now = world.deps.now();
    await say(world, { hosts: ["a.example", "b.example"] });
    await env.DB.prepare(
      "INSERT INTO hosts (host, score, failures, failing_since, resting_until, last_error) VALUES ('r.example', 500, 4, ?, ?, 'status 500')",
    )
      .bind(now, now + DAY_MS)
      .run();
    await say(world, { hosts: ["r.example", "c.example"] });
    await giveUp(makeWorld(), "never.example").catch(() => undefined);
    await env.DB.prepare(
      "UPDATE deliveries SET due_at = ?, dead_at = NULL, host = CASE WHEN inboxes LIKE '%r.example%' THEN 'r.example' END WHERE inboxes NOT LIKE '%never%'",
    )
      .bind(now)
      .run();
    expect(await get<FederationSummary>("/summary")).toEqual({
      deliveries: { waiting: 4, oldestDueAt: new Date(now).toISOString() },
      hosts: { failing: 1, resting: 1 },
      deadLetters: 1,
      tasks: { waiting: 0, failing: 0 },
    });
    const { total, data } = await get<List<FederationHost>>("/hosts");
    expect(total).toBe(1);
    expect(data[0]).toMatchObject({ host: "r.example", waiting: 1, score: 500, failures: 4, lastError: "status 500" });
    expect((await get<List<FederationHost>>("/hosts?search=nobody&sort=-failingSince")).total).toBe(0);
    expect((await request(`${BASE}/hosts?sort=colour`, { headers: bearer(root) })).status).toBe(400);
    expect(await act("POST", "/hosts/r.example/wake")).toBe(204);
    expect(await act("POST", "/hosts/nobody.example/wake")).toBe(404);
    expect((await get<List<FederationHost>>("/hosts")).data[0]?.restingUntil).toBeNull();
    expect((await hostHealth(testDeps(), ["r.example", "x.example"])).get("x.example")).toMatchObject({ score: 1000, failures: 0 });
  });

  test("tells what happened, the newest first", async () => {
    await noteEvent(testDeps(), { kind: "host-resting", host: "a.example", note: "It rests." });
    await noteEvent(testDeps(1000), { kind: "something", note: "Else." });
    const { data } = await get<List<FederationEvent>>("/events");
    expect(data.map(({ kind, host }) => [kind, host])).toEqual([
      ["something", null],
      ["host-resting", "a.example"],
    ]);
    expect((await get<List<FederationEvent>>("/events?host=a.example")).total).toBe(1);
  });
});

describe("the daily clean-up", () => {
  test("forgets what is a month old and that nothing needs", async () => {
    const world = makeWorld();
    const needed = await say(world, { hosts: ["a.example"] });
    const settled = await say(world, { hosts: ["b.example"] });
    await env.DB.prepare("DELETE FROM deliveries WHERE activity_id = ?").bind(settled).run();
    await giveUp(makeWorld(), "old.example");
    await env.DB.prepare("UPDATE deliveries SET dead_at = NULL, due_at = 1 WHERE activity_id = ?").bind(needed).run();
    await noteEvent(testDeps(), { kind: "x", note: "x" });
    await handLetters({ mystery: 1 });
    for (let day = 0; day < 7; day++) {
      await forgetOldFederation(testDeps((31 + day) * DAY_MS));
    }
    expect((await rows()).map(({ activity_id: id }) => id)).toEqual([needed]);
    expect(await actorObject().activity(needed)).toBeDefined();
    expect(await actorObject().activity(settled)).toBeUndefined();
    expect(
      await env.DB.prepare("SELECT (SELECT count(*) FROM federation_events) + (SELECT count(*) FROM dead_letters) AS n").first("n"),
    ).toBe(0);
  });
});
