import { haveSameHost, idOf } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { findActorByUrl } from "../../storage/d1/actors";
import { advanceHistory, beginHistory, dueHistories, endHistory, findHistory, scheduleReconciliation } from "../../storage/d1/histories";
import { knownVideos, staleVideosOf } from "../../storage/d1/remote-videos";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { askFor } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { fetchCollection } from "./collections";
import { isTransient, throwIfTransient } from "./refusal";

// What a followed actor said before it was followed, and what didn't arrive since: a PeerTube sends each activity once, and never asks
// whether it came. One run reads one page and notes where to go on, so a reading of any length survives whatever ends it.

const MAX_PAGES = 2000;
/** What may come while it is read. An outbox that goes on for longer than it says goes in circles. */
const MAX_MORE_ITEMS = 500;
const MAX_RECONCILED_PAGES = 5;
const RECONCILE_EVERY_MS = 6 * 60 * 60_000;
/** Videos that nobody spoke of for so long are asked for again, a few at a time: they may have changed, or gone. */
const STALE_MS = 2 * 24 * 60 * 60_000;
const STALE_PER_RUN = 50;
const SWEEP_LIMIT = 50;

/** Of one actor six hours, give or take one: not all at the same time. */
function nextReconciliation(now: number): number {
  return now + RECONCILE_EVERY_MS + Math.round((Math.random() - 0.5) * 2 * 60 * 60_000);
}

/** Reads the next page of a followed actor's outbox, and asks for the page after it. Throws where it can't be asked now. */
export async function readHistory(deps: Deps, actorUrl: string): Promise<void> {
  const actor = await findActorByUrl(deps.database, actorUrl);
  if (actor === undefined || actor.outboxUrl === null) {
    return;
  }
  const history = await findHistory(deps.database, actor.id);
  if (history?.state !== "running" || history.nextPageUrl === null) {
    await begin(deps, actor, actor.outboxUrl);
    return;
  }
  const page = await fetchCollection(deps, history.nextPageUrl);
  if (!page.ok) {
    throwIfTransient(page.error);
    await finish(deps, actor, 0, page.error.why);
    return;
  }
  await fetchMissing(deps, actor, page.value.items);
  const { next, items } = page.value;
  const isTooLong = history.totalItems !== null && history.itemsRead + items.length > history.totalItems + MAX_MORE_ITEMS;
  if (next === undefined || items.length === 0 || isTooLong || history.pagesRead + 1 >= MAX_PAGES) {
    await finish(deps, actor, items.length, null);
    return;
  }
  await advanceHistory(deps.database, actor.id, { nextPageUrl: next, items: items.length });
  await askFor(deps, { kind: "read-history", actorUrl });
}

async function begin(deps: Deps, actor: ActorRow, outboxUrl: string): Promise<void> {
  const outbox = await fetchCollection(deps, outboxUrl);
  const now = deps.now();
  if (!outbox.ok) {
    throwIfTransient(outbox.error);
    await beginHistory(deps.database, actor.id, { nextPageUrl: null, totalItems: null, now });
    await finish(deps, actor, 0, outbox.error.why);
    return;
  }
  const { first, totalItems, items } = outbox.value;
  const within = [...items, ...(typeof first === "object" ? itemsOf(first) : [])];
  await fetchMissing(deps, actor, within);
  const nextPageUrl = typeof first === "string" ? first : null;
  await beginHistory(deps.database, actor.id, { nextPageUrl, totalItems: totalItems ?? null, now });
  if (nextPageUrl === null) {
    await finish(deps, actor, within.length, null);
    return;
  }
  await askFor(deps, { kind: "read-history", actorUrl: actor.url });
}

function itemsOf(page: JsonObject): unknown[] {
  const items = page["orderedItems"] ?? page["items"];
  return Array.isArray(items) ? items : [];
}

async function finish(deps: Deps, actor: ActorRow, items: number, error: string | null): Promise<void> {
  const now = deps.now();
  await endHistory(deps.database, actor.id, { items, error, now, reconcileAt: nextReconciliation(now) });
}

/** Asks for the videos that a page's activities tell of and that aren't here, or are here as they were before; says how many. */
async function fetchMissing(deps: Deps, actor: ActorRow, items: unknown[]): Promise<number> {
  const told = items.flatMap((item) => videoOf(item, actor) ?? []).filter(({ videoUrl }) => !isLocalId(deps.publicUrl, videoUrl));
  const known = await knownVideos(
    deps.database,
    told.map(({ videoUrl }) => videoUrl),
  );
  const tasks = told
    .filter(({ videoUrl, updatedAt }) => {
      const row = known.get(videoUrl);
      return row === undefined || (updatedAt !== undefined && updatedAt > row.updatedAt);
    })
    .map(({ videoUrl, announceUrl }): Task => ({
      kind: "fetch-video",
      videoUrl,
      ...(announceUrl !== undefined && { announceUrl, announcerUrl: actor.url }),
    }));
  await askFor(deps, ...tasks);
  return tasks.length;
}

interface ToldVideo {
  videoUrl: string;
  announceUrl?: string;
  /** Milliseconds, where the video is embedded. */
  updatedAt?: number;
}

/** The video that an outbox's activity tells of: a Create by somebody of the outbox's host, or an Announce of whatever video. */
function videoOf(item: unknown, outboxOwner: ActorRow): ToldVideo | undefined {
  if (typeof item !== "object" || item === null) {
    return undefined;
  }
  const { type, id, actor, object } = item as Record<string, unknown>;
  const [activityUrl, actorUrl, videoUrl] = [idOf(id), idOf(actor), idOf(object)];
  if (actorUrl === undefined || videoUrl === undefined || !haveSameHost(actorUrl, outboxOwner.url)) {
    return undefined;
  }
  if (type === "Announce") {
    return { videoUrl, ...(activityUrl !== undefined && actorUrl === outboxOwner.url && { announceUrl: activityUrl }) };
  }
  const video = typeof object === "object" && object !== null ? (object as Record<string, unknown>) : undefined;
  if (type !== "Create" || video?.["type"] !== "Video") {
    return undefined;
  }
  const updatedAt = Date.parse(String(video["updated"]));
  return { videoUrl, ...(!Number.isNaN(updatedAt) && { updatedAt }) };
}

/**
 * Compares the newest pages of a followed actor's outbox with what is here, until a page holds nothing new, and asks for what is
 * missing; and for videos of its host that nobody spoke of for long. Throws where it can't be asked now.
 */
export async function reconcileHistory(deps: Deps, actorUrl: string): Promise<void> {
  const actor = await findActorByUrl(deps.database, actorUrl);
  if (actor === undefined || actor.outboxUrl === null || actor.host === null) {
    return;
  }
  const outbox = await fetchCollection(deps, actor.outboxUrl);
  let error: string | null = outbox.ok ? null : outbox.error.why;
  let next = outbox.ok ? outbox.value.first : undefined;
  for (let read = 0; next !== undefined && read < MAX_RECONCILED_PAGES; read++) {
    if (typeof next === "object") {
      await fetchMissing(deps, actor, itemsOf(next));
      break;
    }
    const page = await fetchCollection(deps, next);
    if (!page.ok) {
      error = page.error.why;
      break;
    }
    const missing = await fetchMissing(deps, actor, page.value.items);
    next = missing === 0 ? undefined : page.value.next;
  }
  if (!outbox.ok && isTransient(outbox.error)) {
    throwIfTransient(outbox.error);
  }
  const now = deps.now();
  const stale = await staleVideosOf(deps.database, actor.host, now - STALE_MS, STALE_PER_RUN);
  await askFor(deps, ...stale.map((videoUrl): Task => ({ kind: "fetch-video", videoUrl })));
  await scheduleReconciliation(deps.database, actor.id, nextReconciliation(now), error);
}

/** Asks for the comparisons that are due. */
export async function sweepHistories(deps: Deps): Promise<void> {
  const now = deps.now();
  for (const { actorId, url } of await dueHistories(deps.database, now, SWEEP_LIMIT)) {
    await scheduleReconciliation(deps.database, actorId, nextReconciliation(now), null);
    await askFor(deps, { kind: "reconcile", actorUrl: url });
  }
}
