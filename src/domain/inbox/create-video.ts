import { findOwnedVideo } from "../../storage/d1/inbox-reads";
import type { Deps } from "../deps";
import { ingestVideo } from "../remote/videos";
import { askFor } from "../tasks/ask";
import { attributedTo, refused } from "./own-object";
import { APPLIED, ignored, UNCHANGED, type Outcome, type ReceivedObject } from "./received";
import { mayChange } from "./subjects";

/**
 * A video of elsewhere, new or changed: whichever of its Create and Updates comes first makes it. Its owner and its channel may
 * say so. Anybody else of its host only makes us look there, since a video may have another owner now.
 */
export async function receiveVideo(deps: Deps, { author, object, objectId, saidAt }: ReceivedObject): Promise<Outcome> {
  const known = await findOwnedVideo(deps.database, { url: objectId });
  if (known !== undefined && !mayChange(known, author.url)) {
    await askFor(deps, { kind: "fetch-video", videoUrl: objectId });
    return ignored("the actor isn't the video's owner: it is read from its host");
  }
  if (!attributedTo(object["attributedTo"]).includes(author.url)) {
    return ignored("the video isn't attributed to the actor");
  }
  const ingested = await ingestVideo(deps, object, saidAt);
  if (!ingested.ok) {
    return refused(ingested.error);
  }
  return ingested.value.outcome === "unchanged" ? UNCHANGED : APPLIED;
}
