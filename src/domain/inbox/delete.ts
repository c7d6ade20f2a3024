import { hostOfId, idOf } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import { LAST_WORD } from "../../storage/d1/comments";
import { findKnownObject, findOwnedVideo, type KnownObject } from "../../storage/d1/inbox-reads";
import { layTombstone } from "../../storage/d1/tombstones";
import { deleteRemoteComment } from "../comments/store-comment";
import type { Deps } from "../deps";
import { deleteRemotePlaylist } from "../playlists/store-playlist";
import { removeActor } from "../remote/actors";
import { deleteRemoteVideo } from "../remote/videos";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";
import { passOn } from "./subjects";

/**
 * Something is gone: the actor itself, or what is its own. One that comes before what it deletes is remembered. Nobody of
 * elsewhere deletes anything of here.
 */
export async function receiveDelete(deps: Deps, received: Received): Promise<Outcome> {
  const { activity, author, saidAt } = received;
  const id = idOf(activity.object);
  if (id === undefined || isLocalId(deps.publicUrl, id)) {
    return ignored("nothing of elsewhere is deleted");
  }
  if (id === author.url) {
    await layTombstone(deps.database, id, saidAt);
    await removeActor(deps, author);
    return APPLIED;
  }
  const known = await findKnownObject(deps.database, id);
  if (known !== undefined) {
    return await deleteKnown(deps, received, id, known);
  }
  if (hostOfId(id) !== author.host) {
    return ignored("it isn't of the actor's host");
  }
  await layTombstone(deps.database, id, saidAt);
  return APPLIED;
}

async function deleteKnown(deps: Deps, received: Received, url: string, known: KnownObject): Promise<Outcome> {
  switch (known.kind) {
    case "video":
      return await deleteVideo(deps, received, url, known.id);
    case "comment":
      return await deleteComment(deps, received, url, known);
    case "playlist":
      return known.accountId === received.author.accountId
        ? outcomeOf(await deleteRemotePlaylist(deps, { url, saidAt: received.saidAt }))
        : ignored("the actor isn't the playlist's owner");
  }
}

/** As PeerTube has it: the account deletes, its channel doesn't. */
async function deleteVideo(deps: Deps, { author, saidAt }: Received, url: string, videoId: number): Promise<Outcome> {
  const video = await findOwnedVideo(deps.database, { id: videoId });
  if (video === undefined || video.ownerUrl !== author.url) {
    return ignored("the actor isn't the video's owner");
  }
  return outcomeOf(await deleteRemoteVideo(deps, { url, saidAt }));
}

async function deleteComment(
  deps: Deps,
  received: Received,
  url: string,
  { videoId, accountId }: Extract<KnownObject, { kind: "comment" }>,
): Promise<Outcome> {
  const { author, saidAt } = received;
  const video = await findOwnedVideo(deps.database, { id: videoId });
  const isAuthor = author.accountId !== null && author.accountId === accountId;
  if (!isAuthor && video?.ownerUrl !== author.url) {
    return ignored("the actor is neither the comment's author nor the video's owner");
  }
  // What the owner of a video took away, its author doesn't bring back by saying it again.
  const outcome = outcomeOf(await deleteRemoteComment(deps, { url, saidAt: isAuthor ? saidAt : LAST_WORD }));
  if (outcome === APPLIED && video !== undefined) {
    await passOn(deps, received, video);
  }
  return outcome;
}

function outcomeOf(result: "deleted" | "unchanged"): Outcome {
  return result === "deleted" ? APPLIED : UNCHANGED;
}
