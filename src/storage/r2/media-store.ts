/** R2's limit for one call of `delete` and of `list`. */
export const MAX_KEYS_PER_CALL = 1000;

/** Removes objects; those that aren't there are no error. */
export async function removeObjects(media: R2Bucket, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += MAX_KEYS_PER_CALL) {
    await media.delete(keys.slice(at, at + MAX_KEYS_PER_CALL));
  }
}

export interface ObjectPage {
  objects: { key: string; /** Milliseconds since 1970. */ uploadedAt: number }[];
  /** There are more after the last one. */
  more: boolean;
}

/** The objects under a prefix after a key, in the order of their keys, at most `limit` (up to 1000). */
export async function listObjects(media: R2Bucket, prefix: string, after: string | undefined, limit: number): Promise<ObjectPage> {
  const page = await media.list({ prefix, limit, startAfter: after });
  return { objects: page.objects.map(({ key, uploaded }) => ({ key, uploadedAt: uploaded.getTime() })), more: page.truncated };
}
