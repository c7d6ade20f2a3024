import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { deleteRemotePlaylist, storeRemotePlaylist, type RemotePlaylist } from "../../../src/domain/playlists/store-playlist";
import { seedRemoteAccount, setUpPeople } from "../social/support";
import { testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

const deps = testDeps();
let rita: number;
let videoIds: number[];

beforeEach(async () => {
  await setUpPeople();
  rita = await seedRemoteAccount("rita");
  videoIds = [(await seedVideoRows({ resolutions: [] })).id, (await seedVideoRows({ resolutions: [] })).id];
});

function playlist(given: Partial<RemotePlaylist> = {}): RemotePlaylist {
  const uuid = crypto.randomUUID();
  return {
    url: `https://elsewhere.test/video-playlists/${uuid}`,
    uuid,
    accountId: rita,
    channelId: null,
    name: "Theirs",
    description: null,
    privacy: 1,
    saidAt: 1000,
    createdAt: 1000,
    updatedAt: 1000,
    elements: elementsOf(videoIds),
    ...given,
  };
}

function elementsOf(ids: number[]): RemotePlaylist["elements"] {
  return ids.map((videoId, index) => ({ videoId, position: index + 1, startTimestamp: null, stopTimestamp: null }));
}

async function stored(url: string): Promise<{ name: string; videos: number[] } | null> {
  const row = await env.DB.prepare("SELECT id, name FROM playlists WHERE url = ?").bind(url).first<{ id: number; name: string }>();
  const { results } = await env.DB.prepare("SELECT video_id FROM playlist_elements WHERE playlist_id = ? ORDER BY position")
    .bind(row?.id ?? 0)
    .all<{ video_id: number }>();
  return row && { name: row.name, videos: results.map(({ video_id }) => video_id) };
}

describe("playlists of elsewhere", () => {
  it("are replaced as a whole, by newer words only", async () => {
    const given = playlist();
    expect(await storeRemotePlaylist(deps, given)).toMatchObject({ outcome: "stored" });
    expect(await stored(given.url)).toEqual({ name: "Theirs", videos: videoIds });
    const newer = { ...given, saidAt: 2000, name: "New", elements: elementsOf(videoIds.toReversed()) };
    expect(await storeRemotePlaylist(deps, newer)).toMatchObject({ outcome: "stored" });
    expect(await storeRemotePlaylist(deps, given)).toMatchObject({ outcome: "unchanged" });
    expect(await stored(given.url)).toEqual({ name: "New", videos: videoIds.toReversed() });
  });

  it("are nobody else's to change, and take no other playlist's UUID", async () => {
    const sam = await seedRemoteAccount("sam", "third.test");
    const given = playlist();
    await storeRemotePlaylist(deps, given);
    const forged = { ...given, accountId: sam, saidAt: 5000, name: "Forged", elements: [] };
    expect(await storeRemotePlaylist(deps, forged)).toMatchObject({ outcome: "refused", reason: "not-its-author" });
    const taken = playlist({ uuid: given.uuid });
    expect(await storeRemotePlaylist(deps, taken)).toMatchObject({ outcome: "refused", reason: "uuid-taken" });
    expect(await stored(given.url)).toEqual({ name: "Theirs", videos: videoIds });
  });

  it("leave videos out that are gone", async () => {
    const given = playlist({ elements: elementsOf([videoIds[0] ?? 0, 4711]) });
    await storeRemotePlaylist(deps, given);
    expect(await stored(given.url)).toMatchObject({ videos: [videoIds[0]] });
  });

  it("end the same in whatever order they come, and however often", async () => {
    const word = fc.record({ saidAt: fc.integer({ min: 1, max: 5 }), deletes: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(word, { minLength: 1, maxLength: 5, selector: ({ saidAt, deletes }) => `${saidAt} ${deletes}` })
          .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }))),
        async ([words, shuffled]) => {
          const given = playlist();
          for (const { saidAt, deletes } of shuffled) {
            await (deletes
              ? deleteRemotePlaylist(deps, { url: given.url, saidAt })
              : storeRemotePlaylist(deps, { ...given, saidAt, name: String(saidAt), elements: elementsOf(videoIds.slice(saidAt % 2)) }));
          }
          // Of the same time, the deletion wins.
          const last = words.toSorted((a, b) => a.saidAt - b.saidAt || Number(a.deletes) - Number(b.deletes)).at(-1);
          const expected =
            last === undefined || last.deletes ? null : { name: String(last.saidAt), videos: videoIds.slice(last.saidAt % 2) };
          expect(await stored(given.url)).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});
