import type { Activity, JsonObject, JsonValue } from "../activitystreams/types";
import type { Audience } from "./audience";
import { withoutContext } from "./envelope";

/** Takes an activity back, which it carries whole: PeerTube drops an Undo of a bare id. */
export function undoActivity(parts: {
  actor: string;
  undone: JsonObject & { id: string };
  audience?: Audience;
  context: JsonValue;
}): Activity {
  const { actor, undone, audience, context } = parts;
  const { signature: _signature, proof: _proof, ...object } = withoutContext(undone);
  return { "@context": context, ...audience, type: "Undo", id: `${undone.id}/undo`, actor, object };
}
