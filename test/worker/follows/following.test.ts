import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { followAll, retryFollow, unfollow } from "../../../src/domain/follows/administer";
import { blockHost } from "../../../src/domain/follows/blocklist";
import { acceptFollower } from "../../../src/domain/follows/followers";
import { handleFollowAnswer } from "../../../src/domain/follows/following";
import { updateSettings } from "../../../src/domain/settings";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import type { ActorRow } from "../../../src/storage/d1/schema-federation";
import { followIndex } from "../actors/support";
import { arrives, INSTANCE_URL, quietDeps, remoteActor, runTasks, setUpFollows, waitingDeliveries, waitingTasks } from "./support";

const INBOX = "https://a.example/accounts/peertube/inbox";
let other: ActorRow;

beforeEach(async () => {
  await setUpFollows();
  other = await remoteActor("a.example");
});

async function follow(handle = "peertube@a.example", advanceMs = 0): Promise<void> {
  expect(await followAll(quietDeps(advanceMs), { hosts: [], handles: [handle] })).toEqual({ ok: true, value: undefined });
  await runTasks(quietDeps(advanceMs));
}

async function answered(answer: "accepted" | "rejected", followId?: string): Promise<void> {
  await handleFollowAnswer(quietDeps(), { target: other, follower: INSTANCE_ACTOR, answer, followId });
}

/** `Follow 1`, `Undo 1`: what waits for the other's own inbox, by the Follows' numbers. */
async function sent(): Promise<string[]> {
  return (await waitingDeliveries()).map(({ type, activity, inboxes }) => {
    expect(inboxes).toEqual([INBOX]);
    const id = type === "Undo" ? ((activity["object"] as JsonObject)["id"] as string) : (activity["id"] as string);
    return `${type} ${id.split("/").at(-1)}`;
  });
}

describe("following", () => {
  test("sends a Follow to the target's own inbox, and shows it as pending", async () => {
    await follow();
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: pending`]);
    const [only, ...more] = await waitingDeliveries();
    expect(more).toEqual([]);
    expect(only?.inboxes).toEqual([INBOX]);
    expect(only?.activity).toMatchObject({ type: "Follow", id: `${INSTANCE_URL}/follows/1`, actor: INSTANCE_URL, object: other.url });
  });

  test("asked again sends the same Follow again in place of the one that waits; accepted, nothing more", async () => {
    await follow();
    expect(await retryFollow(quietDeps(), "a.example")).toBe(true);
    await runTasks(quietDeps());
    expect(await sent()).toEqual(["Follow 1"]);
    await env.DB.prepare("DELETE FROM deliveries").run();
    expect(await retryFollow(quietDeps(), "peertube@a.example")).toBe(true);
    await runTasks(quietDeps());
    expect(await sent()).toEqual(["Follow 1"]);
    await answered("accepted");
    await env.DB.prepare("DELETE FROM deliveries").run();
    await follow();
    expect(await sent()).toEqual([]);
    expect(await retryFollow(quietDeps(), "b.example")).toBe(false);
  });

  test("refuses what is no target, this instance, and blocked ones, before anything is asked for", async () => {
    await blockHost(quietDeps(), "bad.example");
    const cases: [hosts: string[], handles: string[], reason: string][] = [
      [["good.example", "not a host"], [], "not-a-target"],
      [["ann@a.example"], [], "not-a-target"],
      [[], ["a.example"], "not-a-target"],
      [["edgetube.test"], [], "own-host"],
      [[], ["root@edgetube.test"], "own-host"],
      [["bad.example"], [], "blocked"],
      [[], ["ann@bad.example"], "blocked"],
    ];
    for (const [hosts, handles, reason] of cases) {
      expect(await followAll(quietDeps(), { hosts, handles }), reason).toMatchObject({ ok: false, error: { reason } });
    }
    expect((await waitingTasks()).filter((task) => task.startsWith("follow "))).toEqual([]);
  });

  test("one that can't be reached is tried again later and can be taken back; one that can't be followed is noted", async () => {
    await follow("ann@away.example");
    expect(await waitingTasks()).toEqual(["follow instance/peertube ann@away.example"]);
    const row = await env.DB.prepare("SELECT attempts, last_error FROM federation_tasks").first<{ attempts: number; last_error: string }>();
    expect(row?.attempts).toBe(1);
    expect(row?.last_error).not.toBe("");
    expect(await unfollow(quietDeps(), "ann@away.example")).toBe(true);
    expect(await waitingTasks()).toEqual([]);
    expect(await unfollow(quietDeps(), "ann@away.example")).toBe(false);

    await follow("nobody@a.example");
    expect(await waitingTasks()).toEqual([]);
    expect(await env.DB.prepare("SELECT kind FROM federation_events").first()).toEqual({ kind: "follow-failed" });
  });
});

describe("the answer", () => {
  test("Accept has what was published before read, once however often it comes", async () => {
    await follow();
    await answered("accepted", `${INSTANCE_URL}/follows/1`);
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: accepted`]);
    expect(await waitingTasks()).toEqual([`read-history ${other.url}`]);
    expect(await env.DB.prepare("SELECT state FROM actor_histories WHERE actor_id = ?").bind(other.id).first()).toEqual({
      state: "running",
    });
    await env.DB.batch([env.DB.prepare("DELETE FROM federation_tasks"), env.DB.prepare("UPDATE actor_histories SET state = 'done'")]);
    await answered("accepted", `${INSTANCE_URL}/follows/1`);
    expect(await waitingTasks()).toEqual([]);
  });

  test("to the shared inbox, by no more than the Follow's id, is taken", async () => {
    await follow();
    await handleFollowAnswer(quietDeps(), {
      target: other,
      follower: undefined,
      answer: "accepted",
      followId: `${INSTANCE_URL}/follows/1`,
    });
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: accepted`]);
  });

  test("of a Follow that is another by now, of nobody's, or of somebody else's changes nothing", async () => {
    await follow();
    await answered("rejected", `${INSTANCE_URL}/follows/0`);
    const stranger = await remoteActor("b.example");
    await handleFollowAnswer(quietDeps(), { target: stranger, follower: INSTANCE_ACTOR, answer: "accepted" });
    await handleFollowAnswer(quietDeps(), {
      target: stranger,
      follower: undefined,
      answer: "accepted",
      followId: `${INSTANCE_URL}/follows/1`,
    });
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: pending`]);
  });

  test("Reject is shown and noted; whoever asks then asks anew", async () => {
    await follow();
    await answered("rejected", `${INSTANCE_URL}/follows/1`);
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: rejected`]);
    expect(await env.DB.prepare("SELECT kind, host FROM federation_events").first()).toEqual({
      kind: "follow-rejected",
      host: "a.example",
    });
    await env.DB.prepare("DELETE FROM deliveries").run();
    await follow();
    expect(await sent()).toEqual(["Follow 2"]);
  });
});

describe("unfollowing", () => {
  test("sends an Undo with the Follow in it, and what came stays", async () => {
    await follow();
    await answered("accepted");
    await env.DB.prepare("DELETE FROM deliveries").run();
    expect(await unfollow(quietDeps(), "a.example")).toBe(true);
    expect(await followIndex()).toEqual([]);
    await runTasks(quietDeps());
    const undo = (await waitingDeliveries()).find(({ type }) => type === "Undo");
    expect(undo?.activity).toMatchObject({
      id: `${INSTANCE_URL}/follows/1/undo`,
      actor: INSTANCE_URL,
      object: { type: "Follow", id: `${INSTANCE_URL}/follows/1`, actor: INSTANCE_URL, object: other.url },
    });
    expect(await unfollow(quietDeps(), "a.example")).toBe(false);
  });

  test("before the Follow was delivered drops it; following again drops the Undo, so that the last word is the last", async () => {
    await follow();
    await unfollow(quietDeps(), "peertube@a.example");
    await runTasks(quietDeps());
    expect(await sent()).toEqual(["Undo 1"]);
    await follow();
    expect(await sent()).toEqual(["Follow 2"]);
    expect(await followIndex()).toEqual([`${INSTANCE_URL} > ${other.url}: pending`]);
  });

  test("whose task comes after it is followed again undoes nothing", async () => {
    await follow();
    await unfollow(quietDeps(), other.url);
    const { results } = await env.DB.prepare("SELECT kind, subject, payload FROM federation_tasks").all<Record<string, string>>();
    await env.DB.prepare("DELETE FROM federation_tasks").run();
    await follow();
    await env.DB.prepare("INSERT INTO federation_tasks (kind, subject, payload, due_at, created_at) VALUES (?, ?, ?, 0, 0)")
      .bind(results[0]?.["kind"], results[0]?.["subject"], results[0]?.["payload"])
      .run();
    await runTasks(quietDeps());
    expect(await sent()).toEqual(["Follow 2"]);
    expect(await followIndex()).toHaveLength(1);
  });
});

describe("following back", () => {
  test("is asked for where the settings say so, of instances alone", async () => {
    await arrives(quietDeps(), other);
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: accepted`]);
    await updateSettings(quietDeps(), { followings: { autoFollowBack: true } });
    await arrives(quietDeps(1), other);
    await arrives(quietDeps(1), await remoteActor("b.example", "ann", "Person"));
    await arrives(quietDeps(1), await remoteActor("c.example"), { target: { kind: "account", name: "root" } });
    await runTasks(quietDeps(2));
    expect((await followIndex()).filter((line) => line.startsWith(INSTANCE_URL))).toEqual([`${INSTANCE_URL} > ${other.url}: pending`]);
  });

  test("waits for the approval, and never is of a blocked instance or one that rejected us", async () => {
    await updateSettings(quietDeps(), { followings: { autoFollowBack: true }, followers: { manualApproval: true } });
    await arrives(quietDeps(), other);
    await runTasks(quietDeps(1));
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: pending`]);
    await acceptFollower(quietDeps(2), INSTANCE_ACTOR, other);
    await runTasks(quietDeps(3));
    expect(await followIndex()).toContain(`${INSTANCE_URL} > ${other.url}: pending`);

    await answered("rejected");
    await arrives(quietDeps(1000), other);
    await runTasks(quietDeps(1001));
    expect(await followIndex()).toContain(`${INSTANCE_URL} > ${other.url}: rejected`);

    const bad = await remoteActor("bad.example");
    await blockHost(quietDeps(), "bad.example");
    await updateSettings(quietDeps(), { followers: { manualApproval: false } });
    await arrives(quietDeps(2000), bad);
    await runTasks(quietDeps(2001));
    expect((await followIndex()).some((line) => line.includes(bad.url))).toBe(false);
  });
});
