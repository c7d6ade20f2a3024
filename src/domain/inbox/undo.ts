import { hostOfId, idOf, normalizeId } from "../../protocol/activitystreams/ids";
import { actorObjectName, localActorOf } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { isObject } from "../../protocol/activities/incoming";
import { findActivityOf } from "../../storage/d1/inbox-reads";
import { writeShare } from "../../storage/d1/shares";
import { layTombstone } from "../../storage/d1/tombstones";
import { findActorRow } from "../actors/local";
import type { Deps } from "../deps";
import { setRate } from "../rates/set-rate";
import { receiveRate } from "./rate";
import { APPLIED, ignored, UNCHANGED, type Outcome, type Received } from "./received";
import { findVideoNamed, passOn } from "./subjects";

/** An actor takes back what it did: the activity is within, or only its id is. One that comes before what it undoes is remembered. */
export async function receiveUndo(deps: Deps, received: Received): Promise<Outcome> {
  const { activity, author } = received;
  const inner = Array.isArray(activity.object) && activity.object.length === 1 ? (activity.object[0] ?? null) : activity.object;
  if (!isObject(inner)) {
    const id = typeof inner === "string" && normalizeId(inner) !== undefined ? inner : undefined;
    return id === undefined ? ignored("it says not what is undone") : await undoById(deps, received, id);
  }
  if (inner["actor"] !== undefined && idOf(inner["actor"]) !== author.url) {
    return ignored("it isn't the actor's own activity");
  }
  switch (inner["type"]) {
    case "Follow":
      return await undoFollow(deps, received, idOf(inner["object"] ?? null));
    case "Like":
    case "Dislike":
      return await receiveRate(deps, received, { object: inner["object"] ?? null, rating: 0, url: activityIdOf(inner) });
    case "Announce":
      return await undoAnnounce(deps, received, inner);
    default:
      return ignored("nothing that is kept here is undone");
  }
}

function activityIdOf({ id }: JsonObject): string | undefined {
  return typeof id === "string" && normalizeId(id) !== undefined ? id : undefined;
}

async function undoFollow(deps: Deps, { author, saidAt }: Received, targetUrl: string | undefined): Promise<Outcome> {
  const target = targetUrl === undefined ? undefined : localActorOf(deps.publicUrl, targetUrl);
  // Asked first, so that names which nobody has don't make objects.
  if (target === undefined || targetUrl === undefined || (await findActorRow(deps, targetUrl)) === undefined) {
    return ignored("nobody of here was followed");
  }
  await deps.actorObject(actorObjectName(target)).removeFollower(author.url, saidAt);
  return APPLIED;
}

async function undoAnnounce(deps: Deps, received: Received, announce: JsonObject): Promise<Outcome> {
  const { author, saidAt } = received;
  const videoUrl = idOf(announce["object"] ?? null);
  const announceId = activityIdOf(announce);
  if (videoUrl === undefined || announceId === undefined || hostOfId(announceId) !== author.host) {
    return ignored("it says not what was announced");
  }
  const video = await findVideoNamed(deps, videoUrl);
  if (video === undefined) {
    await layTombstone(deps.database, announceId, saidAt);
    return APPLIED;
  }
  if (!(await writeShare(deps.database, { videoId: video.id, actorId: author.id, url: announceId, shared: false, saidAt }))) {
    return UNCHANGED;
  }
  await passOn(deps, received, video);
  return APPLIED;
}

/** Some instances send no more than the id: it is looked up among what the actor did. */
async function undoById(deps: Deps, received: Received, id: string): Promise<Outcome> {
  const { author, saidAt } = received;
  if (hostOfId(id) !== author.host) {
    return ignored("it isn't the actor's own activity");
  }
  const { rate, share, follow } = await findActivityOf(deps.database, author, id);
  if (follow !== undefined) {
    return await undoFollow(deps, received, follow.targetUrl);
  }
  if (rate !== undefined && author.accountId !== null) {
    const outcome = await setRate(deps, { accountId: author.accountId, videoId: rate.videoId, rating: 0, saidAt, url: id });
    return outcome === "changed" ? APPLIED : UNCHANGED;
  }
  if (share !== undefined) {
    const written = await writeShare(deps.database, { ...share, actorId: author.id, shared: false, saidAt });
    return written ? APPLIED : UNCHANGED;
  }
  await layTombstone(deps.database, id, saidAt);
  return UNCHANGED;
}
