import type { Deps } from "../deps";
import { ingestPlaylist } from "../remote/playlists";
import { refused } from "./own-object";
import { APPLIED, ignored, UNCHANGED, type Outcome, type ReceivedObject } from "./received";

/** A playlist of elsewhere, new or changed; accounts have them. */
export async function receivePlaylist(deps: Deps, { author, object, saidAt }: ReceivedObject): Promise<Outcome> {
  if (author.accountId === null) {
    return ignored("only accounts have playlists");
  }
  const ingested = await ingestPlaylist(deps, object, { saidAt, authorUrl: author.url });
  if (!ingested.ok) {
    return refused(ingested.error);
  }
  switch (ingested.value.outcome) {
    case "stored":
      return APPLIED;
    case "unchanged":
      return UNCHANGED;
    case "refused":
      return ignored(`the playlist is refused: ${ingested.value.reason}`);
  }
}
