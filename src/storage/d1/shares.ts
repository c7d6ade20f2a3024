import { sql } from "drizzle-orm";
import type { Database } from "./database";

export interface ShareChange {
  videoId: number;
  actorId: number;
  /** The Announce's id. */
  url: string;
  /** False: it was taken back. */
  shared: boolean;
  /** When the announcer said so, in milliseconds. */
  saidAt: number;
}

/**
 * Keeps who shares a video: the newest word of an announcer holds, of the same time the one that takes back. An id that is
 * another's Announce changes nothing, and nor does what is about a video that went meanwhile. Says whether anything was written.
 */
export async function writeShare(database: Database, { videoId, actorId, url, shared, saidAt }: ShareChange): Promise<boolean> {
  const value = shared ? 1 : 0;
  const written = await database.run(sql`
    insert into video_shares (video_id, actor_id, url, shared, said_at)
    select ${videoId}, ${actorId}, ${url}, ${value}, ${saidAt}
    where exists (select 1 from videos where id = ${videoId})
      and not exists (select 1 from video_shares where url = ${url} and (video_id <> ${videoId} or actor_id <> ${actorId}))
    on conflict (video_id, actor_id) do update set url = excluded.url, shared = excluded.shared, said_at = excluded.said_at
    where excluded.said_at > video_shares.said_at
      or (excluded.said_at = video_shares.said_at and excluded.shared < video_shares.shared)
  `);
  return written.meta.changes > 0;
}
