import { and, eq, or, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, channels, videos } from "./schema";
import { actors, comments, follows, playlists, videoRates, videoShares, type ActorRow } from "./schema-federation";

// What the inbox looks up to tell what an activity is about and whether its author may say it.

/** Actors of elsewhere that publish a key by that id, or whose id it is; ids in normal form, keys' as they are published. */
export async function findActorsByKey(database: Database, keyId: string, actorUrl: string): Promise<ActorRow[]> {
  return await database
    .select()
    .from(actors)
    .where(or(eq(actors.url, actorUrl), eq(actors.publicKeyId, keyId), eq(actors.assertionKeyId, keyId)))
    .limit(3);
}

/** A video with the ids of who may change it. */
export interface OwnedVideo {
  id: number;
  uuid: string;
  url: string | null;
  durationMs: number;
  /** Null: of here. */
  host: string | null;
  privacy: number;
  ownerAccountId: number;
  channelId: number;
  /** Ids of the owner and the channel; null where they are of here. */
  ownerUrl: string | null;
  channelUrl: string | null;
}

const OWNED_VIDEO = {
  id: videos.id,
  uuid: videos.uuid,
  url: videos.url,
  durationMs: videos.durationMs,
  host: channels.host,
  privacy: videos.privacy,
  ownerAccountId: channels.accountId,
  channelId: videos.channelId,
  ownerUrl: accounts.url,
  channelUrl: channels.url,
} as const;

/** A video by its UUID where it is of here, or by its id in normal form. */
export async function findOwnedVideo(
  database: Database,
  key: { localUuid: string } | { url: string } | { id: number },
): Promise<OwnedVideo | undefined> {
  const where =
    "url" in key
      ? eq(videos.url, key.url)
      : "id" in key
        ? eq(videos.id, key.id)
        : and(eq(videos.uuid, key.localUuid), sql`${channels.host} is null`);
  return await database
    .select(OWNED_VIDEO)
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(where)
    .limit(1)
    .get();
}

/** What an id of elsewhere names here; undefined: nothing that is known. */
export type KnownObject =
  | { kind: "video"; id: number }
  | { kind: "comment"; id: number; videoId: number; accountId: number | null }
  | { kind: "playlist"; id: number; accountId: number };

/** What is known by an id of elsewhere, in one round trip. */
export async function findKnownObject(database: Database, url: string): Promise<KnownObject | undefined> {
  const [videoRows, commentRows, playlistRows] = await database.batch([
    database.select({ id: videos.id }).from(videos).where(eq(videos.url, url)),
    database
      .select({ id: comments.id, videoId: comments.videoId, accountId: comments.accountId })
      .from(comments)
      .where(eq(comments.url, url)),
    database.select({ id: playlists.id, accountId: playlists.accountId }).from(playlists).where(eq(playlists.url, url)),
  ]);
  if (videoRows[0] !== undefined) {
    return { kind: "video", ...videoRows[0] };
  }
  if (commentRows[0] !== undefined) {
    return { kind: "comment", ...commentRows[0] };
  }
  return playlistRows[0] && { kind: "playlist", ...playlistRows[0] };
}

/** What an Undo names by no more than its id; each is its author's. */
export interface KnownActivity {
  rate: { videoId: number } | undefined;
  share: { videoId: number; url: string } | undefined;
  follow: { targetUrl: string } | undefined;
}

/** Which of an actor's activities an id is. */
export async function findActivityOf(database: Database, author: ActorRow, activityId: string): Promise<KnownActivity> {
  const [rateRows, shareRows, followRows] = await database.batch([
    database
      .select({ videoId: videoRates.videoId })
      .from(videoRates)
      .where(and(eq(videoRates.accountId, author.accountId ?? -1), eq(videoRates.url, activityId))),
    database
      .select({ videoId: videoShares.videoId, url: videoShares.url })
      .from(videoShares)
      .where(and(eq(videoShares.actorId, author.id), eq(videoShares.url, activityId))),
    database
      .select({ targetUrl: actors.url })
      .from(follows)
      .innerJoin(actors, eq(actors.id, follows.targetId))
      .where(and(eq(follows.followerId, author.id), eq(follows.url, activityId))),
  ]);
  return { rate: rateRows[0], share: shareRows[0], follow: followRows[0] };
}

/** Whether somebody of here follows an actor, or any actor of its host. */
export async function isFollowedHost(database: Database, host: string): Promise<boolean> {
  const row = await database
    .select({ id: follows.id })
    .from(actors)
    .innerJoin(follows, eq(follows.targetId, actors.id))
    .where(and(eq(actors.host, host), eq(follows.state, "accepted")))
    .limit(1)
    .get();
  return row !== undefined;
}
