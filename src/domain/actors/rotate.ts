import type { LocalActor } from "../../protocol/activitystreams/local-actors";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { runStatements } from "../../storage/d1/tasks";
import { askFor, taskStatement } from "../tasks/ask";
import { ensureLocalActor, localActorOfRow, replaceKeys } from "./local";

/** Gives a local actor new keys and has its followers told, by an Update that the old keys still sign. */
export async function rotateKeys(deps: Deps, actor: LocalActor): Promise<Result<ActorRow, { reason: "unknown-actor" }>> {
  const row = await ensureLocalActor(deps, actor);
  const known = row && localActorOfRow(row);
  if (known === undefined) {
    return fail({ reason: "unknown-actor" });
  }
  // Asked for before and after: whatever is cut off in between, the task finds the new keys and tells of them.
  await runStatements(deps.database, [taskStatement(deps, { kind: "actor", actor: known })]);
  const replaced = await replaceKeys(deps, known);
  await askFor(deps, { kind: "actor", actor: known });
  return replaced === undefined ? fail({ reason: "unknown-actor" }) : ok(replaced);
}
