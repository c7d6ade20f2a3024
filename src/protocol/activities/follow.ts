import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";

/** A wish to be sent what `object`, an actor, says. */
export function followActivity({ id, actor, object }: { id: string; actor: string; object: string }): Activity {
  return { "@context": contextOf(), type: "Follow", id, actor, object };
}
