import { parseChapters } from "../../protocol/objects/chapters";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import { replaceChapters } from "../../storage/d1/chapters";
import { findRemoteVideo, knownComments, noteCommentsRead, writeRateCounts } from "../../storage/d1/remote-videos";
import type { Deps } from "../deps";
import { askFor } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { collectIds, fetchCollection } from "./collections";
import { fetchDocument } from "./fetch-document";
import { throwIfTransient, type RemoteRefusal } from "./refusal";

/** PeerTube's pages have ten comments. */
const MAX_COMMENT_PAGES = 50;
/** Comments come by themselves; their collection tells of those that came before, or were lost. A busy video changes often. */
const COMMENTS_EVERY_MS = 60 * 60_000;

/**
 * Reads what hangs on a video of elsewhere: how many like and dislike it, its chapters, and which comments are there; those that
 * aren't known are fetched by tasks of their own. What its origin hasn't, is left as it is; throws where it can't be asked now.
 */
export async function syncVideo(deps: Deps, videoUrl: string): Promise<void> {
  const known = await findRemoteVideo(deps.database, videoUrl);
  if (known === undefined) {
    return;
  }
  const { likesUrl, dislikesUrl, chaptersUrl, commentsUrl, commentsReadAt } = known.details;
  const [likes, dislikes] = await Promise.all([countOf(deps, likesUrl), countOf(deps, dislikesUrl)]);
  await writeRateCounts(deps.database, known.id, {
    ...(likes !== undefined && { likes }),
    ...(dislikes !== undefined && { dislikes }),
  });
  await readChapters(deps, known.id, chaptersUrl);
  if (commentsUrl !== null && deps.now() - (commentsReadAt ?? 0) >= COMMENTS_EVERY_MS) {
    await readComments(deps, commentsUrl);
    await noteCommentsRead(deps.database, known.id, deps.now());
  }
}

async function countOf(deps: Deps, url: string | null): Promise<number | undefined> {
  const collection = url === null ? undefined : await fetchCollection(deps, url);
  if (collection?.ok === false) {
    note(url, collection.error);
  }
  return collection?.ok ? collection.value.totalItems : undefined;
}

async function readChapters(deps: Deps, videoId: number, url: string | null): Promise<void> {
  if (url === null) {
    return;
  }
  const fetched = await fetchDocument(deps, url);
  if (!fetched.ok) {
    note(url, fetched.error);
    return;
  }
  const chapters = parseChapters(fetched.value.document);
  if (chapters.ok) {
    await replaceChapters(deps.database, videoId, chapters.value);
  }
}

async function readComments(deps: Deps, url: string): Promise<void> {
  const ids = await collectIds(deps, url, MAX_COMMENT_PAGES);
  if (ids.ok) {
    const elsewhere = ids.value.filter((id) => !isLocalId(deps.publicUrl, id));
    const known = await knownComments(deps.database, elsewhere);
    const unknown = elsewhere.filter((id) => !known.has(id));
    await askFor(deps, ...unknown.map((commentUrl): Task => ({ kind: "fetch-comment", commentUrl })));
  } else {
    note(url, ids.error);
  }
}

function note(url: string | null, refusal: RemoteRefusal): void {
  throwIfTransient(refusal);
  console.warn("a video's collection can't be read", url, refusal.why);
}
