import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { videos } from "./schema";
import { videoCaptions, type VideoCaptionRow } from "./schema-federation";
import type { Statement } from "./tasks";

/** A video's captions, in the order of their languages. */
export async function listCaptions(database: Database, videoId: number): Promise<VideoCaptionRow[]> {
  return await database.select().from(videoCaptions).where(eq(videoCaptions.videoId, videoId)).orderBy(asc(videoCaptions.language));
}

/** The captions of that file name. */
export async function findCaption(database: Database, filename: string): Promise<VideoCaptionRow | undefined> {
  return await database.select().from(videoCaptions).where(eq(videoCaptions.filename, filename)).get();
}

/**
 * Stores a local video's captions of a language in the place of what was there, with `also`, all or nothing; gives the file
 * names that were replaced. Throws where the video is gone.
 */
export async function replaceCaption(
  database: Database,
  caption: { videoId: number; language: string; filename: string; now: number },
  also: Statement[],
): Promise<string[]> {
  const { videoId, language, filename, now } = caption;
  const [replaced] = await database.batch([
    database.delete(videoCaptions).where(isOf(videoId, language)).returning({ filename: videoCaptions.filename }),
    database.insert(videoCaptions).values({ videoId, language, filename, createdAt: now }),
    database.update(videos).set({ updatedAt: now }).where(eq(videos.id, videoId)),
    ...also,
  ]);
  return replaced.map((row) => row.filename);
}

/** Removes a local video's captions of a language, with `also`; gives the file names that they had. */
export async function deleteCaption(
  database: Database,
  { videoId, language, now }: { videoId: number; language: string; now: number },
  also: Statement[],
): Promise<string[]> {
  const [removed] = await database.batch([
    database.delete(videoCaptions).where(isOf(videoId, language)).returning({ filename: videoCaptions.filename }),
    database.update(videos).set({ updatedAt: now }).where(eq(videos.id, videoId)),
    ...also,
  ]);
  return removed.map((row) => row.filename);
}

export interface RemoteCaption {
  /** Each language once. */
  language: string;
  /** A fresh name: it is used where this address is new. */
  filename: string;
  remoteUrl: string;
  automaticallyGenerated: boolean;
}

/**
 * The statements that make another instance's video have these captions and no others; the first gives the file names that
 * were removed. What has the same language and address keeps its name, and so what was fetched of it. `videoId`: a subquery;
 * where it finds none, nothing is changed.
 */
export function remoteCaptionStatements(database: Database, videoId: SQL, captions: RemoteCaption[], now: number) {
  const wanted = JSON.stringify(captions.map(({ language, remoteUrl }) => `${language} ${remoteUrl}`));
  const isUnwanted = sql`${videoCaptions.language} || ' ' || ifnull(${videoCaptions.remoteUrl}, '') not in (select value from json_each(${wanted}))`;
  return [
    database
      .delete(videoCaptions)
      .where(and(eq(videoCaptions.videoId, videoId), isUnwanted))
      .returning({ filename: videoCaptions.filename }),
    // One statement for all: D1 counts statements.
    database
      .insert(videoCaptions)
      .select(
        sql`select null, ${videoId}, value ->> 'language', value ->> 'filename', value ->> 'automaticallyGenerated', value ->> 'remoteUrl', ${now}
          from json_each(${JSON.stringify(captions)}) where ${videoId} is not null`,
      )
      .onConflictDoUpdate({
        target: [videoCaptions.videoId, videoCaptions.language],
        set: { automaticallyGenerated: sql`excluded.automatically_generated` },
      }),
  ] as const;
}

function isOf(videoId: number, language: string) {
  return and(eq(videoCaptions.videoId, videoId), eq(videoCaptions.language, language));
}
