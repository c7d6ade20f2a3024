// Every key in the media bucket is made here. Object names carry the fresh UUID of what they hold and nothing that
// can change later: a rename, a change of privacy or of resolution label moves no bytes.

/** A video file's bytes (source or rendition). */
export function videoFileKey(fileUuid: string): string {
  return `videos/${fileUuid}`;
}

/** The bencoded info dictionary of a file's torrent (BEP 3): all of a torrent that never changes. */
export function torrentInfoKey(fileUuid: string): string {
  return `torrents/${fileUuid}.info`;
}

/** A thumbnail or preview image, under the file name that D1 holds. */
export function thumbnailKey(filename: string): string {
  return `thumbnails/${filename}`;
}

/** Captions in WebVTT, under the file name that D1 holds. */
export function captionKey(filename: string): string {
  return `captions/${filename}`;
}

/** The body of an activity that is too long for a queue's message, until it is applied. */
export function inboxBodyKey(uuid: string): string {
  return `inbox/${uuid}`;
}

/** The prefixes above: what the sweep compares with D1. */
export const MEDIA_PREFIXES = ["videos/", "torrents/", "thumbnails/", "captions/", "inbox/"] as const;
