import { localActorsByTurn } from "../../storage/d1/actors";
import { deleteOldLetters } from "../../storage/d1/dead-letters";
import { deleteOldDeliveries, neededActivities } from "../../storage/d1/deliveries";
import { deleteOldEvents } from "../../storage/d1/federation-events";
import { deleteOldTombstones } from "../../storage/d1/tombstones";
import { actorObjectName } from "../../protocol/activitystreams/local-actors";
import { localActorOfRow } from "../actors/local";
import type { Deps } from "../deps";

const DAY_MS = 24 * 3_600_000;
/** How long what was given up can be replayed, and what happened can be read. */
const KEPT_DAYS = 30;
/** Tombstones are for activities that come late; a year is longer than anybody tries. */
const TOMBSTONE_DAYS = 365;
/** Each actor has its turn once a week: asking all of them every day would cost more than what they keep. */
const TURNS = 7;

/** Forgets what nobody needs any more: what was given up a month ago, kept activities that no delivery needs, old events and tombstones. */
export async function forgetOldFederation(deps: Deps): Promise<void> {
  const now = deps.now();
  const before = now - KEPT_DAYS * DAY_MS;
  await deleteOldDeliveries(deps.database, before);
  await deleteOldLetters(deps.database, before);
  await deleteOldEvents(deps.database, before);
  await deleteOldTombstones(deps.database, now - TOMBSTONE_DAYS * DAY_MS);
  const turn = Math.floor(now / DAY_MS) % TURNS;
  for (const row of await localActorsByTurn(deps.database, { turn, turns: TURNS })) {
    const actor = localActorOfRow(row);
    if (actor !== undefined) {
      const name = actorObjectName(actor);
      await deps.actorObject(name).forgetActivities(before, await neededActivities(deps.database, name));
    }
  }
}
