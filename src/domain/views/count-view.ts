import type { Deps } from "../deps";
import type { ViewAddition } from "./video-views-object";

/** Counts views and watched seconds of a local video, in its object; D1 gets the sums a little later. */
export async function countViews(deps: Pick<Deps, "videoViews">, videoUuid: string, additions: ViewAddition[]): Promise<void> {
  if (additions.length > 0) {
    await deps.videoViews(videoUuid).count(additions);
  }
}
