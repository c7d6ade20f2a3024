import type { Activity, JsonObject, JsonValue } from "../activitystreams/types";
import { withoutContext } from "./envelope";

/** A Create of `object`, addressed as that is. PeerTube reads the object that is embedded, and has no use for a bare id. */
export function createActivity(parts: { id: string; actor: string; object: JsonObject; context: JsonValue }): Activity {
  const { id, actor, object, context } = parts;
  return { "@context": context, to: object["to"] ?? [], cc: object["cc"] ?? [], type: "Create", id, actor, object: withoutContext(object) };
}
