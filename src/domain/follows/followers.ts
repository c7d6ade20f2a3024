import { actorObjectName, actorUrls, INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import { findFollow } from "../../storage/d1/follows";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { runStatements } from "../../storage/d1/tasks";
import type { Follower, FollowState } from "../actors/actor-object";
import { ensureLocalActor } from "../actors/local";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { getSettings } from "../settings";
import { askFor, nudge, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { isHostBlocked } from "./blocklist";

export interface IncomingFollow {
  follower: ActorRow;
  target: LocalActor;
  followId: string;
  /** When its follower said so, in milliseconds. */
  saidAt: number;
}

/**
 * A Follow arrived: by the settings and the blacklist its follower is accepted, rejected, or waits for the administrator. Asked again it
 * is answered again; who was rejected stays so until they are removed. Of a target that isn't here nothing comes.
 */
export async function handleFollow(deps: Deps, { follower, target, followId, saidAt }: IncomingFollow): Promise<void> {
  const row = await ensureLocalActor(deps, target);
  if (row === undefined) {
    return;
  }
  const object = deps.actorObject(actorObjectName(target));
  const known = await findFollow(deps.database, follower.url, row.url);
  const first = await firstState(deps, follower, target);
  if (first === "rejected" && known?.follow.state !== "rejected") {
    // Not kept: once the rule is another, who asks again may come in.
    if (known !== undefined) {
      await object.removeFollower(follower.url, saidAt);
    }
    await askFor(deps, answerTask(deps, target, follower.url, followId, "reject"));
    return;
  }
  const state = await object.follow(followerOf(follower), followId, first, saidAt);
  if (state === "accepted" || state === "rejected") {
    await askFor(deps, answerTask(deps, target, follower.url, followId, state === "accepted" ? "accept" : "reject"));
  }
  if (state === "accepted") {
    await followBack(deps, follower, target);
  }
}

/** How an actor is reached by those it follows. */
export function followerOf({ url, inboxUrl, sharedInboxUrl }: ActorRow): Follower {
  return { url, inbox: inboxUrl, sharedInbox: sharedInboxUrl ?? undefined };
}

async function firstState(deps: Deps, follower: ActorRow, target: LocalActor): Promise<FollowState> {
  if (follower.host !== null && (await isHostBlocked(deps, follower.host))) {
    return "rejected";
  }
  const { followers } = await getSettings(deps);
  if (target.kind !== "instance") {
    return followers.channelsEnabled ? "accepted" : "rejected";
  }
  if (!followers.instanceEnabled) {
    return "rejected";
  }
  return followers.manualApproval ? "pending" : "accepted";
}

/** An instance that follows this one is followed too, where the settings say so. */
async function followBack(deps: Deps, follower: ActorRow, target: LocalActor): Promise<void> {
  if (target.kind !== "instance" || follower.host === null || follower.type !== "Application") {
    return;
  }
  const { followings } = await getSettings(deps);
  if (!followings.autoFollowBack || (await isHostBlocked(deps, follower.host))) {
    return;
  }
  // Whoever rejected us isn't asked again by itself.
  if ((await findFollow(deps.database, actorUrls(deps.publicUrl, INSTANCE_ACTOR).url, follower.url)) === undefined) {
    await askFor(deps, { kind: "follow", follower: INSTANCE_ACTOR, target: follower.url });
  }
}

function answerTask(deps: Pick<Deps, "now">, target: LocalActor, followerUrl: string, followId: string, answer: "accept" | "reject"): Task {
  return { kind: "answer-follow", target, followerUrl, followId, answer, askedAt: deps.now() };
}

export type DecisionFailure = { reason: "no-such-follower" } | { reason: "not-in-state"; state: FollowState };

/** The administrator lets a follower in who waits or was rejected. */
export async function acceptFollower(deps: Deps, target: LocalActor, follower: ActorRow): Promise<Result<undefined, DecisionFailure>> {
  const decided = await decide(deps, target, follower, "accept", ["pending", "rejected"]);
  if (decided.ok) {
    await followBack(deps, follower, target);
  }
  return decided;
}

/** The administrator rejects a follower who waits or was let in: nothing is sent there any more, and asking again doesn't help. */
export async function rejectFollower(deps: Deps, target: LocalActor, follower: ActorRow): Promise<Result<undefined, DecisionFailure>> {
  return await decide(deps, target, follower, "reject", ["pending", "accepted"]);
}

async function decide(
  deps: Deps,
  target: LocalActor,
  follower: ActorRow,
  answer: "accept" | "reject",
  from: FollowState[],
): Promise<Result<undefined, DecisionFailure>> {
  const known = await findFollow(deps.database, follower.url, actorUrls(deps.publicUrl, target).url);
  if (known === undefined) {
    return fail({ reason: "no-such-follower" });
  }
  if (!from.includes(known.follow.state)) {
    return fail({ reason: "not-in-state", state: known.follow.state });
  }
  const task = answerTask(deps, target, follower.url, known.follow.url ?? "", answer);
  // Before the change: cut off in between, the task makes it.
  await runStatements(deps.database, [taskStatement(deps, task)]);
  const decided = await deps.actorObject(actorObjectName(target)).decideFollower(follower.url, stateOf(answer));
  await nudge(deps, [task]);
  return decided === undefined ? fail({ reason: "no-such-follower" }) : ok(undefined);
}

/** The state that an answer tells of. */
export function stateOf(answer: "accept" | "reject"): "accepted" | "rejected" {
  return answer === "accept" ? "accepted" : "rejected";
}

/** The administrator removes a follower, and with it the memory that it was rejected: it may ask again. It is told of. */
export async function removeFollower(
  deps: Deps,
  target: LocalActor,
  follower: ActorRow,
): Promise<Result<undefined, { reason: "no-such-follower" }>> {
  const known = await findFollow(deps.database, follower.url, actorUrls(deps.publicUrl, target).url);
  if (known === undefined) {
    return fail({ reason: "no-such-follower" });
  }
  const task = answerTask(deps, target, follower.url, known.follow.url ?? "", "reject");
  const told = known.follow.state === "rejected" ? [] : [task];
  await runStatements(
    deps.database,
    told.map((wanted) => taskStatement(deps, wanted)),
  );
  await deps.actorObject(actorObjectName(target)).dropFollower(follower.url);
  await nudge(deps, told);
  return ok(undefined);
}
