import type { Database } from "../../storage/d1/database";
import { videoFileExists } from "../../storage/d1/upload-checks";
import { videoFileKey } from "../../storage/r2/keys";
import type { UploadSession } from "./upload-session";

/** R2's «no such multipart upload»: it was completed or aborted before. */
const NO_SUCH_UPLOAD = "(10024)";

/** The multipart upload of a file: the one begun before, or a new one. */
export async function openMultipart(media: R2Bucket, fileUuid: string, multipartId: string | undefined): Promise<R2MultipartUpload> {
  const key = videoFileKey(fileUuid);
  return multipartId === undefined ? await media.createMultipartUpload(key) : media.resumeMultipartUpload(key, multipartId);
}

/** Joins the parts to the object `videoFileKey(fileUuid)`; gives its entity tag. Doing it twice is harmless. */
export async function assemble(media: R2Bucket, session: UploadSession, parts: { number: number; etag: string }[]): Promise<string> {
  const key = videoFileKey(session.fileUuid);
  if (session.multipartId === undefined) {
    throw new Error("an upload without parts can't be assembled");
  }
  try {
    const object = await media
      .resumeMultipartUpload(key, session.multipartId)
      .complete(parts.map(({ number, etag }) => ({ partNumber: number, etag })));
    return object.etag;
  } catch (error) {
    // Killed after R2 had joined them and before we noted it.
    const object = await media.head(key);
    if (object && object.size === session.size) {
      return object.etag;
    }
    throw error;
  }
}

/** Removes what an upload has in R2, whole or in parts; leaves a file that a video has. Throws where R2 fails. */
export async function removeBytes(media: R2Bucket, database: Database, session: UploadSession): Promise<void> {
  if (session.state === "settled" || (await videoFileExists(database, session.fileUuid))) {
    return;
  }
  const key = videoFileKey(session.fileUuid);
  if (session.multipartId !== undefined) {
    try {
      await media.resumeMultipartUpload(key, session.multipartId).abort();
    } catch (error) {
      if (!String(error).includes(NO_SUCH_UPLOAD)) {
        throw error;
      }
    }
  }
  await media.delete(key);
}
