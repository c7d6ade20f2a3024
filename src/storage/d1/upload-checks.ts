import { and, eq, sql } from "drizzle-orm";
import type { Database } from "./database";
import { accounts, channels, users, videoFiles, videos } from "./schema";

/** Whether a video has this file. */
export async function videoFileExists(database: Database, fileUuid: string): Promise<boolean> {
  const row = await database.select({ id: videoFiles.id }).from(videoFiles).where(eq(videoFiles.uuid, fileUuid)).get();
  return row !== undefined;
}

/** The user whose local channel this is; undefined where there is no such channel here. */
export async function ownerOfChannel(database: Database, channelId: number): Promise<{ userId: number } | undefined> {
  const row = await database
    .select({ userId: accounts.userId })
    .from(channels)
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(eq(channels.id, channelId))
    .get();
  return typeof row?.userId === "number" ? { userId: row.userId } : undefined;
}

/** What a user may store in bytes (-1 without limit), and what the files of their videos take. */
export async function quotaOf(database: Database, userId: number): Promise<{ quota: number; used: number }> {
  const user = await database.select({ quota: users.videoQuota }).from(users).where(eq(users.id, userId)).get();
  if (!user || user.quota < 0) {
    return { quota: -1, used: 0 };
  }
  const row = await database
    .select({ used: sql<number>`coalesce(sum(${videoFiles.size}), 0)` })
    .from(videoFiles)
    .innerJoin(videos, eq(videos.id, videoFiles.videoId))
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(eq(accounts.userId, userId))
    .get();
  return { quota: user.quota, used: row?.used ?? 0 };
}

/** The local video that a client's identifier names, and the user who owns it. */
export async function videoAndOwner(
  database: Database,
  identifier: { kind: "id"; id: number } | { kind: "uuid"; uuid: string },
): Promise<{ uuid: string; userId: number | null } | undefined> {
  return await database
    .select({ uuid: videos.uuid, userId: accounts.userId })
    .from(videos)
    .innerJoin(channels, eq(channels.id, videos.channelId))
    .innerJoin(accounts, eq(accounts.id, channels.accountId))
    .where(and(identifier.kind === "id" ? eq(videos.id, identifier.id) : eq(videos.uuid, identifier.uuid)))
    .get();
}
