import { contextOf } from "../activitystreams/context";
import { PUBLIC_AUDIENCE } from "../activitystreams/ids";
import type { Activity } from "../activitystreams/types";

/** A channel's or the instance's word that there is a video: how those who follow them, and not its account, hear of it. */
export function announceActivity(parts: { id: string; actor: string; object: string; followers: string[] }): Activity {
  const { id, actor, object, followers } = parts;
  return { "@context": contextOf(), to: [PUBLIC_AUDIENCE, ...followers], cc: [], type: "Announce", id, actor, object };
}
