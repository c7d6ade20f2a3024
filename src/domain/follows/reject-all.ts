import { localActorOfRow } from "../actors/local";
import { remoteFollowersAfter } from "../../storage/d1/follow-lists";
import { runStatements } from "../../storage/d1/tasks";
import type { Deps } from "../deps";
import { updateSettings } from "../settings";
import { askFor, nudge, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";

/** Followers of one step: each is a statement of its batch. */
const STEP = 50;
/** Longer than other isolates keep the settings and the blacklist in memory. */
const SECOND_ROUND_MS = 20_000;

/**
 * Nobody of elsewhere follows anybody of here any more: new followers are refused from now on (settings `followers`), and all that are
 * there are rejected, in steps that go on by themselves.
 */
export async function rejectAllFollowers(deps: Deps): Promise<void> {
  await updateSettings(deps, { followers: { instanceEnabled: false, channelsEnabled: false } });
  await askFor(deps, { kind: "reject-followers", after: 0, round: 1 });
}

/** One step: some followers are asked to be told, and the rest is the next step's; all or nothing. */
export async function rejectNextFollowers(deps: Deps, task: Extract<Task, { kind: "reject-followers" }>): Promise<void> {
  const records = await remoteFollowersAfter(deps.database, { after: task.after, host: task.host, limit: STEP });
  const askedAt = deps.now();
  const answers = records.flatMap(({ follow, follower, target }): Task[] => {
    const local = localActorOfRow(target);
    return local === undefined
      ? []
      : [{ kind: "answer-follow", target: local, followerUrl: follower.url, followId: follow.url ?? "", answer: "reject", askedAt }];
  });
  const last = records.at(-1);
  const next: Task[] = last === undefined ? [] : [{ ...task, after: last.follow.id }];
  const statements = [...answers, ...next].map((wanted) => taskStatement(deps, wanted));
  if (last === undefined && task.round === 1) {
    statements.push(taskStatement(deps, { ...task, after: 0, round: 2 }, SECOND_ROUND_MS));
  }
  await runStatements(deps.database, statements);
  await nudge(deps, answers);
}
