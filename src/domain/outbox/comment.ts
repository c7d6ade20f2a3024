import { publicAudience } from "../../protocol/activities/audience";
import { createActivity } from "../../protocol/activities/create";
import { deleteActivity } from "../../protocol/activities/delete";
import { withoutContext } from "../../protocol/activities/envelope";
import { VideoPrivacy, VideoState } from "../../contract/video-constants";
import { actorUrls } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { loadOutgoingComment, originActorOfVideo, type OutgoingComment } from "../../storage/d1/outgoing";
import { localActorOfAccount } from "../actors/local";
import type { Deps } from "../deps";
import { commentUrlOf, noteDocument } from "./documents";
import { afterObjectStep, nextObjectStep, repeatSuffix, type ObjectSnapshot, type PublicObject } from "./object-plan";
import { announcersOf, remoteActorOfAccount, sharedInboxOf } from "./recipients";
import type { Recipients } from "./send";
import { hashOfDocument, tell, type Step } from "./tell";

/** A comment of here that others may know, or the taking away of one of elsewhere from under a video of here. */
type CommentNow = { kind: "note"; public: PublicObject; document: JsonObject } | { kind: "removal"; removal: Removal };

interface Removal {
  actor: PublicObject["actor"];
  to: Recipients;
  /** The comment's id, of its author's instance. */
  url: string;
}

/**
 * Tells others of a comment of here: on a video of here those who follow its account, its channel or the instance, on another
 * instance's that instance, which passes it on; and whoever it answers. Deleted, they are told so. A comment of elsewhere
 * that was removed here is deleted by the video's owner.
 */
export async function federateComment(deps: Deps, commentId: number): Promise<void> {
  const subject = String(commentId);
  let localUrl: string | undefined;
  await tell<CommentNow | undefined, ObjectSnapshot & { url: string }>(
    deps,
    { kind: "comment", subject },
    async () => {
      const found = await loadOutgoingComment(deps.database, commentId);
      localUrl = found && commentUrlOf(deps.publicUrl, { id: commentId, url: null }, found.video);
      return found && (await commentNow(deps, found));
    },
    (now, told) =>
      now?.kind === "removal" ? removalStep(deps, localUrl ?? "", now.removal, told) : noteStep(deps, localUrl ?? "", now, told),
  );
}

async function commentNow(deps: Deps, found: OutgoingComment): Promise<CommentNow | undefined> {
  const { comment, author, video, channel, owner } = found;
  const isLocalVideo = video.url === null;
  if (isLocalVideo && (video.privacy !== VideoPrivacy.public || video.state !== VideoState.published)) {
    return undefined;
  }
  const answered = await remoteActorOfAccount(deps, found.parentAuthor);
  if (comment.url !== null) {
    const isRemoved = isLocalVideo && comment.deletedAt !== null;
    const authorActor = await remoteActorOfAccount(deps, author);
    const inboxes = authorActor === undefined ? [] : [sharedInboxOf(authorActor)];
    const removal = { actor: localActorOfAccount(owner), to: { followersOf: announcersOf(found), inboxes }, url: comment.url };
    return isRemoved ? { kind: "removal", removal } : undefined;
  }
  // What waits on a video of here waits for its owner; what waits on another's must reach that owner.
  if (author === null || author.host !== null || comment.deletedAt !== null || (comment.held && isLocalVideo)) {
    return undefined;
  }
  const origin = isLocalVideo ? undefined : await originActorOfVideo(deps.database, channel);
  const inboxes = [origin, answered].flatMap((actor) => (actor === undefined ? [] : [sharedInboxOf(actor)]));
  const to = { ...(isLocalVideo && { followersOf: announcersOf(found) }), inboxes };
  const document = noteDocument(deps, { ...found, author });
  return {
    kind: "note",
    public: { actor: localActorOfAccount(author), to, hash: await hashOfDocument(withoutContext(document)) },
    document,
  };
}

type Told = ObjectSnapshot & { url: string };

function noteStep(
  deps: Deps,
  localUrl: string,
  now: Extract<CommentNow, { kind: "note" }> | undefined,
  told: Told | undefined,
): Step<Told> | undefined {
  const step = nextObjectStep(now?.public, told);
  if (step === undefined) {
    return undefined;
  }
  if (step.verb === "delete" && told !== undefined) {
    const { actor, to, url, round } = told;
    const urls = actorUrls(deps.publicUrl, actor);
    const audience = publicAudience((to.followersOf ?? []).map((follower) => actorUrls(deps.publicUrl, follower).followers));
    const activity = deleteActivity({ id: `${url}/delete${repeatSuffix(round)}`, actor: urls.url, object: url, audience });
    return { actor, activity, objectId: url, to, snapshot: () => ({ ...told, told: false }) };
  }
  if (step.verb === "delete" || now === undefined) {
    return undefined;
  }
  const { actor, to } = now.public;
  // PeerTube knows no Update of a comment: one that was approved is created once more.
  const times = step.verb === "create" ? repeatSuffix(step.round) : `/${told?.round ?? 1}-${step.change}`;
  const activity = createActivity({
    id: `${localUrl}/activity${times}`,
    actor: actorUrls(deps.publicUrl, actor).url,
    object: now.document,
    context: now.document["@context"] ?? null,
  });
  return {
    actor,
    activity,
    objectId: localUrl,
    to,
    snapshot: async (kept) => ({
      ...afterObjectStep(step, told, { ...now.public, hash: await hashOfDocument(kept["object"] ?? null) }),
      url: localUrl,
    }),
  };
}

/** Once: should its author write it anew, that is another matter. */
function removalStep(deps: Deps, localUrl: string, { actor, to, url }: Removal, told: Told | undefined): Step<Told> | undefined {
  if (told !== undefined) {
    return undefined;
  }
  const audience = publicAudience((to.followersOf ?? []).map((follower) => actorUrls(deps.publicUrl, follower).followers));
  const activity = deleteActivity({ id: `${localUrl}/delete`, actor: actorUrls(deps.publicUrl, actor).url, object: url, audience });
  return { actor, activity, objectId: url, to, snapshot: () => ({ told: false, round: 1, changes: 0, hash: "", actor, to, url }) };
}
