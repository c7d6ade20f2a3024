import { haveSameHost, normalizeId } from "../../protocol/activitystreams/ids";
import { isLocalId, localCommentOf } from "../../protocol/activitystreams/local-objects";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { parseNote, type RemoteNote } from "../../protocol/objects/note";
import { findComment, findCommentByUrl } from "../../storage/d1/comments";
import type { CommentRow } from "../../storage/d1/schema-federation";
import { deleteRemoteComment, storeRemoteComment, type StoredComment } from "../comments/store-comment";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { resolveActor } from "./actors";
import { fetchDocument } from "./fetch-document";
import { throwIfTransient, type RemoteRefusal } from "./refusal";
import { sanitizeComment, sanitizeMarkdown } from "../../protocol/sanitize";
import { findVideoByUrl, ingestFetchedVideo } from "./videos";

/** As far up as PeerTube looks for the video. */
const MAX_THREAD_DEPTH = 100;

export interface IngestedComment {
  stored: StoredComment;
  videoId: number;
}

/** What a comment stands under: a video, and the comment that it answers. */
interface Place {
  videoId: number;
  parent: Pick<CommentRow, "id" | "threadId"> | undefined;
}

/**
 * Stores the comment that an id names, or that a Note is which its own host said, with those above it that aren't known yet.
 * `saidAt`: when its author said so; undefined: what the Note itself says.
 */
export async function ingestComment(
  deps: Deps,
  source: string | JsonObject,
  options: { saidAt?: number } = {},
): Promise<Result<IngestedComment, RemoteRefusal>> {
  const document = typeof source === "string" ? await fetchNote(deps, source) : ok(source);
  if (!document.ok) {
    return document;
  }
  const note = await readNote(deps, document.value);
  if (!note.ok) {
    return note;
  }
  const climbed = await climb(deps, note.value);
  if (!climbed.ok) {
    return climbed;
  }
  let { place } = climbed.value;
  let stored: StoredComment | undefined;
  // From the top down, so that each finds what it answers.
  for (const entry of climbed.value.notes.toReversed()) {
    // Not of a time to come, or nothing could follow it.
    const ownTime = Math.min(entry.updatedAt, deps.now());
    const saidAt = entry === note.value ? (options.saidAt ?? ownTime) : ownTime;
    const result = await storeNote(deps, entry, place, saidAt);
    if (!result.ok) {
      return result;
    }
    stored = result.value;
    if (stored.outcome === "refused") {
      break;
    }
    place = { videoId: place.videoId, parent: { id: stored.id, threadId: place.parent?.threadId ?? place.parent?.id ?? null } };
  }
  return stored === undefined ? fail({ reason: "invalid", why: "there is nothing to store" }) : ok({ stored, videoId: place.videoId });
}

async function fetchNote(deps: Deps, url: string): Promise<Result<JsonObject, RemoteRefusal>> {
  const id = normalizeId(url);
  if (id === undefined || isLocalId(deps.publicUrl, id)) {
    return fail({ reason: "invalid", why: `${url} isn't a comment of elsewhere` });
  }
  const fetched = await fetchDocument(deps, id);
  return fetched.ok ? ok(fetched.value.document) : fetched;
}

/** A Note that anybody may read, by an author of its own host. A tombstone takes the comment back, and is refused as gone. */
async function readNote(deps: Deps, document: JsonObject): Promise<Result<RemoteNote, RemoteRefusal>> {
  const parsed = parseNote(document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: `comment: ${parsed.error.why}` });
  }
  const note = parsed.value;
  if (note.kind === "tombstone") {
    await deleteRemoteComment(deps, { url: note.id, saidAt: note.deletedAt ?? deps.now() });
    return fail({ reason: "gone", why: `${note.id} was deleted` });
  }
  if (isLocalId(deps.publicUrl, note.id)) {
    return fail({ reason: "refused", why: "a comment of here isn't told of by others" });
  }
  if (!haveSameHost(note.id, note.authorId)) {
    return fail({ reason: "invalid", why: `the author of ${note.id} is of another host` });
  }
  return note.isPublic ? ok(note) : fail({ reason: "refused", why: `${note.id} isn't public` });
}

/** The notes from the given one up to what is known, and where the topmost stands. */
async function climb(deps: Deps, first: RemoteNote): Promise<Result<{ notes: RemoteNote[]; place: Place }, RemoteRefusal>> {
  const notes = [first];
  const seen = new Set([first.id]);
  for (;;) {
    const above = notes.at(-1)?.inReplyTo ?? "";
    const place = await findPlace(deps, above);
    if (place !== undefined) {
      return ok({ notes, place });
    }
    if (seen.has(above) || notes.length >= MAX_THREAD_DEPTH) {
      return fail({ reason: "invalid", why: `${first.id} is under no video` });
    }
    seen.add(above);
    const askedAt = deps.now();
    const document = await fetchNote(deps, above);
    if (!document.ok) {
      return document;
    }
    if (document.value["type"] === "Video") {
      const video = await ingestFetchedVideo(deps, document.value, askedAt);
      return video.ok ? ok({ notes, place: { videoId: video.value.videoId, parent: undefined } }) : video;
    }
    const note = await readNote(deps, document.value);
    if (!note.ok) {
      return note;
    }
    notes.push(note.value);
  }
}

/** The known comment or video that an id names. */
async function findPlace(deps: Deps, id: string): Promise<Place | undefined> {
  const local = localCommentOf(deps.publicUrl, id);
  const comment = local === undefined ? await findCommentByUrl(deps.database, id) : await findComment(deps.database, local.commentId);
  if (comment !== undefined && (local === undefined || comment.url === null)) {
    return { videoId: comment.videoId, parent: comment };
  }
  const video = await findVideoByUrl(deps, id);
  return video && { videoId: video.id, parent: undefined };
}

async function storeNote(
  deps: Deps,
  note: RemoteNote,
  { videoId, parent }: Place,
  saidAt: number,
): Promise<Result<StoredComment, RemoteRefusal>> {
  const author = await resolveActor(deps, note.authorId);
  if (!author.ok) {
    return author;
  }
  if (author.value.accountId === null) {
    return fail({ reason: "invalid", why: `${note.authorId} isn't an account` });
  }
  const html = note.isMarkdown ? sanitizeMarkdown(note.content) : sanitizeComment(note.content);
  if (html === "") {
    return fail({ reason: "invalid", why: `nothing is left of ${note.id}` });
  }
  const stored = await storeRemoteComment(deps, {
    url: note.id,
    videoId,
    accountId: author.value.accountId,
    inReplyToId: parent?.id ?? null,
    threadId: parent === undefined ? null : (parent.threadId ?? parent.id),
    html,
    saidAt,
    createdAt: note.publishedAt,
    updatedAt: note.updatedAt,
    ...(note.approvalId !== undefined && { approvalUrl: note.approvalId }),
  });
  return ok(stored);
}

/** Fetches a comment that a video's collection names. Throws where it can't be asked for now. */
export async function fetchComment(deps: Deps, url: string): Promise<void> {
  const ingested = await ingestComment(deps, url);
  if (!ingested.ok) {
    throwIfTransient(ingested.error);
    console.warn("a comment of elsewhere isn't taken", url, ingested.error.why);
  }
}
