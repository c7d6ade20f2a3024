import type { Deps } from "../deps";
import { getSettings } from "../settings";

/** The largest file in bytes that this instance takes. */
export async function maxFileBytes(deps: Deps): Promise<number> {
  return (await getSettings(deps)).upload.maxFileSizeBytes;
}
