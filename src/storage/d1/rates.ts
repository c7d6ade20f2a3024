import { and, eq, sql, type SQL } from "drizzle-orm";
import { recountRates } from "./counts";
import type { Database } from "./database";
import { accounts, channels, videos } from "./schema";
import { videoRates, type VideoRateRow } from "./schema-federation";
import type { Statement } from "./tasks";

/** 1 like, -1 dislike, 0 none. */
export type Rating = 1 | -1 | 0;

/** What decides how a rating is kept. */
export interface RateContext {
  accountIsLocal: boolean;
  videoIsLocal: boolean;
  videoUuid: string;
  /** What is kept so far. */
  rate: VideoRateRow | undefined;
}

/** Who would rate what, and how they did before; undefined where the account or the video is gone. */
export async function loadRateContext(database: Database, accountId: number, videoId: number): Promise<RateContext | undefined> {
  // Not in a batch: D1's gives rows as objects, in which the two hosts would be one.
  const [found, rates] = await Promise.all([
    database
      .select({ accountHost: accounts.host, videoHost: channels.host, videoUuid: videos.uuid })
      .from(accounts)
      .innerJoin(videos, eq(videos.id, videoId))
      .innerJoin(channels, eq(channels.id, videos.channelId))
      .where(eq(accounts.id, accountId)),
    database.select().from(videoRates).where(isOf(accountId, videoId)),
  ]);
  const row = found[0];
  return (
    row && {
      accountIsLocal: row.accountHost === null,
      videoIsLocal: row.videoHost === null,
      videoUuid: row.videoUuid,
      rate: rates[0],
    }
  );
}

/** How an account rates a video; 0 where it doesn't. */
export async function findRating(database: Database, accountId: number, videoId: number): Promise<Rating> {
  const row = await database.select({ rating: videoRates.rating }).from(videoRates).where(isOf(accountId, videoId)).get();
  return row === undefined ? 0 : (Math.sign(row.rating) as Rating);
}

export interface NewRate {
  accountId: number;
  videoId: number;
  rating: Rating;
  saidAt: number;
  /** The Like's or Dislike's id, of a remote account. */
  url: string | null;
}

/**
 * Keeps a rating unless a newer one is there (of the same time: the one that takes more back), with the video's counts and
 * `tasks`, all or nothing; says whether it was kept. The counts of a local video are counted anew, those of another
 * instance's are moved by what changed until its origin tells its own.
 */
export async function writeRate(
  database: Database,
  rate: NewRate,
  { videoIsLocal, tasks }: { videoIsLocal: boolean; tasks: Statement[] },
): Promise<boolean> {
  const isNewer = sql`excluded.said_at > video_rates.said_at or (excluded.said_at = video_rates.said_at and ${rank(sql`excluded.rating`)} > ${rank(sql`video_rates.rating`)})`;
  const write = database
    .insert(videoRates)
    .values(rate)
    .onConflictDoUpdate({
      target: [videoRates.accountId, videoRates.videoId],
      set: { rating: sql`excluded.rating`, url: sql`excluded.url`, saidAt: sql`excluded.said_at` },
      setWhere: isNewer,
    })
    .returning({ id: videoRates.id });
  if (videoIsLocal) {
    const [written] = await database.batch([write, recountRates(database, rate.videoId), ...tasks]);
    return written.length > 0;
  }
  const [, written] = await database.batch([moveCounts(database, rate), write, ...tasks]);
  return written.length > 0;
}

/** By how much a rating takes back: at the same time an Undo wins over what it undoes, whichever comes first. */
function rank(rating: SQL): SQL {
  return sql`(case ${rating} when 0 then 2 when -1 then 1 else 0 end)`;
}

/** Before the rating is written, in the same batch: only what was there then tells what changes. */
function moveCounts(database: Database, { accountId, videoId, rating, saidAt }: NewRate) {
  const old = sql`(select rating from ${videoRates} where ${isOf(accountId, videoId)})`;
  const newerThere = sql`exists (
    select 1 from ${videoRates} where ${isOf(accountId, videoId)}
      and (said_at > ${saidAt} or (said_at = ${saidAt} and ${rank(sql`rating`)} >= ${rank(sql`${rating}`)}))
  )`;
  const moved = (count: SQL, value: number) => sql<number>`max(0, ${count} + ${rating === value ? 1 : 0} - (ifnull(${old}, 0) = ${value}))`;
  return database
    .update(videos)
    .set({ likes: moved(sql`${videos.likes}`, 1), dislikes: moved(sql`${videos.dislikes}`, -1) })
    .where(and(eq(videos.id, videoId), sql`not ${newerThere}`));
}

function isOf(accountId: number, videoId: number): SQL | undefined {
  return and(eq(videoRates.accountId, accountId), eq(videoRates.videoId, videoId));
}
