import { ABUSE_REASONS, type AbuseReason } from "../../contract/abuse";
import { hostOfId, idOf, normalizeId } from "../../protocol/activitystreams/ids";
import { localActorOf } from "../../protocol/activitystreams/local-actors";
import { localCommentOf, localVideoOf } from "../../protocol/activitystreams/local-objects";
import type { JsonObject, JsonValue } from "../../protocol/activitystreams/types";
import { isObject } from "../../protocol/activities/incoming";
import { findAccount } from "../../storage/d1/accounts";
import { findComment } from "../../storage/d1/comments";
import { findKnownObject } from "../../storage/d1/inbox-reads";
import { storeRemoteAbuse, type RemoteAbuse } from "../abuses/store-abuse";
import type { Deps } from "../deps";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";
import { findVideoNamed } from "./subjects";

/** PeerTube's. */
const MAX_REASON_LENGTH = 3000;
/** Mastodon lists the account and the posts. */
const MAX_OBJECTS = 20;

/** Another instance reports something of here: a video, a comment or an account. Of several the first that is here counts. */
export async function receiveFlag(deps: Deps, { activity, author }: Received): Promise<Outcome> {
  const url = normalizeId(activity.id);
  const { content } = activity.document;
  const objects = (Array.isArray(activity.object) ? activity.object : [activity.object]).slice(0, MAX_OBJECTS);
  if (url === undefined || (content !== undefined && content !== null && typeof content !== "string")) {
    return ignored("the report can't be read");
  }
  for (const about of await Promise.all(objects.map(async (object) => await reported(deps, object, activity.document)))) {
    if (about !== undefined) {
      const outcome = await storeRemoteAbuse(deps, {
        // The fragment tells an actor's reports apart.
        url: activity.id,
        reporterAccountId: author.accountId,
        about,
        reason: (content ?? "").slice(0, MAX_REASON_LENGTH),
        predefinedReasons: reasonsOf(activity.document["tag"] ?? null),
      });
      return outcome === "stored" ? APPLIED : UNCHANGED;
    }
  }
  return ignored("nothing of here is reported");
}

async function reported(deps: Deps, object: JsonValue, flag: JsonObject): Promise<RemoteAbuse["about"] | undefined> {
  const id = idOf(object);
  if (id === undefined || hostOfId(id) !== new URL(deps.publicUrl).host) {
    return id === undefined ? undefined : await reportedOfElsewhere(deps, id);
  }
  if (localVideoOf(deps.publicUrl, id) !== undefined) {
    const video = await findVideoNamed(deps, id);
    return video && { videoId: video.id, startAt: secondsOf(flag["startAt"]), endAt: secondsOf(flag["endAt"]) };
  }
  const named = localCommentOf(deps.publicUrl, id);
  if (named !== undefined) {
    const comment = await findComment(deps.database, named.commentId);
    return comment?.url === null ? { commentId: comment.id } : undefined;
  }
  const actor = localActorOf(deps.publicUrl, id);
  const account = actor?.kind === "account" ? await findAccount(deps.database, { name: actor.name, host: null }) : undefined;
  return account && { accountId: account.id };
}

/** A comment of elsewhere on a video of here is ours to judge, too. */
async function reportedOfElsewhere(deps: Deps, id: string): Promise<RemoteAbuse["about"] | undefined> {
  const known = await findKnownObject(deps.database, id);
  return known?.kind === "comment" ? { commentId: known.id } : undefined;
}

function secondsOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" && value >= 0 && Number.isFinite(value) ? Math.floor(value) : null;
}

function reasonsOf(tag: JsonValue): AbuseReason[] {
  const names = (Array.isArray(tag) ? tag : [tag]).map((entry) => (isObject(entry) ? entry["name"] : undefined));
  return ABUSE_REASONS.filter((reason) => names.includes(reason));
}
