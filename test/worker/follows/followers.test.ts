import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { blockHost, isHostBlocked, unblockInstance } from "../../../src/domain/follows/blocklist";
import { acceptFollower, rejectFollower, removeFollower } from "../../../src/domain/follows/followers";
import { rejectAllFollowers } from "../../../src/domain/follows/reject-all";
import { getSettings, updateSettings } from "../../../src/domain/settings";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors";
import { actorObject, followIndex, ROOT_URL } from "../actors/support";
import { ORIGIN } from "../users/support";
import { answers, arrives, INSTANCE_URL, quietDeps, remoteActor, runTasks, setUpFollows, waitingDeliveries, waitingTasks } from "./support";

const ROOT = { kind: "account", name: "root" } as const;
const CHANNEL = { kind: "channel", name: "root_channel" } as const;

beforeEach(setUpFollows);

describe("a Follow that arrives", () => {
  test("is accepted, and answered to the follower's own inbox with the Follow rebuilt", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    const followId = await arrives(deps, other);
    await runTasks(deps);
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: accepted`]);
    const [accept, ...more] = await waitingDeliveries();
    expect(more).toEqual([]);
    expect(accept?.inboxes).toEqual(["https://a.example/accounts/peertube/inbox"]);
    expect(accept?.activity).toMatchObject({
      type: "Accept",
      actor: INSTANCE_URL,
      object: { type: "Follow", id: followId, actor: other.url, object: INSTANCE_URL },
    });
    expect(accept?.activity["id"]).toMatch(new RegExp(`^${ORIGIN}/accepts/follows/[\\w-]+$`));
    expect(accept?.activity["to"]).toBeUndefined();
  });

  test("asked again is answered again, each time by the Follow's own id", async () => {
    const other = await remoteActor("a.example");
    const first = await arrives(quietDeps(), other);
    await runTasks(quietDeps());
    const second = await arrives(quietDeps(1000), other);
    await runTasks(quietDeps(1000));
    const inbox = "https://a.example/accounts/peertube/inbox";
    expect(await answers()).toEqual([`Accept of ${first} to ${inbox}`, `Accept of ${second} to ${inbox}`]);
  });

  test("is answered though its handling was cut off before the answer was made, and once though the task runs twice", async () => {
    const deps = quietDeps();
    await arrives(deps, await remoteActor("a.example"));
    expect(await answers()).toEqual([]);
    const { results } = await env.DB.prepare("SELECT * FROM federation_tasks").all();
    await runTasks(deps);
    const [row] = results;
    await env.DB.prepare("INSERT INTO federation_tasks (kind, subject, payload, due_at, created_at) VALUES (?, ?, ?, 0, 0)")
      .bind(row?.["kind"], row?.["subject"], row?.["payload"])
      .run();
    await runTasks(deps);
    expect(await answers()).toHaveLength(1);
  });

  test("that was undone since isn't answered and doesn't count, in whatever order the two come", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await actorObject("accounts/peertube").removeFollower(other.url, 2000);
    await arrives(deps, other, { saidAt: 1000 });
    await runTasks(deps);
    expect([await followIndex(), await answers()]).toEqual([[], []]);
    await arrives(deps, other, { saidAt: 3000 });
    await runTasks(deps);
    expect(await followIndex()).toHaveLength(1);
    // An Undo older than the Follow.
    await actorObject("accounts/peertube").removeFollower(other.url, 2500);
    expect(await followIndex()).toHaveLength(1);
  });

  test("whose Undo comes before the answer is made gets no Accept", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await arrives(deps, other, { saidAt: 1000 });
    await actorObject("accounts/peertube").removeFollower(other.url, 2000);
    await runTasks(deps);
    expect([await followIndex(), await answers()]).toEqual([[], []]);
  });

  test("is rejected where instances may not follow, and so is one of a channel where those may not be followed; nothing is kept of it", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    const ann = await remoteActor("b.example", "ann", "Person");
    await updateSettings(deps, { followers: { instanceEnabled: false } });
    const refused = await arrives(deps, other);
    const taken = await arrives(deps, ann, { target: CHANNEL });
    await updateSettings(deps, { followers: { instanceEnabled: true, channelsEnabled: false } });
    const refusedToo = await arrives(deps, ann, { target: ROOT });
    await runTasks(deps);
    expect((await answers()).toSorted()).toEqual(
      [
        `Accept of ${taken} to https://b.example/accounts/ann/inbox`,
        `Reject of ${refused} to https://a.example/accounts/peertube/inbox`,
        `Reject of ${refusedToo} to https://b.example/accounts/ann/inbox`,
      ].toSorted(),
    );
    expect(await followIndex()).toEqual([`${ann.url} > ${ORIGIN}/video-channels/root_channel: accepted`]);
    await updateSettings(deps, { followers: { channelsEnabled: true } });
    await arrives(quietDeps(1000), ann, { target: ROOT });
    expect(await followIndex()).toContain(`${ann.url} > ${ROOT_URL}: accepted`);
  });

  test("by somebody who follows already, once the settings forbid it, ends that follow", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await arrives(deps, other);
    await updateSettings(deps, { followers: { instanceEnabled: false } });
    await arrives(quietDeps(1000), other);
    expect(await followIndex()).toEqual([]);
  });
});

describe("manual approval", () => {
  beforeEach(async () => {
    await updateSettings(quietDeps(), { followers: { manualApproval: true } });
  });

  test("has the instance's followers wait, and nobody else's", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await arrives(deps, other);
    await arrives(deps, other, { target: ROOT });
    await runTasks(deps);
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: pending`, `${other.url} > ${ROOT_URL}: accepted`]);
    expect(await answers()).toHaveLength(1);
  });

  test("the administrator accepts, rejects, accepts again; each is told", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    const followId = await arrives(deps, other);
    expect((await acceptFollower(quietDeps(1), INSTANCE_ACTOR, other)).ok).toBe(true);
    await runTasks(quietDeps(10));
    expect(await acceptFollower(deps, INSTANCE_ACTOR, other)).toEqual({ ok: false, error: { reason: "not-in-state", state: "accepted" } });
    expect((await rejectFollower(quietDeps(20), INSTANCE_ACTOR, other)).ok).toBe(true);
    await runTasks(quietDeps(30));
    expect((await acceptFollower(quietDeps(40), INSTANCE_ACTOR, other)).ok).toBe(true);
    await runTasks(quietDeps(50));
    const inbox = "https://a.example/accounts/peertube/inbox";
    expect(await answers()).toEqual(["Accept", "Reject", "Accept"].map((answer) => `${answer} of ${followId} to ${inbox}`));
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: accepted`]);
  });

  test("who was rejected is rejected again until the administrator removes it", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await arrives(deps, other);
    await rejectFollower(deps, INSTANCE_ACTOR, other);
    await updateSettings(deps, { followers: { manualApproval: false } });
    const again = await arrives(quietDeps(1000), other);
    await runTasks(quietDeps(1000));
    expect(await answers()).toEqual([`Reject of ${again} to https://a.example/accounts/peertube/inbox`]);
    expect(await removeFollower(deps, INSTANCE_ACTOR, other)).toEqual({ ok: true, value: undefined });
    expect(await followIndex()).toEqual([]);
    await arrives(quietDeps(2000), other);
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: accepted`]);
  });

  test("a decision that was cut off before it was made is made by its task", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    await arrives(deps, other);
    const broken = {
      ...deps,
      actorObject: () => {
        throw new Error("cut off");
      },
    };
    await expect(acceptFollower(broken, INSTANCE_ACTOR, other)).rejects.toThrow("cut off");
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: pending`]);
    await runTasks(quietDeps(10));
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: accepted`]);
    expect(await answers()).toHaveLength(1);
  });
});

test("a follower that is removed is told, and gone whatever time it gave its Follow", async () => {
  const deps = quietDeps();
  const other = await remoteActor("a.example");
  const followId = await arrives(deps, other, { saidAt: deps.now() + 3_600_000 });
  await runTasks(deps);
  await removeFollower(quietDeps(10), INSTANCE_ACTOR, other);
  await runTasks(quietDeps(20));
  expect(await followIndex()).toEqual([]);
  expect((await answers()).at(-1)).toBe(`Reject of ${followId} to https://a.example/accounts/peertube/inbox`);
  expect(await removeFollower(deps, INSTANCE_ACTOR, other)).toEqual({ ok: false, error: { reason: "no-such-follower" } });
});

describe("rejecting all", () => {
  test("turns both settings off and rejects everybody's followers of elsewhere, in steps, over any number", async () => {
    const deps = quietDeps();
    const others = [];
    for (let index = 0; index < 60; index++) {
      const other = await remoteActor(`h${index}.example`);
      await arrives(deps, other, index % 2 === 0 ? {} : { target: CHANNEL });
      others.push(other);
    }
    await env.DB.prepare("DELETE FROM federation_tasks").run();
    await rejectAllFollowers(deps);
    expect((await getSettings(deps)).followers).toMatchObject({ instanceEnabled: false, channelsEnabled: false });
    await runTasks(quietDeps(1000));
    expect(await followIndex()).toHaveLength(60);
    expect((await followIndex()).every((line) => line.endsWith(": rejected"))).toBe(true);
    expect((await answers()).every((line) => line.startsWith("Reject"))).toBe(true);
    expect(await answers()).toHaveLength(60);
    // The second round finds whom an isolate with the older settings let in meanwhile.
    expect(await waitingTasks()).toEqual(["reject-followers 2 "]);
    const late = await remoteActor("late.example");
    await actorObject("accounts/peertube").follow(
      { url: late.url, inbox: late.inboxUrl, sharedInbox: undefined },
      "https://late.example/1",
      "accepted",
      1,
    );
    await runTasks(quietDeps(60_000));
    expect(await answers()).toHaveLength(61);
    expect(await waitingTasks()).toEqual([]);
  });
});

describe("a blocked instance", () => {
  test("loses its followers, is told so and nothing else, and may not follow", async () => {
    const deps = quietDeps();
    const other = await remoteActor("a.example");
    const followId = await arrives(deps, other);
    await runTasks(deps);
    await env.DB.prepare(
      "INSERT INTO deliveries (actor, activity_id, activity_type, host, inboxes, due_at, created_at) VALUES ('accounts/root', 'x', 'Like', NULL, ?, 0, 0)",
    )
      .bind(JSON.stringify(["https://a.example/inbox", "https://b.example/inbox", "https://xa.example/inbox"]))
      .run();
    expect(await blockHost(quietDeps(10), " https://A.example/ ")).toEqual({ ok: true, value: "a.example" });
    const { results } = await env.DB.prepare("SELECT inboxes FROM deliveries").all<{ inboxes: string }>();
    expect(results.map(({ inboxes }) => JSON.parse(inboxes) as string[])).toEqual([
      ["https://b.example/inbox", "https://xa.example/inbox"],
    ]);
    await env.DB.prepare("DELETE FROM deliveries").run();
    await runTasks(quietDeps(20));
    expect(await answers()).toEqual([`Reject of ${followId} to https://a.example/accounts/peertube/inbox`]);
    expect(await followIndex()).toEqual([`${other.url} > ${INSTANCE_URL}: rejected`]);
    expect(await isHostBlocked(deps, "a.example")).toBe(true);
    expect(await isHostBlocked(deps, "sub.a.example")).toBe(false);

    const stranger = await remoteActor("a.example", "ann", "Person");
    const refused = await arrives(quietDeps(30), stranger);
    await runTasks(quietDeps(40));
    expect((await answers()).at(-1)).toBe(`Reject of ${refused} to https://a.example/accounts/ann/inbox`);
    expect(await followIndex()).toHaveLength(1);

    expect(await unblockInstance(deps, "a.example")).toBe(true);
    expect(await unblockInstance(deps, "a.example")).toBe(false);
    await arrives(quietDeps(50), stranger);
    expect(await followIndex()).toContain(`${stranger.url} > ${INSTANCE_URL}: accepted`);
  });

  test("can't be this one, nor what is no host", async () => {
    expect(await blockHost(quietDeps(), "edgetube.test")).toEqual({ ok: false, error: { reason: "own-host" } });
    for (const text of ["", "a b", "ann@a.example", "a.example/path", "https://"]) {
      expect(await blockHost(quietDeps(), text), text).toEqual({ ok: false, error: { reason: "not-a-host" } });
    }
  });
});
