/** A file that has arrived whole and stands in R2 under `videoFileKey(fileUuid)`; nothing of it has been read yet. */
export interface AssembledUpload {
  fileUuid: string;
  /** Bytes. */
  size: number;
  /** Bytes of a torrent piece: a power of two. */
  pieceLength: number;
  /** The SHA-1 of each piece, 20 bytes each, in order. */
  pieces: Uint8Array;
  /** R2's entity tag, without quotes. */
  etag: string;
  /** As the uploader's machine called the file; any text. */
  originalFilename: string;
  /** As the client declared it. */
  mimeType: string;
}

/** An image that came with an upload, as it was sent: not yet looked at. */
export interface UploadedImage {
  bytes: Uint8Array;
  mimeType: string;
}
