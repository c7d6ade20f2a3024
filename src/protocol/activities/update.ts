import type { Activity, JsonObject, JsonValue } from "../activitystreams/types";
import { withoutContext } from "./envelope";
import type { Audience } from "./audience";

/** An Update that carries the object as it is now. */
export function updateActivity(parts: { id: string; actor: string; object: JsonObject; audience: Audience; context: JsonValue }): Activity {
  const { id, actor, object, audience, context } = parts;
  return { "@context": context, to: audience.to, cc: audience.cc, type: "Update", id, actor, object: withoutContext(object) };
}
