/** What makes two uploads the same one: the same user sends the same file, and for a rendition to the same video. */
export interface UploadIdentity {
  userId: number;
  originalName: string;
  /** Bytes. */
  size: number;
  lastModified: string | undefined;
  videoUuid: string | undefined;
}

const UPLOAD_ID = /^([1-9]\d{0,14})-[0-9a-f]{64}$/;

/** The upload's id: begins with the user's id, and is the same whenever that user sends that file. */
export async function uploadIdOf(identity: UploadIdentity): Promise<string> {
  const { userId, originalName, size, lastModified, videoUuid } = identity;
  // JSON keeps the fields apart, whatever a file's name contains.
  const text = JSON.stringify([userId, originalName, size, lastModified ?? null, videoUuid ?? null]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `${userId}-${hex(hash)}`;
}

/** An id that no other upload has: for a file sent in one request, which is never resumed. */
export function freshUploadId(userId: number): string {
  return `${userId}-${hex(crypto.getRandomValues(new Uint8Array(32)))}`;
}

/** The user whose upload an id names; undefined where it isn't an upload's id at all. */
export function userOfUploadId(uploadId: string): number | undefined {
  const user = UPLOAD_ID.exec(uploadId)?.[1];
  return user === undefined ? undefined : Number(user);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
