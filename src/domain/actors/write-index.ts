import { deleteFollow, writeFollow } from "../../storage/d1/follows";
import type { DirtyFollow } from "../../storage/actor-object/follow-store";
import type { Deps } from "../deps";

/** Has the index of follows say what a local actor's object says. `localName`: the actor's. Throws where D1 can't be reached. */
export async function writeFollowIndex(deps: Pick<Deps, "database" | "now">, localName: string, follow: DirtyFollow): Promise<void> {
  const own = { localName };
  const other = { url: follow.url };
  const sides = follow.side === "followers" ? { follower: other, target: own } : { follower: own, target: other };
  if (follow.removed) {
    await deleteFollow(deps.database, sides);
    return;
  }
  const { state, followId, createdAt } = follow;
  if (!(await writeFollow(deps.database, { ...sides, state, followId, createdAt, now: deps.now() }))) {
    // The actor was deleted meanwhile, and its follows with it.
    console.warn("a follow isn't in the index, since one side isn't known", localName, follow.url);
  }
}
