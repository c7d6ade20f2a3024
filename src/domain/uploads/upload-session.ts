import type { OpenUpload, SettledOutcome, UploadTarget } from "./upload-object";

/** What an Upload object knows of its upload, beside the bytes. */
export interface UploadSession {
  userId: number;
  fileUuid: string;
  originalFilename: string;
  mimeType: string;
  /** Bytes; undefined until a file of unknown size has ended. */
  size: number | undefined;
  maxBytes: number;
  pieceLength: number;
  partSize: number;
  target: UploadTarget | undefined;
  state: "receiving" | "assembled" | "settled";
  /** R2's id of the multipart upload, from the first part on. */
  multipartId: string | undefined;
  /** R2's entity tag, once assembled. */
  etag: string | undefined;
  /** Until when (ms since 1970) whoever claimed it is publishing it; 0 for nobody. */
  leasedUntil: number;
  outcome: SettledOutcome | undefined;
  lastByteAt: number;
}

export const SECOND_MS = 1000;
/** How long an upload that is not continued is kept, and the answer of one that ended. */
export const UPLOAD_LIFETIME_MS = 24 * 60 * 60 * SECOND_MS;
/** A file sent in one request can't be continued: what is left of it after this long is litter. */
export const ONE_REQUEST_LIFETIME_MS = 10 * 60 * SECOND_MS;
/** How long a publication may be silent before another may be tried. */
export const PUBLICATION_LEASE_MS = 60 * SECOND_MS;
/** A writer that has brought nothing for this long gives way to a new one: its connection is dead, though nobody said so. */
export const STALLED_WRITER_MS = 5 * SECOND_MS;

export function lifetimeOf(session: UploadSession): number {
  return session.target === undefined ? ONE_REQUEST_LIFETIME_MS : UPLOAD_LIFETIME_MS;
}

export function newSession(upload: OpenUpload, partSize: number, now: number): UploadSession {
  const { userId, fileUuid, originalFilename, mimeType, size, maxBytes, pieceLength, target } = upload;
  return {
    userId,
    fileUuid,
    originalFilename,
    mimeType,
    size,
    maxBytes,
    pieceLength,
    partSize,
    target,
    state: "receiving",
    multipartId: undefined,
    etag: undefined,
    leasedUntil: 0,
    outcome: undefined,
    lastByteAt: now,
  };
}

/** The session of an upload that is opened once more: what the user says of the video now, in place of what they said then. */
export function reopenedSession(session: UploadSession, upload: OpenUpload): UploadSession {
  if (session.target?.kind === "video" && upload.target?.kind === "video") {
    return { ...session, target: { ...upload.target, videoUuid: session.target.videoUuid } };
  }
  return session;
}
