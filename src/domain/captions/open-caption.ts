import { findCaption } from "../../storage/d1/captions";
import { captionKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";

/**
 * The captions of that file name, in WebVTT. Undefined where no row names it or its bytes are gone. The name is a secret as
 * good as any: it is told only to those who may see the video.
 */
export async function openCaption(deps: Pick<Deps, "database" | "media">, filename: string): Promise<R2ObjectBody | undefined> {
  const row = await findCaption(deps.database, filename);
  return (row && (await deps.media.get(captionKey(row.filename)))) ?? undefined;
}
