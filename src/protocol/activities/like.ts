import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";
import { privateAudience } from "./audience";

/** An account's Like of a video; it goes to the video's owner alone, whose instance counts it. */
export function likeActivity(parts: { id: string; actor: string; object: string; owner: string }): Activity {
  const { id, actor, object, owner } = parts;
  return { "@context": contextOf(), ...privateAudience(owner), id, type: "Like", actor, object };
}
