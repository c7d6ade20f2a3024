import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { deleteRemoteComment, storeRemoteComment, type RemoteComment } from "../../../src/domain/comments/store-comment";
import { receiveApproval } from "../../../src/domain/comments/write-comments";
import {
  askedTasks,
  call,
  countsOf,
  seedRemoteAccount,
  seedRemoteVideo,
  setCommentsPolicy,
  setUpPeople,
  watchTasks,
  type Person,
} from "../social/support";
import { testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

const deps = testDeps();
let root: Person;
let alice: Person;
let rita: number;
let video: { id: number; uuid: string };

beforeEach(async () => {
  ({ root, alice } = await setUpPeople());
  rita = await seedRemoteAccount("rita");
  video = await seedVideoRows({ resolutions: [] });
});

let counter = 0;

function comment(given: Partial<RemoteComment> = {}): RemoteComment {
  counter += 1;
  return {
    url: `https://elsewhere.test/videos/watch/x/comments/${counter}`,
    videoId: video.id,
    accountId: rita,
    inReplyToId: null,
    threadId: null,
    html: "<p>hello</p>",
    saidAt: 1000,
    createdAt: 1000,
    updatedAt: 1000,
    ...given,
  };
}

async function textOf(url: string): Promise<string | null> {
  return await env.DB.prepare("SELECT text FROM comments WHERE url = ? AND deleted_at IS NULL").bind(url).first<string>("text");
}

describe("comments of elsewhere", () => {
  it("are stored once, counted, and their author's instance is told that they are approved", async () => {
    await watchTasks();
    const given = comment();
    const first = await storeRemoteComment(deps, given);
    expect(first).toMatchObject({ outcome: "stored" });
    expect(await storeRemoteComment(deps, given)).toEqual({ outcome: "unchanged", id: first.id });
    expect(await countsOf(video.id)).toMatchObject({ comments: 1 });
    expect(await askedTasks()).toEqual([`approve-comment ${first.id}`]);
  });

  it("are another's to change or take back by nobody but their author", async () => {
    const sam = await seedRemoteAccount("sam", "third.test");
    const given = comment();
    await storeRemoteComment(deps, given);
    const forged = { ...given, accountId: sam, html: "<p>forged</p>", saidAt: 5000 };
    expect(await storeRemoteComment(deps, forged)).toMatchObject({ outcome: "refused", reason: "not-its-author" });
    expect(await storeRemoteComment(deps, comment({ accountId: alice.accountId }))).toMatchObject({ outcome: "refused" });
    expect(await textOf(given.url)).toBe("<p>hello</p>");
  });

  it("don't come back once they were deleted, unless their author says them anew", async () => {
    const given = comment();
    await deleteRemoteComment(deps, { url: given.url, saidAt: 1000 });
    expect(await storeRemoteComment(deps, given)).toMatchObject({ outcome: "refused", reason: "deleted" });
    expect(await storeRemoteComment(deps, { ...given, saidAt: 1001 })).toMatchObject({ outcome: "stored" });
    expect(await deleteRemoteComment(deps, { url: given.url, saidAt: 1000 })).toBe("unchanged");
    expect(await countsOf(video.id)).toMatchObject({ comments: 1 });
    expect(await deleteRemoteComment(deps, { url: given.url, saidAt: 1001 })).toBe("deleted");
    expect(await countsOf(video.id)).toMatchObject({ comments: 0 });
  });

  it("never come back where a moderator of here deleted them", async () => {
    const given = comment();
    const { id } = await storeRemoteComment(deps, given);
    await watchTasks();
    expect((await call("DELETE", `/api/v1/videos/${video.uuid}/comments/${id}`, { as: root })).status).toBe(204);
    expect(await askedTasks()).toEqual([`comment ${id}`]);
    expect(await storeRemoteComment(deps, { ...given, saidAt: Date.now() + 1e9 })).toMatchObject({ outcome: "unchanged" });
    expect(await textOf(given.url)).toBeNull();
  });

  it("end the same in whatever order they come, and however often", async () => {
    const word = fc.record({ saidAt: fc.integer({ min: 1, max: 5 }), deletes: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(word, { minLength: 1, maxLength: 6, selector: ({ saidAt, deletes }) => `${saidAt} ${deletes}` })
          .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }))),
        async ([words, shuffled]) => {
          const { url } = comment();
          for (const { saidAt, deletes } of shuffled) {
            await (deletes
              ? deleteRemoteComment(deps, { url, saidAt })
              : storeRemoteComment(deps, { ...comment(), url, saidAt, html: `<p>${saidAt}</p>` }));
          }
          // Of the same time, the deletion wins.
          const last = words.toSorted((a, b) => a.saidAt - b.saidAt || Number(a.deletes) - Number(b.deletes)).at(-1);
          expect(await textOf(url)).toBe(last === undefined || last.deletes ? null : `<p>${last.saidAt}</p>`);
          await env.DB.prepare("DELETE FROM comments").run();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("keep to the policy of a video of here", async () => {
    await setCommentsPolicy(video.id, 2);
    expect(await storeRemoteComment(deps, comment())).toMatchObject({ outcome: "refused", reason: "comments-disabled" });
    await setCommentsPolicy(video.id, 3);
    await watchTasks();
    const given = comment();
    const held = await storeRemoteComment(deps, given);
    expect(held).toMatchObject({ outcome: "held" });
    expect(await askedTasks()).toEqual([]);
    expect((await call("POST", `/api/v1/videos/${video.uuid}/comments/${held.id}/approve`, { as: root })).status).toBe(204);
    expect(await askedTasks()).toEqual([`approve-comment ${held.id}`]);
    // Its author's instance says it again, with the approval; other words would have to wait again.
    expect(await storeRemoteComment(deps, { ...given, saidAt: 2000 })).toMatchObject({ outcome: "stored" });
    expect(await storeRemoteComment(deps, { ...given, saidAt: 3000, html: "<p>spam</p>" })).toMatchObject({ outcome: "held" });
    expect(await countsOf(video.id)).toMatchObject({ comments: 0 });
  });

  it("are refused to their author's instance where they waited", async () => {
    await setCommentsPolicy(video.id, 3);
    const { id } = await storeRemoteComment(deps, comment());
    await watchTasks();
    await call("DELETE", `/api/v1/videos/${video.uuid}/comments/${id}`, { as: root });
    expect(await askedTasks()).toEqual([`reject-comment ${id}`]);
  });

  it("on another instance's video are shown where its origin approved them, or they are of its own people", async () => {
    const theirs = await seedRemoteVideo("rita", { resolutions: [] });
    const sam = await seedRemoteAccount("sam", "third.test");
    await setCommentsPolicy(theirs.id, 3);
    const on = { videoId: theirs.id };
    expect(await storeRemoteComment(deps, comment(on))).toMatchObject({ outcome: "stored" });
    const sams = comment({ ...on, accountId: sam });
    expect(await storeRemoteComment(deps, sams)).toMatchObject({ outcome: "held" });
    const approved = { ...sams, saidAt: 2000, approvalUrl: "https://elsewhere.test/approve" };
    expect(await storeRemoteComment(deps, approved)).toMatchObject({ outcome: "stored" });
    expect(await countsOf(theirs.id)).toMatchObject({ comments: 2 });
  });
});

describe("a comment of here on another instance's video", () => {
  it("waits where that instance approves comments, and is told again once it did", async () => {
    const theirs = await seedRemoteVideo("rita", { resolutions: [] });
    await setCommentsPolicy(theirs.id, 3);
    const path = `/api/v1/videos/${theirs.uuid}/comment-threads`;
    const { body } = await call<{ comment: { id: number; heldForReview: boolean } }>("POST", path, { as: alice, json: { text: "hi" } });
    expect(body.comment.heldForReview).toBe(true);
    await watchTasks();
    const approval = { commentId: body.comment.id, approvalUrl: "https://elsewhere.test/approve" };
    expect(await receiveApproval(deps, approval)).toBe("approved");
    expect(await receiveApproval(deps, approval)).toBe("unchanged");
    expect(await askedTasks()).toEqual([`comment ${body.comment.id}`]);
    expect(await countsOf(theirs.id)).toMatchObject({ comments: 1 });
  });
});
