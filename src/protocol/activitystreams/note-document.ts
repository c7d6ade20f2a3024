import type { Audience } from "../activities/audience";
import { contextOf } from "./context";
import type { JsonObject } from "./types";

export interface NoteParts {
  id: string;
  author: string;
  /** Markdown as it was written, and its safe HTML. */
  source: string;
  html: string;
  inReplyTo: string;
  audience: Audience;
  /** Who is answered: id and handle (`@name@host`). */
  mentions: { url: string; handle: string }[];
  /** The ApproveReply's id. */
  approval: string | null;
  pageUrl: string;
  publishedAt: number;
  updatedAt: number;
}

/** A comment. Its content is HTML, since of those who read Notes only PeerTube knows Markdown; what was written is its `source`. */
export function noteDocument(parts: NoteParts): JsonObject {
  return {
    "@context": contextOf("comment"),
    ...parts.audience,
    type: "Note",
    id: parts.id,
    content: parts.html,
    mediaType: "text/html",
    source: { content: parts.source, mediaType: "text/markdown" },
    inReplyTo: parts.inReplyTo,
    published: new Date(parts.publishedAt).toISOString(),
    updated: new Date(parts.updatedAt).toISOString(),
    url: parts.pageUrl,
    attributedTo: parts.author,
    ...(parts.approval !== null && { replyApproval: parts.approval }),
    tag: parts.mentions.map(({ url, handle }) => ({ type: "Mention", href: url, name: handle })),
  };
}

/** What stands in the place of a comment that was deleted. */
export function tombstoneDocument(parts: {
  id: string;
  inReplyTo: string;
  publishedAt: number;
  updatedAt: number;
  deletedAt: number;
}): JsonObject {
  return {
    "@context": contextOf("tombstone"),
    id: parts.id,
    type: "Tombstone",
    formerType: "Note",
    inReplyTo: parts.inReplyTo,
    published: new Date(parts.publishedAt).toISOString(),
    updated: new Date(parts.updatedAt).toISOString(),
    deleted: new Date(parts.deletedAt).toISOString(),
  };
}
