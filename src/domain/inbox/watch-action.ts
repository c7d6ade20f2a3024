import { z } from "zod";
import { idOf } from "../../protocol/activitystreams/ids";
import { localVideoOf } from "../../protocol/activitystreams/local-objects";
import type { Deps } from "../deps";
import { APPLIED, ignored, UNCHANGED, type Outcome, type ReceivedObject } from "./received";
import { findVideoNamed } from "./subjects";
import { watchedSeconds } from "./watched-seconds";

const MAX_SECTIONS = 200;

const schema = z.object({
  actionStatus: z.string().optional(),
  watchSections: z.array(z.object({ startTimestamp: z.number().nonnegative(), endTimestamp: z.number().nonnegative() })).max(MAX_SECTIONS),
});

/** What somebody saw of a video of here: its seconds are added up. Where and when they watched isn't kept. */
export async function receiveWatchAction(deps: Deps, { object, objectId, countView }: ReceivedObject): Promise<Outcome> {
  const parsed = schema.safeParse(object);
  const videoId = idOf(object["object"]);
  if (!parsed.success || videoId === undefined || localVideoOf(deps.publicUrl, videoId) === undefined) {
    return ignored("it doesn't tell what was watched of a video of here");
  }
  if (parsed.data.actionStatus !== "CompletedActionStatus") {
    return UNCHANGED;
  }
  const video = await findVideoNamed(deps, videoId);
  if (video === undefined) {
    return ignored("the video isn't here");
  }
  const seconds = watchedSeconds(parsed.data.watchSections, video.durationMs / 1000);
  if (seconds > 0) {
    countView(video.uuid, { key: objectId, views: 0, watchedSeconds: seconds });
  }
  return APPLIED;
}
