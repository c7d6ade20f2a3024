import { actorObjectName } from "../../protocol/activitystreams/local-actors";
import { deleteFollow, followersOfHost, listFollowing } from "../../storage/d1/follows";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { localActorOfRow } from "../actors/local";
import type { Deps } from "../deps";

const MAX_FOLLOWS = 1000;

/** An actor of elsewhere is gone: it follows nobody of here any more, and nobody of here follows it. */
export async function leaveFollows(deps: Deps, gone: ActorRow): Promise<void> {
  const followed =
    gone.host === null ? [] : (await followersOfHost(deps.database, gone.host)).filter(({ follower }) => follower.id === gone.id);
  for (const { target } of followed) {
    const local = localActorOfRow(target);
    if (local !== undefined) {
      await deps.actorObject(actorObjectName(local)).removeFollower(gone.url, deps.now());
    }
  }
  const page = { start: 0, count: MAX_FOLLOWS, sort: { field: "createdAt", descending: false } } as const;
  const { records } = await listFollowing(deps.database, { targetId: gone.id, ...page });
  for (const { follower } of records) {
    const local = localActorOfRow(follower);
    if (local !== undefined) {
      await deps.actorObject(actorObjectName(local)).stopFollowing(gone.url);
      await deleteFollow(deps.database, { follower: { localName: follower.name }, target: { url: gone.url } });
    }
  }
}
