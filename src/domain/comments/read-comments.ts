import type { CommentThreadsQuery } from "../../contract/comment";
import { listReplies, listThreads, loadThread, type CommentRecord, type CommentViewer } from "../../storage/d1/comment-reads";
import type { VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import type { SignedInUser } from "../users/signed-in-user";
import { mayManage } from "../videos/visibility";

/** A page of the threads under a video that `user` may watch, each by its first comment, and how many there are. */
export async function getThreads(
  deps: Pick<Deps, "database">,
  video: VideoRecord,
  user: SignedInUser | undefined,
  query: CommentThreadsQuery,
): Promise<{ total: number; records: CommentRecord[] }> {
  return await listThreads(deps.database, ownedBy(video), viewerOf(video, user), query);
}

/** How many threads, and how many answers to them, stand on a video's page. */
const PAGE_THREADS = 20;
const PAGE_REPLIES = 200;

/** What stands under a video on its page. */
export interface CommentSection {
  /** How many there are for everybody, answers too. */
  total: number;
  /** There are threads that aren't on the page. */
  more: boolean;
  threads: { first: CommentRecord; replies: CommentRecord[] }[];
}

/** The newest threads with what answers them, in three queries however many there are; in none where there is none. */
export async function getCommentSection(
  deps: Pick<Deps, "database">,
  video: VideoRecord,
  user: SignedInUser | undefined,
): Promise<CommentSection> {
  if (video.video.comments === 0 && user === undefined) {
    return { total: 0, more: false, threads: [] };
  }
  const viewer = viewerOf(video, user);
  const page = { start: 0, count: PAGE_THREADS, sort: { field: "createdAt", descending: true } } as const;
  const { total, records } = await listThreads(deps.database, ownedBy(video), viewer, page);
  const threadIds = records.map(({ comment }) => comment.id);
  const replies = threadIds.length === 0 ? [] : await listReplies(deps.database, ownedBy(video), threadIds, viewer, PAGE_REPLIES);
  const byThread = Map.groupBy(replies, ({ comment }) => comment.threadId);
  return {
    total: video.video.comments,
    more: total > records.length,
    threads: records.map((first) => ({ first, replies: byThread.get(first.comment.id) ?? [] })),
  };
}

export interface ThreadNode {
  record: CommentRecord;
  children: ThreadNode[];
}

/** A thread as a tree, the oldest answers first; undefined where there is none to see. */
export async function getThread(
  deps: Pick<Deps, "database">,
  video: VideoRecord,
  user: SignedInUser | undefined,
  threadId: number,
): Promise<ThreadNode | undefined> {
  return treeOf(await loadThread(deps.database, ownedBy(video), threadId, viewerOf(video, user)));
}

/**
 * The tree of a thread's comments, of which the first is the root and each comes after what it answers. A deleted one is
 * left out where nothing answers it; an answer to what isn't there isn't shown.
 */
export function treeOf(records: CommentRecord[]): ThreadNode | undefined {
  const nodes = new Map<number, ThreadNode>();
  for (const record of records) {
    nodes.set(record.comment.id, { record, children: [] });
  }
  for (const node of nodes.values()) {
    const parent = node.record.comment.inReplyToId;
    if (parent !== null) {
      nodes.get(parent)?.children.push(node);
    }
  }
  const first = records[0];
  const root = first && nodes.get(first.comment.id);
  return root && isWorthShowing(root) ? root : undefined;
}

/** Prunes what was deleted and has no answers, from the leaves on. */
function isWorthShowing(node: ThreadNode): boolean {
  node.children = node.children.filter(isWorthShowing);
  return node.record.comment.deletedAt === null || node.children.length > 0;
}

function ownedBy({ video, account }: VideoRecord): { id: number; ownerAccountId: number } {
  return { id: video.id, ownerAccountId: account.id };
}

function viewerOf(video: VideoRecord, user: SignedInUser | undefined): CommentViewer {
  return { accountId: user?.accountId, seesHeld: mayManage(video, user) };
}
