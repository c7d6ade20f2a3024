import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { federateVideo } from "../../../src/domain/outbox/video";
import type { Deps } from "../../../src/domain/deps";
import type { JsonObject } from "../../../src/protocol/activitystreams/types";
import { actorObject } from "../actors/support";
import { ORIGIN, setUpInstance } from "../users/support";
import { seedVideoRows } from "../videos/seed";
import { followAll, idsAndInboxes, quietDeps, takeSaid, waiting } from "./support";

const ALL = "account.example channel.example instance.example";

beforeEach(async () => {
  await setUpInstance();
  await followAll();
});

async function outboxOf(actor: string): Promise<string[]> {
  return (await actorObject(actor).outbox({ start: 0, count: 10 })).activities.map(({ id }) => id as string);
}

function createdOf(activity: JsonObject | undefined): string {
  return (activity?.["signature"] as { created: string } | undefined)?.created ?? "";
}

describe("a local video", () => {
  test("published: a Create to the account's followers, Announces to all, once", async () => {
    const { uuid } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await federateVideo(quietDeps(), uuid);
    const url = `${ORIGIN}/videos/watch/${uuid}`;
    const [create, ...announces] = await waiting();
    expect(create).toMatchObject({
      id: `${url}/activity`,
      type: "Create",
      actor: `${ORIGIN}/accounts/root`,
      object: { id: url, type: "Video" },
    });
    expect(create?.["signature"]).toMatchObject({ type: "RsaSignature2017", creator: `${ORIGIN}/accounts/root#main-key` });
    expect(announces.map(({ object }) => object)).toEqual([url, url]);
    expect(await takeSaid()).toEqual([
      "Create by accounts/root to account.example",
      `Announce by video-channels/root_channel to ${ALL}`,
      `Announce by accounts/peertube to ${ALL}`,
    ]);
    expect(await outboxOf("accounts/root")).toEqual([`${url}/activity`]);
    expect(await outboxOf("video-channels/root_channel")).toHaveLength(1);
  });

  test("changed: an Update with another id each time; unchanged: nothing", async () => {
    const { uuid } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await takeSaid();
    const ids = new Set<string>();
    for (const name of ["One", "Two"]) {
      await env.DB.prepare("UPDATE videos SET name = ? WHERE uuid = ?").bind(name, uuid).run();
      await federateVideo(quietDeps(), uuid);
      const [update] = await waiting();
      expect(update).toMatchObject({ type: "Update", object: { name } });
      ids.add(update?.["id"] as string);
      expect(await takeSaid()).toEqual([`Update by accounts/root to ${ALL}`]);
    }
    expect(ids.size).toBe(2);
    await federateVideo(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([]);
  });

  test("with other chapters or counts: an Update too", async () => {
    const { uuid, id } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await takeSaid();
    await env.DB.prepare("INSERT INTO video_chapters VALUES (?, 0, 'Begin')").bind(id).run();
    await federateVideo(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([`Update by accounts/root to ${ALL}`]);
    for (const count of ["views", "likes", "dislikes"]) {
      await env.DB.prepare(`UPDATE videos SET ${count} = ${count} + 1 WHERE id = ?`).bind(id).run();
      await federateVideo(quietDeps(), uuid);
      expect(await takeSaid(), count).toEqual([`Update by accounts/root to ${ALL}`]);
    }
    await federateVideo(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([]);
  });

  test("moved: the old channel takes its Announce back, the new one announces", async () => {
    const { uuid, id } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await takeSaid();
    await env.DB.prepare(
      "INSERT INTO channels (account_id, name, display_name, created_at, updated_at) SELECT account_id, 'films', 'Films', 0, 0 FROM channels WHERE name = 'root_channel'",
    ).run();
    const move = async (channel: string) =>
      await env.DB.prepare("UPDATE videos SET channel_id = (SELECT id FROM channels WHERE name = ?) WHERE id = ?").bind(channel, id).run();
    await move("films");
    await federateVideo(quietDeps(), uuid);
    const [undo] = await waiting();
    expect(undo).toMatchObject({ type: "Undo", object: { type: "Announce", actor: `${ORIGIN}/video-channels/root_channel` } });
    expect(await takeSaid()).toEqual([
      `Undo by video-channels/root_channel to ${ALL}`,
      "Announce by video-channels/films to account.example instance.example",
      "Update by accounts/root to account.example instance.example",
    ]);
    expect(await outboxOf("video-channels/root_channel")).toEqual([]);

    // Back again: the Announce is a new one, said after the Undo.
    await move("root_channel");
    await federateVideo(quietDeps(), uuid);
    const [, announce] = await waiting();
    expect(announce?.["type"]).toBe("Announce");
    expect(undo?.["object"]).not.toMatchObject({ id: announce?.["id"] });
    expect(await takeSaid()).toHaveLength(3);
  });

  test("hidden: a Delete; public again: told anew, later than the Delete", async () => {
    const { uuid } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await takeSaid();
    await env.DB.prepare("UPDATE videos SET privacy = 3 WHERE uuid = ?").bind(uuid).run();
    await federateVideo(quietDeps(), uuid);
    const [deletion] = await waiting();
    expect(await takeSaid()).toEqual([`Delete by accounts/root to ${ALL}`]);
    expect(await outboxOf("accounts/root")).toEqual([]);
    await env.DB.prepare("UPDATE videos SET privacy = 1 WHERE uuid = ?").bind(uuid).run();
    await federateVideo(quietDeps(), uuid);
    const [create] = await waiting();
    expect(create?.["type"]).toBe("Create");
    expect(createdOf(create) > createdOf(deletion)).toBe(true);
    expect(await takeSaid()).toHaveLength(3);
    await env.DB.prepare("DELETE FROM videos WHERE uuid = ?").bind(uuid).run();
    await federateVideo(quietDeps(), uuid);
    const [second] = await waiting();
    expect(second?.["id"]).not.toBe(deletion?.["id"]);
    expect(await takeSaid()).toEqual([`Delete by accounts/root to ${ALL}`]);
  });

  test("that is private, or of elsewhere, isn't told of", async () => {
    const { uuid } = await seedVideoRows({ privacy: 3 });
    await federateVideo(quietDeps(), uuid);
    const other = await seedVideoRows();
    await env.DB.prepare("UPDATE videos SET url = 'https://a.example/v' WHERE uuid = ?").bind(other.uuid).run();
    await federateVideo(quietDeps(), other.uuid);
    expect(await takeSaid()).toEqual([]);
  });
});

describe("a run that is cut off", () => {
  test("before or after any of its writes is gone on with: nothing is lost, nothing told twice", async () => {
    const { uuid } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    const whole = (await idsAndInboxes()).length;
    await env.DB.batch([env.DB.prepare("DELETE FROM deliveries"), env.DB.prepare("DELETE FROM federated_objects")]);

    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= 3; at++) {
        const { uuid: next } = await seedVideoRows();
        const interrupted = cutOff(quietDeps(), when, at);
        await expect(federateVideo(interrupted, next)).rejects.toThrow("cut off");
        await federateVideo(quietDeps(), next);
        const sent = await idsAndInboxes();
        expect(new Set(sent).size, `${when} ${at}`).toBe(sent.length);
        expect(sent.length, `${when} ${at}`).toBe(whole);
        await takeSaid();
      }
    }
  });

  test("after an older document was signed sends the newer one too", async () => {
    const { uuid } = await seedVideoRows({ name: "Old name" });
    await expect(federateVideo(cutOff(quietDeps(), "before", 1), uuid)).rejects.toThrow("cut off");
    await env.DB.prepare("UPDATE videos SET name = 'New name' WHERE uuid = ?").bind(uuid).run();
    await federateVideo(quietDeps(), uuid);
    const said = await waiting();
    expect(said.map(({ type }) => type)).toEqual(["Create", "Announce", "Announce", "Update"]);
    expect(said.at(-1)?.["object"]).toMatchObject({ name: "New name" });
  });

  test("isn't hurt by another at the same time", async () => {
    const { uuid } = await seedVideoRows();
    await Promise.all([federateVideo(quietDeps(), uuid), federateVideo(quietDeps(), uuid), federateVideo(quietDeps(), uuid)]);
    const said = await takeSaid();
    expect(said.map((line) => line.split(" ")[0])).toEqual(["Create", "Announce", "Announce"]);
  });
});

/** Dependencies whose database is lost at its `at`-th batch that writes deliveries, before or after it is done. */
function cutOff<D extends Deps>(deps: D, when: "before" | "after", at: number): D {
  let batches = 0;
  const database = new Proxy(deps.database, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== "batch") {
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      }
      return async (statements: Parameters<typeof target.batch>[0]) => {
        const writes = statements.some(
          (statement) =>
            "getSQL" in statement && /federated_objects/.test(String((statement as { toSQL?: () => { sql: string } }).toSQL?.().sql)),
        );
        batches += writes ? 1 : 0;
        if (writes && batches === at && when === "before") {
          throw new Error("cut off");
        }
        const results = await target.batch(statements);
        if (writes && batches === at) {
          throw new Error("cut off");
        }
        return results;
      };
    },
  });
  return { ...deps, database };
}
