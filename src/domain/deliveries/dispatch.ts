import { haveSameHost, hostOfId, idOf, normalizeId } from "../../protocol/activitystreams/ids";
import { actorObjectName, actorPath, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import {
  insertDeliveriesStatement,
  isSentBefore,
  markSentStatement,
  supersedeActivityStatement,
  supersedeAllStatement,
  supersedeUpdatesStatement,
  type NewDelivery,
  type QueuedDelivery,
} from "../../storage/d1/deliveries";
import { findHosts } from "../../storage/d1/hosts";
import type { Statement } from "../../storage/d1/tasks";
import type { Deps } from "../deps";
import { healthOf } from "./health";
import { isResting } from "./policy";
import { INBOXES_PER_MESSAGE } from "./pack-rows";
import { FIRST_QUEUED_MS, queueRows } from "./queue";

/** Who is to have an activity. */
export interface Recipients {
  /** The followers of these local actors. */
  followersOf?: LocalActor[] | undefined;
  inboxes?: string[] | undefined;
  /** Hosts (with their port) that don't get it, such as the one that it came from. */
  exceptHosts?: string[] | undefined;
}

export interface Dispatch {
  /** Whose object keeps the activity and signs the requests. */
  actor: LocalActor;
  activity: JsonObject & { id: string; type: string };
  /** What it is about. */
  objectId: string | undefined;
  to: Recipients;
  /** Written in one transaction with the deliveries, and failing where another run was first. */
  also: Statement[] | undefined;
  /** Whether it goes out though it did before. */
  again: boolean | undefined;
}

/** Rows of one statement, well below what a parameter may hold. */
const ROWS_PER_STATEMENT = 500;

/**
 * Writes what must be delivered of an activity that its actor's object keeps, in one transaction with what it makes needless,
 * and has it sent. An activity that was dispatched before is let be.
 */
export async function dispatch(deps: Deps, { actor, activity, objectId, to, also, again }: Dispatch): Promise<void> {
  const rows = await deliveriesTo(deps, activity.type, await inboxesOf(deps, to));
  const now = deps.now();
  const record = {
    actor: actorPath(actor).slice(1),
    activityId: activity.id,
    activityType: activity.type,
    objectId: objectId ?? null,
    createdAt: now,
  };
  const inserts = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    inserts.push(insertDeliveriesStatement(deps.database, record, rows.slice(at, at + ROWS_PER_STATEMENT)));
  }
  const guards = also ?? (again === true ? [] : [markSentStatement(deps.database, activity.id, now)]);
  const [first, ...rest] = [...guards, ...supersede(deps, activity, objectId), ...inserts];
  if (first === undefined) {
    return;
  }
  let results: unknown[];
  try {
    results = await deps.database.batch([first, ...rest]);
  } catch (error) {
    if (also === undefined && isSentBefore(error)) {
      return;
    }
    throw error;
  }
  const written = inserts.length === 0 ? [] : (results.slice(-inserts.length) as QueuedDelivery[][]).flat();
  await queueRows(
    deps,
    written.filter(({ queuedUntil }) => queuedUntil !== null),
    now,
  );
}

/** What a blocked host is still sent: that its followers are rejected. */
export function reachesBlocked(activityType: string): boolean {
  return activityType === "Reject";
}

/** What needn't be delivered any more once this is. */
function supersede(deps: Deps, activity: Dispatch["activity"], objectId: string | undefined): Statement[] {
  const about = activity.type === "Undo" ? idOf(activity["object"]) : objectId;
  // What is forwarded for others makes nothing needless that is said of objects elsewhere.
  if (about === undefined || !haveSameHost(about, activity.id)) {
    return [];
  }
  switch (activity.type) {
    case "Update":
      return [supersedeUpdatesStatement(deps.database, about, activity.id)];
    case "Delete":
      return [supersedeAllStatement(deps.database, about)];
    case "Undo":
      return [supersedeActivityStatement(deps.database, about)];
    default:
      return [];
  }
}

/** All inboxes, each once. */
async function inboxesOf(deps: Deps, { followersOf = [], inboxes = [], exceptHosts = [] }: Recipients): Promise<Map<string, string>> {
  const lists = await Promise.all(followersOf.map(async (actor) => await deps.actorObject(actorObjectName(actor)).followerInboxes()));
  const excepted = new Set([...exceptHosts, new URL(deps.publicUrl).host]);
  const hosts = new Map<string, string>();
  for (const inbox of [...lists.flat(), ...inboxes]) {
    const url = normalizeId(inbox);
    if (url !== undefined && !excepted.has(hostOfId(url))) {
      hosts.set(url, hostOfId(url));
    }
  }
  return hosts;
}

/**
 * Healthy hosts share rows; one that failed last time has rows of its own, so that it holds up nobody; what is for one that
 * rests is due when its rest ends.
 */
async function deliveriesTo(deps: Deps, activityType: string, inboxes: Map<string, string>): Promise<NewDelivery[]> {
  const now = deps.now();
  const known = await findHosts(deps.database, [...new Set(inboxes.values())], now);
  const queuedUntil = now + FIRST_QUEUED_MS;
  const shared: string[] = [];
  const own: NewDelivery[] = [];
  for (const [inbox, host] of inboxes) {
    const health = healthOf(known, host);
    if (known.blocked.has(host) && !reachesBlocked(activityType)) {
      continue;
    }
    if (isResting(health, now)) {
      own.push({ inboxes: [inbox], host, dueAt: health.restingUntil ?? now, queuedUntil: null });
    } else if (health.failures > 0) {
      own.push({ inboxes: [inbox], host, dueAt: now, queuedUntil });
    } else {
      shared.push(inbox);
    }
  }
  const rows: NewDelivery[] = [];
  for (let at = 0; at < shared.length; at += INBOXES_PER_MESSAGE) {
    const few = shared.slice(at, at + INBOXES_PER_MESSAGE);
    const [only] = few;
    rows.push({ inboxes: few, host: few.length === 1 && only !== undefined ? hostOfId(only) : null, dueAt: now, queuedUntil });
  }
  return [...rows, ...own];
}
