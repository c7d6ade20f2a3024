import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, channels, thumbnails, videos } from "./schema";
import { actors, comments, videoCaptions, videoRates, type ActorRow } from "./schema-federation";
import type { RemovedFiles } from "./videos";

// Actors of elsewhere, as they are written.

/** An actor's own columns, in normal form where they are ids. */
export type RemoteActorColumns = Omit<ActorRow, "id" | "host" | "accountId" | "channelId" | "keysChangedAt" | "fetchedAt" | "createdAt"> & {
  host: string;
};

export interface RemoteProfile {
  displayName: string;
  description: string | null;
  support: string | null;
  createdAt: number;
  /** Whose the channel is, where the actor is one; undefined: it is an account; null: a group that isn't a channel. */
  ownerAccountId: number | null | undefined;
}

/**
 * Writes an actor of elsewhere with its account or channel, new or again, all or nothing; undefined, and nothing written, where
 * another actor of its host has its name.
 */
export async function storeRemoteActor(
  database: Database,
  actor: RemoteActorColumns,
  profile: RemoteProfile,
  now: number,
): Promise<ActorRow | undefined> {
  const { url, name, host } = actor;
  const isFree = sql`not exists (select 1 from ${actors} where ${actors.name} = ${name} and ifnull(${actors.host}, '') = ${host} and ${actors.url} <> ${url})`;
  const { ownerAccountId } = profile;
  const own =
    ownerAccountId === undefined
      ? [accountStatement(database, actor, profile, now)]
      : ownerAccountId === null
        ? []
        : [channelStatement(database, actor, profile, ownerAccountId, now)];
  const link = database
    .update(actors)
    .set({
      accountId: ownerAccountId === undefined ? sql`(select id from accounts where url = ${url})` : null,
      channelId: typeof ownerAccountId === "number" ? sql`(select id from channels where url = ${url})` : null,
    })
    .where(and(eq(actors.url, url), isNotNull(actors.host)))
    .returning();
  const write = database
    .insert(actors)
    .select(
      // Every column in the schema's order; NULL lets the database give the id.
      sql`select null, ${url}, ${actor.type}, ${name}, ${host}, null, null, ${actor.inboxUrl}, ${actor.sharedInboxUrl},
        ${actor.outboxUrl}, ${actor.followersUrl}, ${actor.playlistsUrl}, ${actor.iconUrl}, ${actor.publicKeyId}, ${actor.publicKeyPem},
        ${actor.assertionKeyId}, ${actor.assertionKeyMultibase}, ${now}, ${now}, ${now} where ${isFree}`,
    )
    .onConflictDoUpdate({
      target: actors.url,
      set: {
        type: sql`excluded.type`,
        name: sql`excluded.name`,
        inboxUrl: sql`excluded.inbox_url`,
        sharedInboxUrl: sql`excluded.shared_inbox_url`,
        outboxUrl: sql`excluded.outbox_url`,
        followersUrl: sql`excluded.followers_url`,
        playlistsUrl: sql`excluded.playlists_url`,
        iconUrl: sql`excluded.icon_url`,
        publicKeyId: sql`excluded.public_key_id`,
        publicKeyPem: sql`excluded.public_key_pem`,
        assertionKeyId: sql`excluded.assertion_key_id`,
        assertionKeyMultibase: sql`excluded.assertion_key_multibase`,
        keysChangedAt: sql`iif(${actors.publicKeyPem} is excluded.public_key_pem and ${actors.assertionKeyMultibase} is excluded.assertion_key_multibase,
          ${actors.keysChangedAt}, excluded.keys_changed_at)`,
        fetchedAt: sql`excluded.fetched_at`,
      },
      // A local row is nobody's of elsewhere to change.
      setWhere: sql`${actors.host} is not null`,
    })
    .returning({ id: actors.id });
  // The account or channel is written after the name was checked, and linked then.
  const results = await database.batch([write, ...own, link]);
  return results[0].length === 0 ? undefined : (results.at(-1) as ActorRow[])[0];
}

/** Only where the actor itself was written, whose name was checked. */
function isStored({ url, name, host }: RemoteActorColumns) {
  return sql`exists (select 1 from ${actors} where ${actors.url} = ${url} and ${actors.host} = ${host} and ${actors.name} = ${name})`;
}

function accountStatement(database: Database, actor: RemoteActorColumns, profile: RemoteProfile, now: number) {
  const { url, name, host } = actor;
  return database
    .insert(accounts)
    .select(
      sql`select null, null, ${name}, ${host}, ${profile.displayName}, ${profile.description}, ${profile.createdAt}, ${now}, ${url} where ${isStored(actor)}`,
    )
    .onConflictDoUpdate({
      target: accounts.url,
      targetWhere: sql`url is not null`,
      set: {
        name: sql`excluded.name`,
        displayName: sql`excluded.display_name`,
        description: sql`excluded.description`,
        updatedAt: sql`excluded.updated_at`,
      },
    });
}

function channelStatement(database: Database, actor: RemoteActorColumns, profile: RemoteProfile, ownerAccountId: number, now: number) {
  const { url, name, host } = actor;
  return database
    .insert(channels)
    .select(
      sql`select null, ${ownerAccountId}, ${name}, ${host}, ${profile.displayName}, ${profile.description}, ${profile.support}, ${profile.createdAt}, ${now}, ${url}
        where ${isStored(actor)}`,
    )
    .onConflictDoUpdate({
      target: channels.url,
      targetWhere: sql`url is not null`,
      set: {
        accountId: sql`excluded.account_id`,
        name: sql`excluded.name`,
        displayName: sql`excluded.display_name`,
        description: sql`excluded.description`,
        support: sql`excluded.support`,
        updatedAt: sql`excluded.updated_at`,
      },
    });
}

/** Notes that an actor's document was looked at, and is as it was or couldn't be had. */
export async function touchActor(database: Database, actorId: number, now: number): Promise<void> {
  await database.update(actors).set({ fetchedAt: now }).where(eq(actors.id, actorId));
}

/** The remote actor that publishes a key by that id. */
export async function findActorByKeyId(database: Database, keyId: string): Promise<ActorRow | undefined> {
  const [row] = await database
    .select()
    .from(actors)
    .where(and(sql`${actors.host} is not null`, sql`(${actors.publicKeyId} = ${keyId} or ${actors.assertionKeyId} = ${keyId})`))
    .limit(1);
  return row;
}

/**
 * Removes an actor of elsewhere with its account or channel and all videos of it, all or nothing, and gives what their objects
 * are named by. What others answered to its comments stays: they become tombstones of nobody.
 */
export async function deleteActorRows(
  database: Database,
  actor: Pick<ActorRow, "id" | "accountId" | "channelId">,
  now: number,
): Promise<RemovedFiles> {
  const accountId = actor.accountId ?? -1;
  const channelIds = sql`(select id from channels where account_id = ${accountId} or id = ${actor.channelId ?? -1})`;
  const videoIds = sql`(select id from videos where channel_id in ${channelIds})`;
  const rated = sql`(select video_id from ${videoRates} where account_id = ${accountId})`;
  const countOf = (rating: number) =>
    sql`(select count(*) from video_rates where video_rates.video_id = videos.id and rating = ${rating} and account_id <> ${accountId})`;
  const [images, captions] = await database.batch([
    database
      .select({ filename: thumbnails.filename })
      .from(thumbnails)
      .where(sql`${thumbnails.videoId} in ${videoIds}`),
    database
      .select({ filename: videoCaptions.filename })
      .from(videoCaptions)
      .where(sql`${videoCaptions.videoId} in ${videoIds}`),
    database
      .update(videos)
      .set({ likes: countOf(1), dislikes: countOf(-1) })
      .where(sql`${videos.url} is null and ${videos.id} in ${rated}`),
    database
      .update(videos)
      .set({
        comments: sql`(select count(*) from comments where comments.video_id = videos.id and deleted_at is null and held = 0 and ifnull(account_id, 0) <> ${accountId})`,
      })
      .where(sql`${videos.id} in (select video_id from ${comments} where account_id = ${accountId})`),
    database
      .update(comments)
      .set({ accountId: null, text: "", deletedAt: sql`ifnull(${comments.deletedAt}, ${now})` })
      .where(sql`${comments.accountId} = ${accountId}`),
    // Channels of an account are actors too; their rows, videos and follows go with them (ON DELETE CASCADE).
    database.delete(channels).where(sql`${channels.id} in ${channelIds}`),
    database.delete(accounts).where(eq(accounts.id, accountId)),
    database.delete(actors).where(eq(actors.id, actor.id)),
  ]);
  return {
    fileUuids: [],
    thumbnailFilenames: images.map(({ filename }) => filename),
    captionFilenames: captions.map(({ filename }) => filename),
  };
}
