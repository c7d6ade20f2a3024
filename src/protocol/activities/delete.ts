import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";
import type { Audience } from "./audience";

/** A Delete of what has the id `object`. */
export function deleteActivity(parts: { id: string; actor: string; object: string; audience: Audience }): Activity {
  const { id, actor, object, audience } = parts;
  return { "@context": contextOf(), to: audience.to, cc: audience.cc, type: "Delete", id, actor, object };
}
