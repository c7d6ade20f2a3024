import { beforeEach, describe, expect, it } from "vitest";
import type { Comment, CommentThread, CommentThreadList, CreatedComment } from "../../../src/contract/comment";
import {
  askedTasks,
  call,
  countsOf,
  idOf,
  refuseTasks,
  seedRemoteAccount,
  seedRemoteVideo,
  setCommentsPolicy,
  setUpPeople,
  watchTasks,
  type Person,
} from "../social/support";
import { ORIGIN, type ProblemBody } from "../users/support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;
let bob: Person;
/** root's, public. */
let video: { id: number; uuid: string };

beforeEach(async () => {
  ({ root, alice, bob } = await setUpPeople());
  video = await seedVideoRows();
});

function path(rest: string, uuid = video.uuid): string {
  return `/api/v1/videos/${uuid}/${rest}`;
}

async function post(as: Person | undefined, text: unknown, inReplyTo?: number, uuid = video.uuid) {
  const rest = inReplyTo === undefined ? "comment-threads" : `comments/${inReplyTo}`;
  return await call<CreatedComment & ProblemBody>("POST", path(rest, uuid), { as, json: { text } });
}

async function posted(as: Person, text: string, inReplyTo?: number, uuid = video.uuid): Promise<Comment> {
  const { status, body } = await post(as, text, inReplyTo, uuid);
  expect(status).toBe(200);
  return body.comment;
}

async function threads(query = "", as?: Person): Promise<CommentThreadList> {
  return (await call<CommentThreadList>("GET", path(`comment-threads${query}`), { as })).body;
}

async function remove(as: Person | undefined, commentId: number): Promise<number> {
  return (await call("DELETE", path(`comments/${commentId}`), { as })).status;
}

describe("commenting", () => {
  it("answers with the comment as PeerTube shows it", async () => {
    const comment = await posted(alice, "**Nice**\nvideo");
    expect(comment).toMatchObject({
      url: `${ORIGIN}/videos/watch/${video.uuid}/comments/${comment.id}`,
      text: "**Nice**\nvideo",
      threadId: comment.id,
      inReplyToCommentId: null,
      videoId: video.id,
      deletedAt: null,
      isDeleted: false,
      heldForReview: false,
      totalReplies: 0,
      totalRepliesFromVideoAuthor: 0,
    });
    expect(comment.account).toMatchObject({ name: "alice", host: "edgetube.test" });
    expect(await countsOf(video.id)).toMatchObject({ comments: 1 });
    expect((await call<{ comments: number }>("GET", `/api/v1/videos/${video.uuid}`)).body.comments).toBe(1);
  });

  it("nests answers to answers in a thread", async () => {
    const first = await posted(alice, "first");
    const answer = await posted(root, "answer", first.id);
    const deeper = await posted(bob, "deeper", answer.id);
    expect([answer.threadId, deeper.threadId]).toEqual([first.id, first.id]);
    const { body } = await call<CommentThread>("GET", path(`comment-threads/${first.id}`));
    expect(body.comment).toMatchObject({ text: "first", totalReplies: 2, totalRepliesFromVideoAuthor: 1 });
    expect(body.children.map(({ comment }) => comment.text)).toEqual(["answer"]);
    expect(body.children[0]?.children[0]?.comment).toMatchObject({ text: "deeper", inReplyToCommentId: answer.id });
    expect(await threads()).toMatchObject({ total: 1, totalNotDeletedComments: 3 });
  });

  it("lists threads by age or answers, a page at a time", async () => {
    const a = await posted(alice, "a");
    await posted(alice, "b");
    const c = await posted(alice, "c");
    await posted(bob, "to a", a.id);
    const texts = async (query: string) => (await threads(query)).data.map(({ text }) => text);
    expect(await texts("")).toEqual(["c", "b", "a"]);
    expect(await texts("?sort=createdAt")).toEqual(["a", "b", "c"]);
    expect((await texts("?sort=-totalReplies"))[0]).toBe("a");
    expect(await texts("?count=1&start=1")).toEqual(["b"]);
    expect((await threads("?count=1")).total).toBe(3);
    expect(c.id).toBeGreaterThan(a.id);
    expect((await call("GET", path("comment-threads?sort=text"))).status).toBe(400);
  });

  it("refuses whoever isn't signed in, empty and endless texts, and places that aren't there", async () => {
    const other = await seedVideoRows();
    const comment = await posted(alice, "here");
    expect((await post(undefined, "x")).status).toBe(401);
    expect((await post(alice, "")).status).toBe(400);
    expect((await post(alice, "\u200B \n")).status).toBe(400);
    expect((await post(alice, 7)).status).toBe(400);
    expect((await post(alice, "x".repeat(10_001))).status).toBe(400);
    expect((await post(alice, "x", 4711)).status).toBe(404);
    const elsewhere = await post(alice, "x", comment.id, other.uuid);
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.body.code).toBe("comment_not_associated_to_video");
    expect((await call("POST", path("comments/x"), { as: alice, json: { text: "x" } })).status).toBe(400);
    expect((await call("GET", path("comment-threads/4711"))).status).toBe(404);
    expect(await countsOf(video.id)).toMatchObject({ comments: 1 });
  });

  it("keeps to what may be watched: comments of a private video aren't for others", async () => {
    const hidden = await seedVideoRows({ privacy: 3 });
    await posted(root, "for me", undefined, hidden.uuid);
    expect((await call("GET", path("comment-threads", hidden.uuid))).status).toBe(401);
    expect((await call("GET", path("comment-threads", hidden.uuid), { as: alice })).status).toBe(403);
    expect((await post(alice, "x", undefined, hidden.uuid)).status).toBe(403);
  });

  it("asks for others to be told in the same transaction", async () => {
    await watchTasks();
    const comment = await posted(alice, "told");
    expect(await askedTasks()).toEqual([`comment ${comment.id}`]);
    await remove(alice, comment.id);
    expect(await askedTasks()).toEqual([`comment ${comment.id}`, `comment ${comment.id}`]);
    await refuseTasks();
    expect((await post(alice, "untold")).status).toBe(500);
    expect(await threads()).toMatchObject({ total: 0 });
    expect(await idOf("SELECT count(*) AS id FROM comments")).toBe(1);
  });

  it("works on another instance's video", async () => {
    await seedRemoteAccount("rita");
    const remote = await seedRemoteVideo("rita");
    const comment = await posted(alice, "hello over there", undefined, remote.uuid);
    expect(comment.url).toBe(`${ORIGIN}/videos/watch/${remote.uuid}/comments/${comment.id}`);
    expect(await countsOf(remote.id)).toMatchObject({ comments: 1 });
  });
});

describe("deleting comments", () => {
  it("is for the author, the video's owner and moderators", async () => {
    const alices = await seedVideoRows({ channel: "alice_channel" });
    const byBob = await posted(bob, "mine", undefined, alices.uuid);
    const del = async (as: Person | undefined, id: number) => (await call("DELETE", path(`comments/${id}`, alices.uuid), { as })).status;
    const comment = await posted(bob, "bob's on root's");
    expect(await remove(undefined, comment.id)).toBe(401);
    expect(await remove(alice, comment.id)).toBe(403);
    expect(await del(alice, byBob.id)).toBe(204);
    expect(await remove(bob, comment.id)).toBe(204);
    expect(await remove(bob, comment.id)).toBe(409);
    expect(await remove(bob, 4711)).toBe(404);
    expect(await countsOf(video.id)).toMatchObject({ comments: 0 });
  });

  it("leaves the place of a comment that has answers, and nothing of what it said", async () => {
    const first = await posted(alice, "secret");
    const answer = await posted(bob, "answer", first.id);
    expect(await remove(alice, first.id)).toBe(204);
    const list = await threads();
    expect(list).toMatchObject({ total: 1, totalNotDeletedComments: 1 });
    expect(list.data[0]).toMatchObject({ id: first.id, isDeleted: true, text: "", account: null, totalReplies: 1 });
    expect((await post(bob, "again", first.id)).status).toBe(409);
    expect(await remove(bob, answer.id)).toBe(204);
    expect(await threads()).toMatchObject({ total: 0, totalNotDeletedComments: 0, data: [] });
    expect((await call("GET", path(`comment-threads/${first.id}`))).status).toBe(404);
  });
});

describe("a video's policy", () => {
  it("can refuse comments", async () => {
    await setCommentsPolicy(video.id, 2);
    expect((await post(alice, "x")).status).toBe(409);
    expect((await post(root, "x")).status).toBe(409);
  });

  it("can hold them until they are approved", async () => {
    await setCommentsPolicy(video.id, 3);
    const held = await posted(alice, "may I?");
    expect(held.heldForReview).toBe(true);
    expect((await posted(root, "the owner needn't wait")).heldForReview).toBe(false);
    const seen = async (as?: Person) => (await threads("", as)).data.map(({ id }) => id);
    expect(await seen()).not.toContain(held.id);
    expect(await seen(bob)).not.toContain(held.id);
    expect(await seen(alice)).toContain(held.id);
    expect(await seen(root)).toContain(held.id);
    expect(await countsOf(video.id)).toMatchObject({ comments: 1 });
    expect((await post(root, "answer", held.id)).status).toBe(409);

    const approve = async (as: Person | undefined) => (await call("POST", path(`comments/${held.id}/approve`), { as })).status;
    expect(await approve(undefined)).toBe(401);
    expect(await approve(alice)).toBe(403);
    await watchTasks();
    expect(await approve(root)).toBe(204);
    expect(await askedTasks()).toEqual([`comment ${held.id}`]);
    expect(await seen()).toContain(held.id);
    expect(await countsOf(video.id)).toMatchObject({ comments: 2 });
    expect(await approve(root)).toBe(204);
    expect(await askedTasks()).toHaveLength(1);
  });
});
