import { aliasedTable, eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, channels, videos, type AccountRow, type ChannelRow, type VideoRow } from "./schema";
import {
  abuses,
  actors,
  comments,
  videoRates,
  type AbuseRow,
  type ActorRow,
  type CommentRow,
  type VideoRateRow,
} from "./schema-federation";
import type { Statement } from "./tasks";

// What is read to tell others of something that was said here.

/** A video with who it is of. */
export interface OwnedVideo {
  video: VideoRow;
  channel: ChannelRow;
  owner: AccountRow;
}

export interface OutgoingComment extends OwnedVideo {
  comment: CommentRow;
  /** Null: its author's account is gone. */
  author: AccountRow | null;
  parent: CommentRow | null;
  parentAuthor: AccountRow | null;
}

/** A comment with its author, its video and what it answers; undefined where it is gone, or its video. */
export async function loadOutgoingComment(database: Database, commentId: number): Promise<OutgoingComment | undefined> {
  const owners = aliasedTable(accounts, "owner");
  const parents = aliasedTable(comments, "parent");
  const parentAuthors = aliasedTable(accounts, "parent_author");
  const [row] = await database
    .select({
      comment: comments,
      author: accounts,
      video: videos,
      channel: channels,
      owner: owners,
      parent: parents,
      parentAuthor: parentAuthors,
    })
    .from(comments)
    .innerJoin(videos, eq(videos.id, comments.videoId))
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(owners, eq(owners.id, channels.accountId))
    .leftJoin(accounts, eq(accounts.id, comments.accountId))
    .leftJoin(parents, eq(parents.id, comments.inReplyToId))
    .leftJoin(parentAuthors, eq(parentAuthors.id, parents.accountId))
    .where(eq(comments.id, commentId))
    .limit(1);
  return row;
}

export interface OutgoingRate extends OwnedVideo {
  rate: VideoRateRow;
  account: AccountRow;
}

/** An account's rating of a video; undefined where there never was one, or the account or the video is gone. */
export async function loadOutgoingRate(
  database: Database,
  { accountId, videoId }: { accountId: number; videoId: number },
): Promise<OutgoingRate | undefined> {
  const owners = aliasedTable(accounts, "owner");
  const [row] = await database
    .select({ rate: videoRates, account: accounts, video: videos, channel: channels, owner: owners })
    .from(videoRates)
    .innerJoin(accounts, eq(accounts.id, videoRates.accountId))
    .innerJoin(videos, eq(videos.id, videoRates.videoId))
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(owners, eq(owners.id, channels.accountId))
    .where(sql`${videoRates.accountId} = ${accountId} and ${videoRates.videoId} = ${videoId}`)
    .limit(1);
  return row;
}

export interface OutgoingAbuse {
  abuse: AbuseRow;
  reporter: AccountRow | null;
  /** What is reported, where it is one of these, or what the reported comment is on. */
  comment: CommentRow | null;
  video: VideoRow | null;
  channel: ChannelRow | null;
}

/** A report with what it is about; undefined where it is gone. */
export async function loadOutgoingAbuse(database: Database, abuseId: number): Promise<OutgoingAbuse | undefined> {
  const [row] = await database
    .select({ abuse: abuses, reporter: accounts, comment: comments, video: videos, channel: channels })
    .from(abuses)
    .leftJoin(accounts, eq(accounts.id, abuses.reporterAccountId))
    .leftJoin(comments, eq(comments.id, abuses.commentId))
    .leftJoin(videos, eq(videos.id, sql`ifnull(${abuses.videoId}, ${comments.videoId})`))
    .leftJoin(channels, eq(channels.id, videos.channelId))
    .where(eq(abuses.id, abuseId))
    .limit(1);
  return row;
}

/** An actor of the instance that a video is of: its owner's account, or the channel where the account isn't known as one. */
export async function originActorOfVideo(database: Database, channel: Pick<ChannelRow, "id" | "accountId">): Promise<ActorRow | undefined> {
  const [row] = await database
    .select()
    .from(actors)
    .where(sql`${actors.accountId} = ${channel.accountId} or ${actors.channelId} = ${channel.id}`)
    .orderBy(sql`${actors.accountId} is null`)
    .limit(1);
  return row;
}

/** A video with who it is of, by its UUID. */
export async function loadOwnedVideo(database: Database, videoUuid: string): Promise<OwnedVideo | undefined> {
  const [row] = await database
    .select({ video: videos, channel: channels, owner: accounts })
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(eq(videos.uuid, videoUuid))
    .limit(1);
  return row;
}

/** Notes the ApproveReply of a comment; for a batch with its deliveries. */
export function approvalUrlStatement(database: Database, commentId: number, approvalUrl: string): Statement {
  return database.update(comments).set({ approvalUrl }).where(eq(comments.id, commentId));
}
