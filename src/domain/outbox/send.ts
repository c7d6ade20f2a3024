import { actorObjectName, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { Activity } from "../../protocol/activitystreams/types";
import type { Statement } from "../../storage/d1/tasks";
import type { Deps } from "../deps";
import { dispatch, type Recipients } from "../deliveries/dispatch";

export type { Recipients };

export interface Outgoing {
  actor: LocalActor;
  activity: Activity;
  /** What it is about, in normal form: a newer Update replaces Updates of it that wait, a Delete all that tells of it. */
  objectId?: string | undefined;
  /** Whether it stands in the actor's outbox collection. */
  listed?: boolean | undefined;
  to: Recipients;
  /**
   * What is written in one transaction with the deliveries, and fails where another run was first. Without it the
   * activity's id is remembered, and sending it again does nothing.
   */
  also?: Statement[] | undefined;
  /** Sends it again, though its id was sent before: a Follow that is asked for once more. */
  again?: boolean | undefined;
}

/**
 * Has an activity signed by its actor's object and writes what must be delivered. Doing it again sends nothing again; cut off
 * anywhere, doing it again loses nothing. Throws what a statement of `also` throws, and then nothing is written.
 */
export async function send(deps: Deps, { actor, activity, objectId, listed, to, also, again }: Outgoing): Promise<void> {
  await deps.actorObject(actorObjectName(actor)).record(activity, { listed: listed ?? false });
  await dispatch(deps, { actor, activity, objectId, to, also, again });
}
