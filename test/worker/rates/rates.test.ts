import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { setRate, type Rating } from "../../../src/domain/rates/set-rate";
import {
  askedTasks,
  call,
  countsOf,
  refuseTasks,
  seedRemoteAccount,
  seedRemoteVideo,
  setUpPeople,
  watchTasks,
  type Person,
} from "../social/support";
import { testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  ({ root, alice, bob } = await setUpPeople());
});

async function rate(uuid: string, rating: unknown, as: Person | undefined): Promise<number> {
  return (await call("PUT", `/api/v1/videos/${uuid}/rate`, { as, json: { rating } })).status;
}

describe("rating a video", () => {
  it("counts each account once, whatever it says last", async () => {
    const { id, uuid } = await seedVideoRows();
    expect(await rate(uuid, "like", alice)).toBe(204);
    expect(await rate(uuid, "like", alice)).toBe(204);
    expect(await rate(uuid, "dislike", bob)).toBe(204);
    expect(await countsOf(id)).toMatchObject({ likes: 1, dislikes: 1 });
    expect(await rate(uuid, "like", bob)).toBe(204);
    expect(await rate(uuid, "none", alice)).toBe(204);
    expect(await countsOf(id)).toMatchObject({ likes: 1, dislikes: 0 });
    const shown = await call<{ likes: number; dislikes: number }>("GET", `/api/v1/videos/${uuid}`);
    expect(shown.body).toMatchObject({ likes: 1, dislikes: 0 });
  });

  it("tells a user how they rated", async () => {
    const { id, uuid } = await seedVideoRows();
    const mine = async () =>
      (await call<{ videoId: number; rating: string }>("GET", `/api/v1/users/me/videos/${uuid}/rating`, { as: alice })).body;
    expect(await mine()).toEqual({ videoId: id, rating: "none" });
    await rate(uuid, "dislike", alice);
    expect(await mine()).toEqual({ videoId: id, rating: "dislike" });
    await rate(uuid, "none", alice);
    expect(await mine()).toEqual({ videoId: id, rating: "none" });
  });

  it("refuses whoever isn't signed in, other words, and videos that aren't there or aren't theirs to watch", async () => {
    const { uuid } = await seedVideoRows();
    const hidden = await seedVideoRows({ privacy: 3 });
    expect(await rate(uuid, "like", undefined)).toBe(401);
    expect(await rate(uuid, "love", alice)).toBe(400);
    expect(await rate(uuid, undefined, alice)).toBe(400);
    expect(await rate(crypto.randomUUID(), "like", alice)).toBe(404);
    expect(await rate(hidden.uuid, "like", alice)).toBe(403);
    expect(await rate(hidden.uuid, "like", root)).toBe(204);
    expect((await call("GET", `/api/v1/users/me/videos/${uuid}/rating`)).status).toBe(401);
  });

  it("asks for others to be told, and not again where nothing changed", async () => {
    const { id, uuid } = await seedVideoRows();
    await watchTasks();
    await rate(uuid, "like", alice);
    expect(await askedTasks()).toEqual([`video ${uuid}`, `rate ${alice.accountId}/${id}`]);
    await rate(uuid, "like", alice);
    expect(await askedTasks()).toHaveLength(2);
  });

  it("is not kept where others can't be told", async () => {
    const { id, uuid } = await seedVideoRows();
    await refuseTasks();
    expect(await rate(uuid, "like", alice)).toBe(500);
    expect(await countsOf(id)).toMatchObject({ likes: 0 });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM video_rates").first("n")).toBe(0);
  });
});

describe("ratings and other instances", () => {
  it("moves the counts of another instance's video by what changed, and tells its origin alone", async () => {
    await seedRemoteAccount("rita");
    const video = await seedRemoteVideo("rita");
    await env.DB.prepare("UPDATE videos SET likes = 7, dislikes = 2 WHERE id = ?").bind(video.id).run();
    await watchTasks();
    await rate(video.uuid, "like", alice);
    expect(await countsOf(video.id)).toMatchObject({ likes: 8, dislikes: 2 });
    await rate(video.uuid, "dislike", alice);
    expect(await countsOf(video.id)).toMatchObject({ likes: 7, dislikes: 3 });
    await rate(video.uuid, "none", alice);
    expect(await countsOf(video.id)).toMatchObject({ likes: 7, dislikes: 2 });
    expect(new Set(await askedTasks())).toEqual(new Set([`rate ${alice.accountId}/${video.id}`]));
  });

  it("leaves what somebody of elsewhere says of a video of elsewhere to its origin", async () => {
    const accountId = await seedRemoteAccount("rita");
    const video = await seedRemoteVideo("rita");
    expect(await setRate(testDeps(), { accountId, videoId: video.id, rating: 1, saidAt: 5 })).toBe("unchanged");
    expect(await countsOf(video.id)).toMatchObject({ likes: 0 });
  });

  it("asks once for what comes twice", async () => {
    const accountId = await seedRemoteAccount("rita");
    const { id, uuid } = await seedVideoRows();
    await watchTasks();
    const like = { accountId, videoId: id, rating: 1, saidAt: 1000, url: "https://elsewhere.test/likes/1" } as const;
    expect(await setRate(testDeps(), like)).toBe("changed");
    expect(await setRate(testDeps(), like)).toBe("unchanged");
    expect(await askedTasks()).toEqual([`video ${uuid}`]);
  });

  it("ends the same in whatever order ratings come, and however often", async () => {
    const accountIds = await Promise.all([seedRemoteAccount("rita"), seedRemoteAccount("sam")]);
    const word = fc.record({
      accountId: fc.constantFrom(...accountIds),
      rating: fc.constantFrom<Rating>(1, -1, 0),
      saidAt: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(word, { minLength: 1, maxLength: 8 })
          .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }))),
        async ([words, shuffled]) => {
          const { id } = await seedVideoRows({ resolutions: [] });
          for (const given of shuffled) {
            await setRate(testDeps(), { ...given, videoId: id });
          }
          expect(await countsOf(id)).toMatchObject(expectedCounts(words));
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** The last word of each counts; of the same time, the one that takes more back. */
function expectedCounts(words: { accountId: number; rating: Rating; saidAt: number }[]): { likes: number; dislikes: number } {
  const backs = { 1: 0, [-1]: 1, 0: 2 } as const;
  const last = new Map<number, { rating: Rating; saidAt: number }>();
  for (const given of words.toSorted((a, b) => a.saidAt - b.saidAt || backs[a.rating] - backs[b.rating])) {
    last.set(given.accountId, given);
  }
  const ratings = [...last.values()].map(({ rating }) => rating);
  return { likes: ratings.filter((rating) => rating === 1).length, dislikes: ratings.filter((rating) => rating === -1).length };
}
