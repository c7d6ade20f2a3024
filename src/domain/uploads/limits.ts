import type { Deps } from "../deps";

const DEFAULT_MAX_FILE_BYTES = 64 * 1024 ** 3;

/** The largest file in bytes that this instance takes. */
export async function maxFileBytes(_deps: Deps): Promise<number> {
  return await Promise.resolve(DEFAULT_MAX_FILE_BYTES);
}
