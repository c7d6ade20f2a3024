import { followActivity } from "../../protocol/activities/follow";
import { undoActivity } from "../../protocol/activities/undo";
import { contextOf } from "../../protocol/activitystreams/context";
import { actorObjectName, actorPath, actorUrls, localActorOf, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { findActorByUrl } from "../../storage/d1/actors";
import { cancelFollowDeliveriesStatement } from "../../storage/d1/blocked-hosts";
import { beginHistoryStatement, findFollowByUrl, findHistories } from "../../storage/d1/follow-lists";
import { findFollow } from "../../storage/d1/follows";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { runStatements } from "../../storage/d1/tasks";
import { ensureLocalActor } from "../actors/local";
import { noteEvent } from "../deliveries/events";
import type { Deps } from "../deps";
import { send } from "../outbox/send";
import { resolveActor, resolveHandle, resolveInstance } from "../remote/actors";
import { throwIfTransient, type RemoteRefusal } from "../remote/refusal";
import { fail, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { isHostBlocked } from "./blocklist";
import { followerOf } from "./followers";
import { parseFollowTarget } from "./host";

/**
 * Looks up whom somebody of here wants to follow, and sends the Follow to its own inbox; asked again, it is sent again. Throws where it can't
 * be reached just now; what can't be followed at all is noted for the administrator.
 */
export async function sendFollow(deps: Deps, task: Extract<Task, { kind: "follow" }>): Promise<void> {
  const follower = await ensureLocalActor(deps, task.follower);
  if (follower === undefined) {
    return;
  }
  const found = await findTarget(deps, task.target);
  if (!found.ok) {
    throwIfTransient(found.error);
    await noteEvent(deps, { kind: "follow-failed", note: `${task.target} can’t be followed: ${found.error.why}.` });
    return;
  }
  const target = found.value;
  if (target.url === follower.url) {
    return;
  }
  if (target.host === null) {
    await followHere(deps, task.follower, follower, target);
    return;
  }
  if (await isHostBlocked(deps, target.host)) {
    await noteEvent(deps, {
      kind: "follow-failed",
      host: target.host,
      note: `${task.target} can’t be followed: ${target.host} is blocked.`,
    });
    return;
  }
  const { state, followId } = await deps.actorObject(actorObjectName(task.follower)).startFollowing(follower.url, target.url);
  if (state === "accepted") {
    return;
  }
  await send(deps, {
    actor: task.follower,
    activity: followActivity({ id: followId, actor: follower.url, object: target.url }),
    objectId: target.url,
    to: { inboxes: [target.inboxUrl] },
    // An Undo that still waits would undo this one, wherever follows are told apart by their actors only.
    also: [cancelFollowDeliveriesStatement(deps.database, actorPath(task.follower).slice(1), target.url)],
  });
}

async function findTarget(deps: Deps, text: string): Promise<Result<ActorRow, RemoteRefusal>> {
  const target = parseFollowTarget(deps.publicUrl, text);
  switch (target?.kind) {
    case undefined:
      return fail({ reason: "invalid", why: "it is neither a host, nor a handle, nor an address" });
    case "host":
      return await resolveInstance(deps, target.host);
    case "handle":
      return await resolveHandle(deps, `${target.name}@${target.host}`);
    case "url": {
      const local = localActorOf(deps.publicUrl, target.url);
      if (local === undefined) {
        return await resolveActor(deps, target.url);
      }
      const row = await ensureLocalActor(deps, local);
      return row === undefined ? fail({ reason: "gone", why: "there is no such account or channel here" }) : { ok: true, value: row };
    }
  }
}

/** Both are of here: nothing needs to be sent or answered. */
async function followHere(deps: Deps, actor: LocalActor, follower: ActorRow, target: ActorRow): Promise<void> {
  const followed = localActorOf(deps.publicUrl, target.url);
  if (followed === undefined) {
    return;
  }
  const object = deps.actorObject(actorObjectName(actor));
  const { followId } = await object.startFollowing(follower.url, target.url);
  const followedObject = deps.actorObject(actorObjectName(followed));
  const follow = async () => await followedObject.follow(followerOf(follower), followId, "accepted", deps.now());
  if ((await follow()) !== "accepted") {
    // It was rejected once; nobody of here is kept out.
    await followedObject.dropFollower(follower.url);
    await follow();
  }
  await object.answerFollowing(target.url, "accepted");
}

/** Begins to follow an actor that is known already, so that lists show it at once; the task sends the Follow. */
export async function beginFollowing(deps: Deps, actor: LocalActor, target: ActorRow): Promise<void> {
  const follower = await ensureLocalActor(deps, actor);
  if (follower === undefined) {
    return;
  }
  if (target.host === null) {
    await followHere(deps, actor, follower, target);
    return;
  }
  const task: Task = { kind: "follow", follower: actor, target: target.url };
  await runStatements(deps.database, [taskStatement(deps, task)]);
  await deps.actorObject(actorObjectName(actor)).startFollowing(follower.url, target.url);
  await nudge(deps, [task]);
}

/** Ends a follow of somebody here; what came by it stays. Says whether there was one. */
export async function endFollowing(deps: Deps, actor: LocalActor, target: ActorRow): Promise<boolean> {
  const known = await findFollow(deps.database, actorUrls(deps.publicUrl, actor).url, target.url);
  if (known === undefined) {
    return false;
  }
  const object = deps.actorObject(actorObjectName(actor));
  const followed = localActorOf(deps.publicUrl, target.url);
  if (followed !== undefined) {
    await deps.actorObject(actorObjectName(followed)).dropFollower(known.follower.url);
    await object.stopFollowing(target.url);
    return true;
  }
  const task: Task = { kind: "unfollow", follower: actor, targetUrl: target.url, followId: known.follow.url ?? "" };
  // Before the change: cut off in between, the task makes it.
  await runStatements(deps.database, [taskStatement(deps, task)]);
  await object.stopFollowing(target.url);
  await nudge(deps, [task]);
  return true;
}

/** Sends the Undo of a Follow, to the target's own inbox. */
export async function sendUnfollow(deps: Deps, task: Extract<Task, { kind: "unfollow" }>): Promise<void> {
  const [follower, target] = await Promise.all([ensureLocalActor(deps, task.follower), findActorByUrl(deps.database, task.targetUrl)]);
  if (follower === undefined || target === undefined || target.host === null) {
    return;
  }
  const known = await findFollow(deps.database, follower.url, target.url);
  if (known !== undefined && known.follow.url !== task.followId) {
    // It is followed again meanwhile.
    return;
  }
  if (known !== undefined) {
    await deps.actorObject(actorObjectName(task.follower)).stopFollowing(target.url);
  }
  const { "@context": context, ...follow } = followActivity({ id: task.followId, actor: follower.url, object: target.url });
  await send(deps, {
    actor: task.follower,
    activity: undoActivity({ actor: follower.url, undone: follow as JsonObject & { id: string }, context: context ?? contextOf() }),
    objectId: target.url,
    to: { inboxes: [target.inboxUrl] },
  });
}

export interface FollowAnswer {
  /** Who answers. */
  target: ActorRow;
  /** Who asked; undefined where only the Follow's id tells. */
  follower: LocalActor | undefined;
  answer: "accepted" | "rejected";
  followId?: string | undefined;
}

/** An Accept or Reject of a Follow of somebody here arrived; one of a Follow that is another by now changes nothing. */
export async function handleFollowAnswer(deps: Deps, { target, follower, answer, followId }: FollowAnswer): Promise<void> {
  const actor = follower ?? (followId === undefined ? undefined : await askerOf(deps, target, followId));
  if (actor === undefined) {
    return;
  }
  const known = await findFollow(deps.database, actorUrls(deps.publicUrl, actor).url, target.url);
  if (known === undefined || (followId !== undefined && known.follow.url !== null && known.follow.url !== followId)) {
    return;
  }
  const record = await deps.actorObject(actorObjectName(actor)).answerFollowing(target.url, answer);
  if (record === undefined) {
    return;
  }
  if (answer === "accepted") {
    await onFollowAccepted(deps, target, known.follow.state !== "accepted");
  } else if (actor.kind === "instance" && known.follow.state !== "rejected") {
    const note = `${target.name}@${target.host} ${known.follow.state === "accepted" ? "ended our follow" : "rejected our follow"}.`;
    await noteEvent(deps, { kind: "follow-rejected", host: target.host ?? undefined, note });
  }
}

async function askerOf(deps: Deps, target: ActorRow, followId: string): Promise<LocalActor | undefined> {
  const known = await findFollowByUrl(deps.database, followId);
  return known?.target.id === target.id ? localActorOf(deps.publicUrl, known.follower.url) : undefined;
}

/**
 * Somebody of here follows an actor from now on: what it published before is read, unless it is read already. `isNew`: false where the
 * answer says what was known, as when it comes twice.
 */
export async function onFollowAccepted(deps: Deps, target: ActorRow, isNew: boolean): Promise<void> {
  const history = (await findHistories(deps.database, [target.id])).get(target.id);
  if (history !== undefined && (!isNew || history.state === "running")) {
    return;
  }
  const task: Task = { kind: "read-history", actorUrl: target.url };
  await runStatements(deps.database, [beginHistoryStatement(deps.database, target.id, deps.now()), taskStatement(deps, task)]);
  await nudge(deps, [task]);
}
