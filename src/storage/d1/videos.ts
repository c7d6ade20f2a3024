import { and, eq, inArray, sql } from "drizzle-orm";
import type { Database } from "./database";
import { thumbnails, videoFiles, videos, videoTags } from "./schema";
import { videoCaptions } from "./schema-federation";
import type { Statement } from "./tasks";

type NewRow<Table extends { $inferInsert: unknown }, Owner extends string = never> = Omit<Table["$inferInsert"], "id" | Owner>;
export type NewVideo = NewRow<typeof videos>;
export type NewFile = NewRow<typeof videoFiles, "videoId">;
export type NewThumbnail = NewRow<typeof thumbnails, "videoId">;
export type VideoChanges = Partial<NewVideo>;

/** Stores a video with its tags, its first file and its image, with `also`, all or nothing. Throws where the UUID is taken. */
export async function insertVideo(
  database: Database,
  rows: { video: NewVideo; tags: string[]; file: NewFile; thumbnail: NewThumbnail | undefined },
  also: Statement[] = [],
): Promise<void> {
  const videoId = sql<number>`(select id from videos where uuid = ${rows.video.uuid})`;
  const statements: [Statement, ...Statement[]] = [
    database.insert(videos).values(rows.video),
    database.insert(videoFiles).values({ ...rows.file, videoId }),
    ...rows.tags.map((tag, position) => database.insert(videoTags).values({ videoId, position, tag })),
  ];
  if (rows.thumbnail !== undefined) {
    statements.push(database.insert(thumbnails).values({ ...rows.thumbnail, videoId }));
  }
  statements.push(...also);
  await database.batch(statements);
}

/** The number of the video with this UUID. */
export async function videoIdOf(database: Database, videoUuid: string): Promise<number | undefined> {
  return (await database.select({ id: videos.id }).from(videos).where(eq(videos.uuid, videoUuid)).get())?.id;
}

/**
 * Stores a rendition unless the video has one of its resolution already, or is gone, with `also`; says whether it did.
 * One statement, so that of two at the same time one wins.
 */
export async function insertRendition(database: Database, videoId: number, file: NewFile, also: Statement[] = []): Promise<boolean> {
  // Every column in the schema's order; NULL lets the database give the id.
  const insert = database.insert(videoFiles).select(sql`
    select
      null, ${videoId}, ${file.uuid}, ${file.filename}, ${file.kind}, ${file.mimeType}, ${file.size}, ${file.etag}, ${file.resolution},
      ${file.width}, ${file.height}, ${file.fps}, ${file.durationMs}, ${file.videoCodec ?? null}, ${file.audioCodec ?? null},
      ${file.fragmented ? 1 : 0}, ${file.infoHash}, ${file.pieceLength}, ${file.createdAt}
    where exists (select 1 from videos where id = ${videoId})
      and not exists (
        select 1 from video_files where video_id = ${videoId} and kind = 'rendition' and resolution = ${file.resolution}
      )
  `);
  const changed = database.update(videos).set({ updatedAt: file.createdAt }).where(eq(videos.id, videoId));
  const [inserted] = await database.batch([insert.returning({ id: videoFiles.id }), changed, ...also]);
  return inserted.length > 0;
}

/**
 * Changes a video's own fields, its tags where they are given, and the images that are given, with `also`, all or nothing;
 * gives the file names of the images that were replaced. Throws where the video is gone and there are tags or images for it.
 */
export async function updateVideoRows(
  database: Database,
  videoId: number,
  changes: { video: VideoChanges; tags: string[] | undefined; images: NewThumbnail[] },
  also: Statement[] = [],
): Promise<string[]> {
  // What is replaced is read in the same transaction: another edit at the same time has its own.
  const kinds = changes.images.map(({ kind }) => kind);
  const statements: Statement[] = [];
  if (changes.tags !== undefined) {
    statements.push(database.delete(videoTags).where(eq(videoTags.videoId, videoId)));
    statements.push(...changes.tags.map((tag, position) => database.insert(videoTags).values({ videoId, position, tag })));
  }
  for (const image of changes.images) {
    statements.push(
      database.delete(thumbnails).where(and(eq(thumbnails.videoId, videoId), eq(thumbnails.kind, image.kind))),
      database.insert(thumbnails).values({ ...image, videoId }),
    );
  }
  const [replaced] = await database.batch([
    database
      .select({ filename: thumbnails.filename })
      .from(thumbnails)
      .where(and(eq(thumbnails.videoId, videoId), inArray(thumbnails.kind, kinds))),
    database.update(videos).set(changes.video).where(eq(videos.id, videoId)),
    ...statements,
    ...also,
  ]);
  return replaced.map(({ filename }) => filename);
}

/** What the objects of a removed video are named by. */
export interface RemovedFiles {
  fileUuids: string[];
  thumbnailFilenames: string[];
  captionFilenames: string[];
}

/**
 * Removes a video with its tags, files, images and captions, with `also`, all or nothing, and gives what their objects are
 * named by: as it is at that moment, a rendition that came a moment ago among them.
 */
export async function deleteVideoRows(database: Database, videoId: number, also: Statement[] = []): Promise<RemovedFiles> {
  const [files, images, captions] = await database.batch([
    database.select({ uuid: videoFiles.uuid }).from(videoFiles).where(eq(videoFiles.videoId, videoId)),
    database.select({ filename: thumbnails.filename }).from(thumbnails).where(eq(thumbnails.videoId, videoId)),
    database.select({ filename: videoCaptions.filename }).from(videoCaptions).where(eq(videoCaptions.videoId, videoId)),
    // The rest goes with it (ON DELETE CASCADE).
    database.delete(videoTags).where(eq(videoTags.videoId, videoId)),
    database.delete(thumbnails).where(eq(thumbnails.videoId, videoId)),
    database.delete(videoFiles).where(eq(videoFiles.videoId, videoId)),
    database.delete(videos).where(eq(videos.id, videoId)),
    ...also,
  ]);
  return {
    fileUuids: files.map(({ uuid }) => uuid),
    thumbnailFilenames: images.map(({ filename }) => filename),
    captionFilenames: captions.map(({ filename }) => filename),
  };
}

/** The stored image of that file name. */
export async function findThumbnail(
  database: Database,
  filename: string,
): Promise<{ mimeType: string; remoteUrl: string | null } | undefined> {
  return await database
    .select({ mimeType: thumbnails.mimeType, remoteUrl: thumbnails.remoteUrl })
    .from(thumbnails)
    .where(eq(thumbnails.filename, filename))
    .get();
}
