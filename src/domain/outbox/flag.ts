import { flagActivity } from "../../protocol/activities/flag";
import { actorUrls } from "../../protocol/activitystreams/local-actors";
import { actorOfAccount } from "../../storage/d1/actors";
import { loadOutgoingAbuse, originActorOfVideo, type OutgoingAbuse } from "../../storage/d1/outgoing";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { localActorOfAccount } from "../actors/local";
import type { Deps } from "../deps";
import { sharedInboxOf } from "./recipients";
import { send } from "./send";

/** Sends the report of a user of here to the instance that what is reported is of; what is of here isn't sent. */
export async function sendFlag(deps: Deps, abuseId: number): Promise<void> {
  const found = await loadOutgoingAbuse(deps.database, abuseId);
  const reported = found && (await reportedThing(deps, found));
  const reporter = found?.reporter ?? undefined;
  if (found === undefined || reported === undefined || reporter === undefined || reporter.host !== null) {
    return;
  }
  const { abuse } = found;
  const actor = localActorOfAccount(reporter);
  const { url } = actorUrls(deps.publicUrl, actor);
  const activity = flagActivity({
    id: `${url}/flags/${abuse.id}`,
    actor: url,
    object: reported.url,
    owner: reported.owner.url,
    content: abuse.reason,
    reasons: JSON.parse(abuse.predefinedReasons) as string[],
    startAt: abuse.startAt,
    endAt: abuse.endAt,
  });
  await send(deps, { actor, activity, to: { inboxes: [sharedInboxOf(reported.owner)] } });
}

/** What is reported, by its id, and somebody of its instance; undefined where it is of here, or gone. */
async function reportedThing(deps: Deps, found: OutgoingAbuse): Promise<{ url: string; owner: ActorRow } | undefined> {
  const { abuse, comment, video, channel } = found;
  if (abuse.accountId !== null) {
    const owner = await actorOfAccount(deps.database, abuse.accountId);
    return owner && owner.host !== null ? { url: owner.url, owner } : undefined;
  }
  const url = comment === null ? video?.url : comment.url;
  const author = comment === null || comment.accountId === null ? undefined : await actorOfAccount(deps.database, comment.accountId);
  const owner = author ?? (channel === null ? undefined : await originActorOfVideo(deps.database, channel));
  return url && owner && owner.host !== null ? { url, owner } : undefined;
}
