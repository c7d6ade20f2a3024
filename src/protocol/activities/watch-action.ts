import { contextOf } from "../activitystreams/context";
import type { Activity, JsonObject } from "../activitystreams/types";
import { privateAudience } from "./audience";
import { createActivity } from "./create";

export interface WatchActionParts {
  /** Of the WatchAction; its Create's is derived. */
  id: string;
  uuid: string;
  actor: string;
  /** The video. */
  object: string;
  owner: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
  /** In seconds. */
  sections: { start: number; end: number }[];
}

/** Which parts of another instance's video somebody watched here, without a word of who it was. */
export function watchActionActivity(parts: WatchActionParts): Activity {
  const { id, uuid, actor, object, owner, startedAt, endedAt, sections } = parts;
  const watched = sections.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0);
  const action: JsonObject = {
    ...privateAudience(owner),
    id,
    type: "WatchAction",
    duration: `PT${Math.round(watched)}S`,
    startTime: new Date(startedAt).toISOString(),
    endTime: new Date(endedAt).toISOString(),
    object,
    uuid,
    actionStatus: "CompletedActionStatus",
    watchSections: sections.map(({ start, end }) => ({ startTimestamp: Math.floor(start), endTimestamp: Math.ceil(end) })),
  };
  return createActivity({ id: `${id}/activity`, actor, object: action, context: contextOf("watchAction") });
}
