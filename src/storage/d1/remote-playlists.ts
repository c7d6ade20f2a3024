import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { playlistElements, playlists, tombstones, type PlaylistRow } from "./schema-federation";
import { tombstoneStatement } from "./tombstones";

// Playlists of elsewhere, as they are written.

export type RemotePlaylistRow = Omit<PlaylistRow, "id" | "url"> & { url: string };

export interface RemoteElement {
  videoId: number;
  /** From 1. */
  position: number;
  /** Seconds. */
  startTimestamp: number | null;
  stopTimestamp: number | null;
}

/** A playlist of elsewhere by its id, which is in normal form. */
export async function findPlaylistByUrl(database: Database, url: string): Promise<PlaylistRow | undefined> {
  return await database.select().from(playlists).where(eq(playlists.url, url)).get();
}

/**
 * Stores a playlist of elsewhere with all that is in it, all or nothing, unless what is there is newer, it was deleted at
 * that time or later, is another account's, or another playlist has its UUID; gives its number where it was stored.
 */
export async function upsertRemotePlaylist(
  database: Database,
  playlist: RemotePlaylistRow,
  elements: RemoteElement[],
): Promise<number | undefined> {
  const { url, uuid, accountId, channelId, name, description, privacy, saidAt, createdAt, updatedAt } = playlist;
  // Of the same time is what was stored by this very batch, or the same again.
  const stored = sql`(select id from ${playlists} where ${and(eq(playlists.url, url), eq(playlists.accountId, accountId), eq(playlists.saidAt, saidAt))})`;
  const [upserted] = await database.batch([
    database
      .insert(playlists)
      .select(
        // Every column in the schema's order; NULL lets the database give the id.
        sql`select null, ${uuid}, ${url}, ${accountId}, ${channelId}, ${name}, ${description}, ${privacy}, ${saidAt}, ${createdAt}, ${updatedAt}
          where not exists (select 1 from ${tombstones} where ${tombstones.url} = ${url} and deleted_at >= ${saidAt})
            and not exists (select 1 from ${playlists} where ${playlists.uuid} = ${uuid} and ${playlists.url} is not ${url})`,
      )
      .onConflictDoUpdate({
        target: playlists.url,
        set: {
          channelId: sql`excluded.channel_id`,
          name: sql`excluded.name`,
          description: sql`excluded.description`,
          privacy: sql`excluded.privacy`,
          saidAt: sql`excluded.said_at`,
          updatedAt: sql`excluded.updated_at`,
        },
        setWhere: sql`excluded.said_at > playlists.said_at and excluded.account_id = playlists.account_id`,
      })
      .returning({ id: playlists.id }),
    database.delete(playlistElements).where(sql`${playlistElements.playlistId} = ${stored}`),
    database.insert(playlistElements).select(
      // A video may have been deleted since it was looked up.
      sql`select null, ${stored}, videos.id, value ->> 'position', value ->> 'startTimestamp', value ->> 'stopTimestamp'
        from json_each(${JSON.stringify(elements)}) join videos on videos.id = value ->> 'videoId' where ${stored} is not null`,
    ),
  ]);
  return upserted[0]?.id;
}

/** Removes a playlist of elsewhere unless a newer word of its author is known, and notes it; says whether one went. */
export async function deleteRemotePlaylistRow(database: Database, url: string, saidAt: number): Promise<boolean> {
  const [removed] = await database.batch([
    database
      .delete(playlists)
      .where(and(eq(playlists.url, url), sql`${playlists.saidAt} <= ${saidAt}`))
      .returning({ id: playlists.id }),
    tombstoneStatement(database, url, saidAt),
  ]);
  return removed.length > 0;
}
