import { actorObjectName, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { Activity, JsonObject, JsonValue } from "../../protocol/activitystreams/types";
import { findSnapshot, isSnapshotConflict, snapshotStatement } from "../../storage/d1/federated-objects";
import type { Deps } from "../deps";
import { dispatch } from "../deliveries/dispatch";
import type { Recipients } from "./send";

// What others are told of an object of here is found by comparing: its state now, and the snapshot of what they were told last.
// Each step is one activity. It and the snapshot after it are written together, so whatever is cut off, a later run goes on
// where that one stopped, and tells nothing twice.

/** One activity, and what others know once they have it. */
export interface Step<Snapshot> {
  actor: LocalActor;
  activity: Activity;
  /** What it is about: of several Updates that wait only the newest is sent. */
  objectId: string;
  /** Whether it stands in the actor's outbox collection. */
  listed?: boolean;
  /** Ids of activities that don't stand there any more. */
  unlists?: { actor: LocalActor; ids: string[] }[];
  to: Recipients;
  /** `kept` is the activity as it was signed: should the id have been used before, what was signed then. */
  snapshot: (kept: JsonObject) => Snapshot | Promise<Snapshot>;
}

/** More than any one object ever needs; what goes on beyond it doesn't end. */
const MAX_STEPS = 50;

/**
 * Tells others what they don't know yet of one object. `load` gives its state now, `next` the next step from what they know
 * (undefined: nothing yet) to that, undefined where there is none. Throws where a step fails: the rest is told by a later run.
 */
export async function tell<Now, Snapshot>(
  deps: Deps,
  { kind, subject }: { kind: string; subject: string },
  load: () => Promise<Now>,
  next: (now: Now, told: Snapshot | undefined) => Step<Snapshot> | undefined | Promise<Step<Snapshot> | undefined>,
): Promise<void> {
  let now = await load();
  for (let taken = 0; taken < MAX_STEPS; taken++) {
    const seen = await findSnapshot(deps.database, kind, subject);
    const step = await next(now, seen && (JSON.parse(seen.snapshot) as Snapshot));
    if (step === undefined) {
      return;
    }
    const kept = await deps.actorObject(actorObjectName(step.actor)).record(step.activity, { listed: step.listed ?? false });
    const snapshot = JSON.stringify(await step.snapshot(kept));
    for (const { actor, ids } of step.unlists ?? []) {
      await deps.actorObject(actorObjectName(actor)).unlist(ids);
    }
    try {
      const { actor, objectId, to } = step;
      const also = [snapshotStatement(deps.database, { kind, subject, snapshot, seen, now: deps.now() })];
      await dispatch(deps, { actor, activity: kept as Activity, objectId, to, also, again: undefined });
    } catch (error) {
      if (!isSnapshotConflict(error)) {
        throw error;
      }
      // Another run of the same told something meanwhile, perhaps of a newer state.
      now = await load();
    }
  }
  throw new Error(`There is no end to what is to be told of ${kind} ${subject}.`);
}

/** A short name of a document's content, whatever the order of its keys; for telling whether it changed. */
export async function hashOfDocument(document: JsonValue): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(document, sortKeys));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...hash));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
