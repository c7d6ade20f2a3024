import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { rotateKeys } from "../../../src/domain/actors/rotate";
import { federateActor } from "../../../src/domain/outbox/actor";
import { sendApproval, sendRejection } from "../../../src/domain/outbox/approval";
import { federateComment } from "../../../src/domain/outbox/comment";
import { sendFlag } from "../../../src/domain/outbox/flag";
import { federatePlaylist } from "../../../src/domain/outbox/playlist";
import { federateRate } from "../../../src/domain/outbox/rate";
import { federateVideo } from "../../../src/domain/outbox/video";
import { sendView } from "../../../src/domain/outbox/view";
import { sendWatchAction } from "../../../src/domain/outbox/watch-action";
import { actorObject } from "../actors/support";
import { ORIGIN, setUpInstance } from "../users/support";
import { seedVideoRows } from "../videos/seed";
import { followAll, insert, quietDeps, rootAccountId, ROOT, ROOT_CHANNEL, seedRemoteVideo, takeSaid, waiting } from "./support";

const ALL = "account.example channel.example instance.example";
const ROOT_URL = `${ORIGIN}/accounts/root`;

beforeEach(async () => {
  await setUpInstance();
  await followAll();
});

async function seedComment(comment: {
  videoId: number;
  accountId: number;
  url?: string;
  inReplyToId?: number;
  held?: number;
}): Promise<number> {
  return await insert(
    `INSERT INTO comments (video_id, account_id, url, in_reply_to_id, thread_id, held, text, said_at, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?4, ?5, 'Hello', 1, 1, 1) RETURNING id`,
    comment.videoId,
    comment.accountId,
    comment.url ?? null,
    comment.inReplyToId ?? null,
    comment.held ?? 0,
  );
}

async function deleteComment(id: number): Promise<void> {
  await env.DB.prepare("UPDATE comments SET deleted_at = 2, text = '' WHERE id = ?").bind(id).run();
}

describe("a user's comment", () => {
  test("on a video of here goes to who follows its account, channel or the instance, and to whom it answers", async () => {
    const { accountId: annId } = await seedRemoteVideo("ann.example");
    const { id: videoId, uuid } = await seedVideoRows();
    const theirs = await seedComment({ videoId, accountId: annId, url: "https://ann.example/comments/1" });
    const id = await seedComment({ videoId, accountId: await rootAccountId(), inReplyToId: theirs });
    await federateComment(quietDeps(), id);
    await federateComment(quietDeps(), id);
    const [create] = await waiting();
    expect(create).toMatchObject({
      type: "Create",
      actor: ROOT_URL,
      object: { id: `${ORIGIN}/videos/watch/${uuid}/comments/${id}`, type: "Note", inReplyTo: "https://ann.example/comments/1" },
    });
    expect(await takeSaid()).toEqual([`Create by accounts/root to account.example ann.example channel.example instance.example`]);

    await deleteComment(id);
    await federateComment(quietDeps(), id);
    await federateComment(quietDeps(), id);
    expect(await takeSaid()).toEqual([`Delete by accounts/root to account.example ann.example channel.example instance.example`]);
  });

  test("on another instance's video goes to that instance, though it waits for approval; once more when it is approved", async () => {
    const video = await seedRemoteVideo("ann.example");
    const id = await seedComment({ videoId: video.id, accountId: await rootAccountId(), held: 1 });
    await federateComment(quietDeps(), id);
    const [create] = await waiting();
    expect(await takeSaid()).toEqual(["Create by accounts/root to ann.example"]);
    await env.DB.prepare("UPDATE comments SET held = 0, approval_url = 'https://ann.example/approvals/1' WHERE id = ?").bind(id).run();
    await federateComment(quietDeps(), id);
    const [again] = await waiting();
    expect(again).toMatchObject({ type: "Create", object: { replyApproval: "https://ann.example/approvals/1" } });
    expect(again?.["id"]).not.toBe(create?.["id"]);
    expect(await takeSaid()).toEqual(["Create by accounts/root to ann.example"]);
    await deleteComment(id);
    await federateComment(quietDeps(), id);
    expect(await takeSaid()).toEqual(["Delete by accounts/root to ann.example"]);
  });

  test("that waits on a video of here, or is on a private one, isn't told of", async () => {
    const accountId = await rootAccountId();
    const video = await seedVideoRows();
    await federateComment(quietDeps(), await seedComment({ videoId: video.id, accountId, held: 1 }));
    const hidden = await seedVideoRows({ privacy: 3 });
    await federateComment(quietDeps(), await seedComment({ videoId: hidden.id, accountId }));
    expect(await takeSaid()).toEqual([]);
  });
});

describe("another's comment on a video of here", () => {
  test("that is removed here is deleted by the video's owner", async () => {
    const { accountId } = await seedRemoteVideo("ann.example");
    const { id: videoId } = await seedVideoRows();
    const id = await seedComment({ videoId, accountId, url: "https://ann.example/comments/1" });
    await federateComment(quietDeps(), id);
    expect(await takeSaid()).toEqual([]);
    await deleteComment(id);
    await federateComment(quietDeps(), id);
    await federateComment(quietDeps(), id);
    const [deletion] = await waiting();
    expect(deletion).toMatchObject({ type: "Delete", actor: ROOT_URL, object: "https://ann.example/comments/1" });
    expect(await takeSaid()).toEqual([`Delete by accounts/root to account.example ann.example channel.example instance.example`]);
  });

  test("is approved or rejected by the video's owner, at its author's own inbox", async () => {
    const { accountId } = await seedRemoteVideo("ann.example");
    const { id: videoId, uuid } = await seedVideoRows();
    const id = await seedComment({ videoId, accountId, url: "https://ann.example/comments/1" });
    await sendApproval(quietDeps(), id);
    await sendApproval(quietDeps(), id);
    const [approval] = await waiting();
    const approvalUrl = `${ORIGIN}/videos/watch/${uuid}/comments/${id}/approve-reply`;
    expect(approval).toMatchObject({
      id: approvalUrl,
      type: "ApproveReply",
      actor: ROOT_URL,
      object: "https://ann.example/comments/1",
      inReplyTo: `${ORIGIN}/videos/watch/${uuid}`,
    });
    expect(await takeSaid()).toEqual(["ApproveReply by accounts/root to ann.example/accounts/ann"]);
    expect(await env.DB.prepare("SELECT approval_url FROM comments WHERE id = ?").bind(id).first("approval_url")).toBe(approvalUrl);
    await sendRejection(quietDeps(), id);
    expect(await takeSaid()).toEqual(["RejectReply by accounts/root to ann.example/accounts/ann"]);
  });
});

describe("a rating", () => {
  test("of another instance's video goes there alone; another one takes the first back", async () => {
    const video = await seedRemoteVideo("ann.example");
    const key = { accountId: await rootAccountId(), videoId: video.id };
    const rate = async (rating: number, saidAt: number) => {
      await env.DB.prepare(
        `INSERT INTO video_rates (account_id, video_id, rating, said_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account_id, video_id) DO UPDATE SET rating = ?3, said_at = ?4`,
      )
        .bind(key.accountId, key.videoId, rating, saidAt)
        .run();
      await federateRate(quietDeps(), key);
      await federateRate(quietDeps(), key);
    };
    await rate(1, 10);
    const [like] = await waiting();
    expect(like).toMatchObject({ type: "Like", actor: ROOT_URL, object: video.url });
    expect(like?.["id"]).toMatch(/\/accounts\/root\/likes\/\d+-10$/);
    expect(await takeSaid()).toEqual(["Like by accounts/root to ann.example"]);
    await rate(-1, 20);
    expect((await waiting())[0]).toMatchObject({ type: "Undo", object: { type: "Like", id: like?.["id"] } });
    expect(await takeSaid()).toEqual(["Undo by accounts/root to ann.example", "Dislike by accounts/root to ann.example"]);
    await rate(0, 30);
    expect(await takeSaid()).toEqual(["Undo by accounts/root to ann.example"]);
    await rate(1, 40);
    expect(await takeSaid()).toEqual(["Like by accounts/root to ann.example"]);
  });

  test("of a video of here isn't sent", async () => {
    const { id: videoId } = await seedVideoRows();
    const accountId = await rootAccountId();
    await insert("INSERT INTO video_rates (account_id, video_id, rating, said_at) VALUES (?, ?, 1, 1) RETURNING id", accountId, videoId);
    await federateRate(quietDeps(), { accountId, videoId });
    expect(await takeSaid()).toEqual([]);
  });
});

describe("a playlist", () => {
  test("is told of while it is public and in a channel", async () => {
    const uuid = crypto.randomUUID();
    await insert(
      `INSERT INTO playlists (uuid, account_id, channel_id, name, privacy, said_at, created_at, updated_at)
       SELECT ?, account_id, id, 'Mine', 1, 1, 1, 1 FROM channels WHERE name = 'root_channel' RETURNING id`,
      uuid,
    );
    await federatePlaylist(quietDeps(), uuid);
    await federatePlaylist(quietDeps(), uuid);
    expect((await waiting())[0]).toMatchObject({ type: "Create", actor: ROOT_URL, object: { type: "Playlist", uuid, name: "Mine" } });
    expect(await takeSaid()).toEqual([`Create by accounts/root to ${ALL}`]);
    await env.DB.prepare("UPDATE playlists SET name = 'Other', updated_at = 2").run();
    await federatePlaylist(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([`Update by accounts/root to ${ALL}`]);
    await env.DB.prepare("UPDATE playlists SET privacy = 3").run();
    await federatePlaylist(quietDeps(), uuid);
    await federatePlaylist(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([`Delete by accounts/root to ${ALL}`]);
    await env.DB.prepare("UPDATE playlists SET privacy = 1, channel_id = NULL").run();
    await federatePlaylist(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([]);
  });
});

describe("an actor", () => {
  test("changed: an Update to its followers and to its channels'; unchanged: nothing", async () => {
    await federateActor(quietDeps(), ROOT);
    await takeSaid();
    await federateActor(quietDeps(), ROOT);
    expect(await takeSaid()).toEqual([]);
    await env.DB.prepare("UPDATE accounts SET display_name = 'Rooty'").run();
    await federateActor(quietDeps(), ROOT);
    expect((await waiting())[0]).toMatchObject({ type: "Update", actor: ROOT_URL, object: { type: "Person", name: "Rooty" } });
    expect(await takeSaid()).toEqual(["Update by accounts/root to account.example channel.example"]);
  });

  test("with new keys: an Update that has them", async () => {
    await federateActor(quietDeps(), ROOT);
    await takeSaid();
    const rotated = await rotateKeys(quietDeps(), ROOT);
    await federateActor(quietDeps(), ROOT);
    const publicKeyPem = rotated.ok ? rotated.value.publicKeyPem : "";
    expect((await waiting())[0]).toMatchObject({ type: "Update", object: { publicKey: { publicKeyPem } } });
    expect(await takeSaid()).toHaveLength(1);
  });

  test("deleted: a Delete to its followers, who are forgotten once they know that its videos are gone", async () => {
    const { uuid } = await seedVideoRows();
    await federateVideo(quietDeps(), uuid);
    await federateActor(quietDeps(), ROOT_CHANNEL);
    await takeSaid();
    await env.DB.prepare("DELETE FROM channels WHERE name = 'root_channel'").run();
    await federateActor(quietDeps(), ROOT_CHANNEL);
    expect(await takeSaid()).toEqual([`Delete by video-channels/root_channel to ${ALL}`]);
    expect(await actorObject("video-channels/root_channel").followerInboxes()).toHaveLength(1);
    await federateVideo(quietDeps(), uuid);
    expect(await takeSaid()).toEqual([`Delete by accounts/root to ${ALL}`]);
    await federateActor(quietDeps(), ROOT_CHANNEL);
    expect(await takeSaid()).toEqual([]);
    expect(await actorObject("video-channels/root_channel").followerInboxes()).toEqual([]);
  });
});

describe("towards a video's instance", () => {
  test("a view and what was watched are told by the instance's own actor, once", async () => {
    const { uuid, url } = await seedRemoteVideo("ann.example");
    const watchId = crypto.randomUUID();
    for (let times = 0; times < 2; times++) {
      await sendView(quietDeps(), { kind: "view", videoUuid: uuid, viewId: "v1", viewedAt: 1 });
      const sections = [{ start: 0, end: 5 }];
      await sendWatchAction(quietDeps(), { kind: "watch-action", videoUuid: uuid, watchId, startedAt: 1, endedAt: 6000, sections });
    }
    const [view, watched] = await waiting();
    expect(view).toMatchObject({ type: "View", actor: `${ORIGIN}/accounts/peertube`, object: url });
    expect(watched).toMatchObject({ type: "Create", object: { type: "WatchAction", object: url, uuid: watchId, duration: "PT5S" } });
    expect(await takeSaid()).toEqual(["View by accounts/peertube to ann.example", "Create by accounts/peertube to ann.example"]);
    const { uuid: own } = await seedVideoRows();
    await sendView(quietDeps(), { kind: "view", videoUuid: own, viewId: "v2", viewedAt: 1 });
    expect(await takeSaid()).toEqual([]);
  });

  test("a report is sent once, of a video, a comment or an account", async () => {
    const video = await seedRemoteVideo("ann.example");
    const { id: ownVideoId } = await seedVideoRows();
    const reporter = await rootAccountId();
    const comment = await seedComment({ videoId: ownVideoId, accountId: video.accountId, url: "https://ann.example/comments/1" });
    const report = async (column: string, id: number) =>
      await insert(
        `INSERT INTO abuses (reporter_account_id, ${column}, reason, predefined_reasons, created_at) VALUES (?, ?, 'Bad', '["rights"]', 1) RETURNING id`,
        reporter,
        id,
      );
    const reports = [await report("video_id", video.id), await report("comment_id", comment), await report("account_id", video.accountId)];
    for (const id of [...reports, ...reports, await report("video_id", ownVideoId)]) {
      await sendFlag(quietDeps(), id);
    }
    const flags = await waiting();
    expect(flags.map(({ object }) => object)).toEqual([video.url, "https://ann.example/comments/1", "https://ann.example/accounts/ann"]);
    expect(flags[0]).toMatchObject({ type: "Flag", actor: ROOT_URL, content: "Bad", tag: [{ type: "Hashtag", name: "rights" }] });
    expect(new Set(await takeSaid())).toEqual(new Set(["Flag by accounts/root to ann.example"]));
  });
});
