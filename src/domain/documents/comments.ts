import { approveReplyActivity } from "../../protocol/activities/approve-reply";
import { createActivity } from "../../protocol/activities/create";
import { contextOf } from "../../protocol/activitystreams/context";
import { actorUrls } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { loadOutgoingComment, type OutgoingComment } from "../../storage/d1/outgoing";
import type { Deps } from "../deps";
import { actorUrlOf, commentUrlOf, noteDocument, videoUrlOf } from "../outbox/documents";
import { OPEN_TO_ALL } from "../videos/visibility";

/** A comment under a video that anybody may see; held ones are nobody's business yet. Undefined: there is none of that name. */
export async function findOpenComment(deps: Deps, videoUuid: string, commentId: number): Promise<OutgoingComment | undefined> {
  const found = await loadOutgoingComment(deps.database, commentId);
  return found !== undefined && found.video.uuid === videoUuid && !found.comment.held && OPEN_TO_ALL.privacies.includes(found.video.privacy)
    ? found
    : undefined;
}

/** The document of a comment by somebody of here, or its tombstone; undefined for one of elsewhere. */
export function readNote(deps: Deps, found: OutgoingComment): JsonObject | undefined {
  const { author } = found;
  return found.comment.url !== null || author === null ? undefined : noteDocument(deps, { ...found, author });
}

/** The Create by which a comment of here was told of; undefined for others and for deleted ones. */
export function readNoteCreate(deps: Deps, found: OutgoingComment): JsonObject | undefined {
  const object = found.comment.deletedAt === null ? readNote(deps, found) : undefined;
  if (object === undefined || found.author === null) {
    return undefined;
  }
  const id = commentUrlOf(deps.publicUrl, found.comment, found.video);
  return createActivity({
    id: `${id}/activity`,
    actor: actorUrlOf(deps.publicUrl, found.author, "account"),
    object,
    context: contextOf("comment"),
  });
}

/** The word of a local video's owner that a comment may stand under it. */
export function readApproval(deps: Deps, found: OutgoingComment): JsonObject | undefined {
  const { publicUrl } = deps;
  if (found.channel.host !== null || found.comment.deletedAt !== null) {
    return undefined;
  }
  return approveReplyActivity({
    id: `${videoUrlOf(publicUrl, found.video)}/comments/${found.comment.id}/approve-reply`,
    actor: actorUrls(publicUrl, { kind: "account", name: found.owner.name }).url,
    object: commentUrlOf(publicUrl, found.comment, found.video),
    inReplyTo: found.parent === null ? videoUrlOf(publicUrl, found.video) : commentUrlOf(publicUrl, found.parent, found.video),
  });
}
