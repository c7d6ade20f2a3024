import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import { contentOf } from "../compat/content-map";
import { audience, isForEverybody, optionalId, optionalTime, requiredId } from "./fields";
import { parseBy, type Parsed } from "./parsed";

// Comments of elsewhere: PeerTube's, and replies of Mastodon, Lemmy, Pleroma, GoToSocial, Friendica.

const MAX_CONTENT_CHARACTERS = 10_000;

const noteSchema = z
  .object({
    type: z.literal("Note"),
    id: requiredId,
    attributedTo: requiredId,
    inReplyTo: requiredId,
    content: z.unknown().optional(),
    contentMap: z.unknown().optional(),
    mediaType: z.unknown().optional(),
    published: optionalTime.optional(),
    updated: optionalTime.optional(),
    to: audience.optional(),
    cc: audience.optional(),
    replyApproval: optionalId.optional(),
  })
  .transform((note, context): RemoteNote => {
    const content = contentOf(note)?.trim().slice(0, MAX_CONTENT_CHARACTERS).toWellFormed() ?? "";
    if (content === "" || note.published === undefined) {
      context.addIssue({ code: "custom", message: content === "" ? "has no content" : "has no time" });
      return z.NEVER;
    }
    return {
      kind: "note",
      id: note.id,
      authorId: note.attributedTo,
      inReplyTo: note.inReplyTo,
      content,
      isMarkdown: note.mediaType === "text/markdown",
      publishedAt: note.published,
      updatedAt: note.updated ?? note.published,
      isPublic: isForEverybody({ to: note.to ?? [], cc: note.cc ?? [] }),
      approvalId: note.replyApproval,
    };
  });

const tombstoneSchema = z
  .object({ type: z.literal("Tombstone"), id: requiredId, deleted: optionalTime.optional(), updated: optionalTime.optional() })
  .transform(({ id, deleted, updated }): RemoteTombstone => ({ kind: "tombstone", id, deletedAt: deleted ?? updated }));

export interface RemoteNote {
  kind: "note";
  id: string;
  authorId: string;
  inReplyTo: string;
  /** Not sanitised: Markdown of PeerTube, HTML of all others. */
  content: string;
  isMarkdown: boolean;
  publishedAt: number;
  updatedAt: number;
  isPublic: boolean;
  /** The ApproveReply of the video's instance. */
  approvalId: string | undefined;
}

export interface RemoteTombstone {
  kind: "tombstone";
  id: string;
  deletedAt: number | undefined;
}

/** Reads a comment, or what is left of a deleted one. */
export function parseNote(document: JsonObject): Parsed<RemoteNote | RemoteTombstone> {
  return document["type"] === "Tombstone" ? parseBy(tombstoneSchema, document) : parseBy(noteSchema, document);
}
