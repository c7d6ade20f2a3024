import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";
import { privateAudience } from "./audience";

/** One view of another instance's video, told to that instance by ours. */
export function viewActivity(parts: { id: string; actor: string; object: string; owner: string }): Activity {
  const { id, actor, object, owner } = parts;
  return { "@context": contextOf("view"), ...privateAudience(owner), id, type: "View", actor, object };
}
