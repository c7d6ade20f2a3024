import { idOf } from "../../protocol/activitystreams/ids";
import type { JsonValue } from "../../protocol/activitystreams/types";
import type { Deps } from "../deps";
import { setRate, type Rating } from "../rates/set-rate";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";
import { findVideoNamed } from "./subjects";

/** Keeps how an actor rates the video that `object` names; 0 takes it back. Channels don't rate, and what is said of others is their origin's. */
export async function receiveRate(
  deps: Deps,
  { author, saidAt }: Received,
  { object, rating, url }: { object: JsonValue; rating: Rating; url: string | undefined },
): Promise<Outcome> {
  const videoUrl = idOf(object);
  if (author.accountId === null) {
    return ignored("only accounts rate");
  }
  const video = videoUrl === undefined ? undefined : await findVideoNamed(deps, videoUrl);
  if (video === undefined) {
    return ignored("no video that is known here is rated");
  }
  const outcome = await setRate(deps, {
    accountId: author.accountId,
    videoId: video.id,
    rating,
    saidAt,
    ...(url !== undefined && { url }),
  });
  return outcome === "changed" ? APPLIED : UNCHANGED;
}
