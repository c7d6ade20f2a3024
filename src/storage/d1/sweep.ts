import { and, asc, eq, gt, isNotNull, lte, type Column } from "drizzle-orm";
import type { Database } from "./database";
import { settings, thumbnails, videoFiles } from "./schema";
import { videoCaptions } from "./schema-federation";

// What the sweep compares the bucket with: the names that rows hold, in the order in which R2 lists its keys.

export interface NamedRow {
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Its object comes when it is first asked for. */
  isFetchedLater?: boolean;
}

/** Rows whose name lies after `after` and not after `upTo` (undefined: without that end), in order. */
export async function fileUuidsBetween(database: Database, after: string | undefined, upTo: string | undefined): Promise<NamedRow[]> {
  return await database
    .select({ name: videoFiles.uuid, createdAt: videoFiles.createdAt })
    .from(videoFiles)
    .where(between(videoFiles.uuid, after, upTo))
    .orderBy(asc(videoFiles.uuid));
}

/** The same for the file names of images. */
export async function thumbnailNamesBetween(database: Database, after: string | undefined, upTo: string | undefined): Promise<NamedRow[]> {
  return await database
    .select({
      name: thumbnails.filename,
      createdAt: thumbnails.createdAt,
      isFetchedLater: isNotNull(thumbnails.remoteUrl).mapWith(Boolean),
    })
    .from(thumbnails)
    .where(between(thumbnails.filename, after, upTo))
    .orderBy(asc(thumbnails.filename));
}

/** The same for the file names of captions. */
export async function captionNamesBetween(database: Database, after: string | undefined, upTo: string | undefined): Promise<NamedRow[]> {
  return await database
    .select({
      name: videoCaptions.filename,
      createdAt: videoCaptions.createdAt,
      isFetchedLater: isNotNull(videoCaptions.remoteUrl).mapWith(Boolean),
    })
    .from(videoCaptions)
    .where(between(videoCaptions.filename, after, upTo))
    .orderBy(asc(videoCaptions.filename));
}

function between(column: Column, after: string | undefined, upTo: string | undefined) {
  return and(after === undefined ? undefined : gt(column, after), upTo === undefined ? undefined : lte(column, upTo));
}

const POSITION_KEY = "sweep.position";

/** The key after which the next sweep goes on; undefined for the beginning. */
export async function loadSweepPosition(database: Database): Promise<string | undefined> {
  const row = await database.select({ value: settings.value }).from(settings).where(eq(settings.key, POSITION_KEY)).get();
  const position: unknown = row === undefined ? undefined : JSON.parse(row.value);
  return typeof position === "string" ? position : undefined;
}

export async function saveSweepPosition(database: Database, key: string | undefined): Promise<void> {
  const value = JSON.stringify(key ?? null);
  await database.insert(settings).values({ key: POSITION_KEY, value }).onConflictDoUpdate({ target: settings.key, set: { value } });
}
