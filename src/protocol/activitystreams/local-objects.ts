import { parseVideoIdentifier } from "../paths";
import { normalizeId } from "./ids";

// What of this instance an id names, by its shape alone; whether it is there only the database knows.

/** The UUID of the local video that an id names; undefined for any other id. */
export function localVideoOf(publicUrl: string, id: string): string | undefined {
  const path = localPath(publicUrl, id);
  const name = path === undefined ? undefined : /^\/(?:videos\/watch|w)\/([0-9A-Za-z-]{22,36})$/.exec(path)?.[1];
  const parsed = name === undefined ? undefined : parseVideoIdentifier(name);
  return parsed?.kind === "uuid" ? parsed.uuid : undefined;
}

/** The row's number of the local user's comment that an id names, and the video it is on. */
export function localCommentOf(publicUrl: string, id: string): { videoUuid: string; commentId: number } | undefined {
  const path = localPath(publicUrl, id);
  const match = path === undefined ? null : /^\/videos\/watch\/([0-9a-f-]{36})\/comments\/(\d{1,15})$/i.exec(path);
  const [, videoUuid, commentId] = match ?? [];
  return videoUuid === undefined ? undefined : { videoUuid: videoUuid.toLowerCase(), commentId: Number(commentId) };
}

/** Whether an id is one of this instance. */
export function isLocalId(publicUrl: string, id: string): boolean {
  return localPath(publicUrl, id) !== undefined;
}

function localPath(publicUrl: string, id: string): string | undefined {
  const normal = normalizeId(id);
  return normal?.startsWith(`${publicUrl}/`) ? normal.slice(publicUrl.length) : undefined;
}
