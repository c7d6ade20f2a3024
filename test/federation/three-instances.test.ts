import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishClip } from "../conformance/publish-clip.ts";
import {
  eventually,
  follow,
  followerState,
  followingState,
  letTimePass,
  setOffline,
  startVidiverse,
  stopVidiverse,
  videoArrives,
  videoAt,
  type Member,
} from "../support/vidiverse.ts";

const CLIP = "faststart.mp4";
const HOUR_MS = 60 * 60_000;
/** For some seconds an instance asks nobody again for what just failed; that time really has to pass. */
const SECONDS_OF_MEMORY_MS = 5000;

interface Thread {
  id: number;
  text: string;
  isDeleted: boolean;
  account: { name: string; host: string } | null;
}

async function threadsAt({ url }: Member, uuid: string): Promise<Thread[]> {
  const response = await fetch(`${url}/api/v1/videos/${uuid}/comment-threads`);
  return ((await response.json()) as { data: Thread[] }).data;
}

/** How many deliveries of a member's wait for a host; undefined: none. */
async function waitingFor(member: Member, host: string): Promise<number | undefined> {
  const { data } = await member.api<{ data: { host: string; waiting: number }[] }>("GET", "/api/v1/server/federation/hosts");
  return data.find((entry) => entry.host === host)?.waiting || undefined;
}

async function publish(member: Member, name: string): Promise<string> {
  return (await publishClip(member.instance, CLIP, { name })).videoUuid;
}

describe("three instances", () => {
  let members: Member[];
  let a: Member;
  let b: Member;
  let c: Member;
  let history: string;

  beforeAll(async () => {
    members = await startVidiverse(3);
    [a, b, c] = members as [Member, Member, Member];
    history = await publish(a, "From before anybody followed");
  });
  afterAll(async () => await stopVidiverse(members ?? []));

  it("follow one another, and read what was there before", async () => {
    await follow(b, a);
    expect(await followerState(a, b.host)).toBe("accepted");
    const video = await videoArrives(b, history);
    expect(video).toMatchObject({ name: "From before anybody followed", isLocal: false, account: { host: a.host } });
    await follow(c, a);
    await videoArrives(c, history);
  });

  it("a video that is published comes to all followers with its files, torrents and image", async () => {
    const uuid = await publish(a, "Fresh");
    const [atB, atC] = await Promise.all([videoArrives(b, uuid), videoArrives(c, uuid)]);
    const origin = await videoAt(a, uuid);
    expect(atB.files.map(({ fileUrl }) => fileUrl)).toEqual(origin?.files.map(({ fileUrl }) => fileUrl));
    expect(atB.files[0]?.magnetUri).toContain(/btih:[0-9a-f]{40}/.exec(origin?.files[0]?.magnetUri ?? "")?.[0]);
    expect(atB.channel.url).toBe(`${a.url}/video-channels/root_channel`);
    expect(atC.url).toBe(`${a.url}/videos/watch/${uuid}`);
    const image = await fetch(b.url + String(atB.thumbnailPath));
    expect(image.status).toBe(200);
    expect(image.headers.get("content-type")).toMatch(/^image\//);
    const page = await fetch(`${b.url}/w/${uuid}`, { headers: { accept: "text/html" } });
    expect(await page.text()).toContain(origin?.files[0]?.fileUrl);
  });

  it("a change of a video comes to its followers, and so does its end", async () => {
    const uuid = await publish(a, "To be changed");
    await videoArrives(b, uuid);
    await a.api("PUT", `/api/v1/videos/${uuid}`, { name: "Changed", tags: ["new", "tags"] });
    await eventually(async () => (await videoAt(b, uuid))?.name === "Changed", "the new name at B");
    expect((await videoAt(b, uuid))?.tags).toEqual(["new", "tags"]);
    await a.api("PUT", `/api/v1/videos/${uuid}`, { privacy: 3 });
    await eventually(async () => (await videoAt(b, uuid)) === undefined, "a private video is gone at B");
    await a.api("PUT", `/api/v1/videos/${uuid}`, { privacy: 1 });
    await videoArrives(b, uuid);
    await a.api("DELETE", `/api/v1/videos/${uuid}`);
    await eventually(async () => (await videoAt(b, uuid)) === undefined, "a deleted video is gone at B");
    await eventually(async () => (await videoAt(c, uuid)) === undefined, "a deleted video is gone at C");
  });

  it("comments travel to the video's instance and from there to its followers, and replies back", async () => {
    const uuid = await publish(a, "Talked about");
    await Promise.all([videoArrives(b, uuid), videoArrives(c, uuid)]);
    await b.api("POST", `/api/v1/videos/${uuid}/comment-threads`, { text: "Greetings from B" });
    const atA = await eventually(async () => (await threadsAt(a, uuid))[0], "B's comment at A");
    expect(atA).toMatchObject({ text: expect.stringContaining("Greetings from B") as string, account: { name: "root", host: b.host } });
    await eventually(async () => (await threadsAt(c, uuid)).some(({ account }) => account?.host === b.host), "B's comment at C");
    await a.api("POST", `/api/v1/videos/${uuid}/comments/${atA.id}`, { text: "Thanks, B" });
    const [thread] = await threadsAt(b, uuid);
    await eventually(async () => {
      const tree = await b.api<{ children: { comment: Thread }[] }>("GET", `/api/v1/videos/${uuid}/comment-threads/${thread?.id}`);
      return tree.children.some(({ comment }) => comment.text.includes("Thanks, B") && comment.account?.host === a.host);
    }, "A's reply at B");
    await b.api("DELETE", `/api/v1/videos/${uuid}/comments/${thread?.id}`);
    await eventually(async () => (await threadsAt(a, uuid)).every(({ isDeleted }) => isDeleted), "the comment's end at A");
    await eventually(async () => (await threadsAt(c, uuid)).every(({ isDeleted }) => isDeleted), "the comment's end at C");
  });

  it("ratings are counted at the origin and shown everywhere", async () => {
    const uuid = await publish(a, "Liked");
    await Promise.all([videoArrives(b, uuid), videoArrives(c, uuid)]);
    await b.api("PUT", `/api/v1/videos/${uuid}/rate`, { rating: "like" });
    await eventually(async () => (await videoAt(a, uuid))?.likes === 1, "a like at A");
    await eventually(async () => (await videoAt(c, uuid))?.likes === 1, "the count at C");
    await b.api("PUT", `/api/v1/videos/${uuid}/rate`, { rating: "dislike" });
    await eventually(async () => {
      const video = await videoAt(a, uuid);
      return video?.likes === 0 && video.dislikes === 1;
    }, "a dislike instead at A");
    await b.api("PUT", `/api/v1/videos/${uuid}/rate`, { rating: "none" });
    await eventually(async () => (await videoAt(a, uuid))?.dislikes === 0, "no rating at A");
  });

  it("a user of one subscribes to a channel of another", async () => {
    await c.api("POST", "/api/v1/users/me/subscriptions", { uri: `root_channel@${b.host}` });
    const uuid = await publish(b, "For subscribers");
    await videoArrives(c, uuid);
    const feed = await c.api<{ data: { uuid: string }[] }>("GET", "/api/v1/users/me/subscriptions/videos");
    expect(feed.data.map((video) => video.uuid)).toContain(uuid);
    await c.api("DELETE", `/api/v1/users/me/subscriptions/root_channel@${b.host}`);
    await eventually(
      async () => (await b.api<{ total: number }>("GET", "/api/v1/video-channels/root_channel/followers")).total === 0,
      "the subscription's end at B",
    );
  });

  it("one that was offline is caught up", async () => {
    await setOffline(c, true);
    const uuid = await publish(a, "While C slept");
    await videoArrives(b, uuid);
    expect(await eventually(async () => await waitingFor(a, c.host), "A says what waits for C")).toBeGreaterThan(0);
    await setOffline(c, false);
    await letTimePass(a, HOUR_MS);
    await videoArrives(c, uuid);
  });

  it("nothing is lost where the sender is killed in the middle", async () => {
    await setOffline(c, true);
    const uuids = await Promise.all(Array.from({ length: 5 }, async (_, index) => await publish(a, `Killed after number ${index}`)));
    await a.instance.kill();
    await setOffline(c, false);
    await a.instance.restart();
    // What was cut off is tried again in minutes: by A what it was sending, by the others what they couldn't fetch.
    await eventually(
      async () => {
        await Promise.all(members.map(async (member) => await letTimePass(member, 12 * HOUR_MS)));
        await sleep(SECONDS_OF_MEMORY_MS);
        const shown = await Promise.all([b, c].flatMap((member) => uuids.map(async (uuid) => await videoAt(member, uuid))));
        return shown.every((video) => video !== undefined);
      },
      "all five videos at B and C",
      50_000,
    );
  });

  it("an unfollowed instance sends nothing more", async () => {
    await b.api("DELETE", `/api/v1/server/following/${a.host}`);
    await eventually(async () => (await followerState(a, b.host)) === undefined, "the follow's end at A");
    const uuid = await publish(a, "After B left");
    await videoArrives(c, uuid);
    expect(await videoAt(b, uuid)).toBeUndefined();
  });

  it("follows are returned where the administrator wants that, but not to a blacklisted instance", async () => {
    await b.api("PUT", "/api/v1/config/custom", { followings: { instance: { autoFollowBack: { enabled: true } } } });
    await b.api("POST", "/api/v1/server/blocklist/servers", { host: a.host });
    await follow(c, b);
    await eventually(async () => (await followingState(b, c.host)) === "accepted", "B follows C back");
    await a.api("POST", "/api/v1/server/following", { hosts: [b.host] });
    // B answers 403 to whatever comes from there.
    await eventually(async () => await waitingFor(a, b.host), "A's Follow isn't taken");
    expect(await followingState(a, b.host)).not.toBe("accepted");
    expect(await followerState(b, a.host)).toBeUndefined();
    expect(await followingState(b, a.host)).toBeUndefined();
    await b.api("DELETE", `/api/v1/server/blocklist/servers/${a.host}`);
  });

  it("followers wait where the administrator accepts each, and all may be rejected", async () => {
    await c.api("PUT", "/api/v1/config/custom", { followers: { instance: { enabled: true, manualApproval: true } } });
    await a.api("POST", "/api/v1/server/following", { hosts: [c.host] });
    await eventually(async () => (await followerState(c, a.host)) === "pending", "A waits at C");
    await c.api("POST", `/api/v1/server/followers/peertube@${a.host}/accept`);
    await eventually(async () => (await followingState(a, c.host)) === "accepted", "C accepts A");
    await c.api("POST", "/api/v1/server/followers/reject-all");
    await eventually(async () => (await followingState(a, c.host)) === "rejected", "C rejects A with all others");
    const uuid = await publish(c, "For nobody");
    await letTimePass(c, 0);
    expect(await videoAt(a, uuid)).toBeUndefined();
  });
});
