import { z } from "zod";
import { hostOfId, idOf } from "../../protocol/activitystreams/ids";
import { actorObjectName, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { loadOwnedVideo } from "../../storage/d1/outgoing";
import { localActorOfAccount, localActorOfChannel } from "../actors/local";
import { dispatch } from "../deliveries/dispatch";
import type { Deps } from "../deps";
import type { Task } from "../tasks/task";

const forwardedSchema = z.looseObject({ type: z.string() });

/**
 * Sends another's activity about a local video on to the video's followers, byte for byte: its author's own signature must
 * hold there. The requests are signed by the instance. Where the video is gone there is nobody to send it to.
 */
export async function forwardActivity(deps: Deps, task: Extract<Task, { kind: "forward" }>): Promise<void> {
  const { activityId, body, videoUuid, exceptHost } = task;
  const owned = await loadOwnedVideo(deps.database, videoUuid);
  if (owned === undefined || owned.video.url !== null) {
    return;
  }
  const activity: JsonObject & { id: string; type: string } = {
    ...(forwardedSchema.parse(JSON.parse(body)) as JsonObject & { type: string }),
    id: activityId,
  };
  await deps.actorObject(actorObjectName(INSTANCE_ACTOR)).keep(activityId, body);
  await dispatch(deps, {
    actor: INSTANCE_ACTOR,
    activity,
    objectId: idOf(activity["object"]),
    to: {
      followersOf: [localActorOfAccount(owned.owner), localActorOfChannel(owned.channel), INSTANCE_ACTOR],
      exceptHosts: [exceptHost, hostOfId(activityId)],
    },
    also: undefined,
    again: undefined,
  });
}
