import { followerOfSchema, followersQuerySchema } from "../../../../../contract/follow";
import type { Deps } from "../../../../../domain/deps";
import { findFollowedActor, findFollowerActor, getFollowers } from "../../../../../domain/follows/administer";
import { acceptFollower, rejectFollower, removeFollower, type DecisionFailure } from "../../../../../domain/follows/followers";
import { rejectAllFollowers } from "../../../../../domain/follows/reject-all";
import type { Result } from "../../../../../domain/result";
import type { LocalActor } from "../../../../../protocol/activitystreams/local-actors";
import type { ActorRow } from "../../../../../storage/d1/schema-federation";
import { forAdministrators, isAdministrator } from "../../../../middleware/administrator";
import { parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { presentFollows } from "../../../../views/follow";

async function listFollowers(context: Context): Promise<Response> {
  const { deps, url } = context;
  const query = parseQuery(followersQuerySchema, url);
  if (query.scope === "all" && !isAdministrator(context)) {
    throw new ProblemError({ status: 403, detail: "Only an administrator sees the followers of everybody here." });
  }
  const page = await getFollowers(deps, query, isAdministrator(context));
  return jsonResponse(presentFollows(page, deps.publicUrl), { headers: { "cache-control": "no-store" } });
}

type Decide = (deps: Deps, target: LocalActor, follower: ActorRow) => Promise<Result<undefined, DecisionFailure>>;

function decision(decide: Decide): (context: Context) => Promise<Response> {
  return async ({ deps, params, url }) => {
    const { target } = parseQuery(followerOfSchema, url);
    const [followed, follower] = await Promise.all([findFollowedActor(deps, target), findFollowerActor(deps, params["handle"] ?? "")]);
    if (followed === undefined || follower === undefined) {
      throw refusal({ reason: "no-such-follower" });
    }
    const decided = await decide(deps, followed, follower);
    if (!decided.ok) {
      throw refusal(decided.error);
    }
    return new Response(null, { status: 204 });
  };
}

function refusal(failure: DecisionFailure): ProblemError {
  switch (failure.reason) {
    case "no-such-follower":
      return new ProblemError({ status: 404, detail: "There is no such follower." });
    case "not-in-state":
      return new ProblemError({ status: 400, detail: `This follower is ${failure.state} already.` });
  }
}

async function postRejectAll({ deps }: Context): Promise<Response> {
  await rejectAllFollowers(deps);
  return new Response(null, { status: 204 });
}

export const followerRoutes: Route[] = [
  { method: "GET", path: "/api/v1/server/followers", auth: "optional", handler: listFollowers },
  forAdministrators({ method: "POST", path: "/api/v1/server/followers/reject-all", handler: postRejectAll }),
  forAdministrators({ method: "POST", path: "/api/v1/server/followers/:handle/accept", handler: decision(acceptFollower) }),
  forAdministrators({ method: "POST", path: "/api/v1/server/followers/:handle/reject", handler: decision(rejectFollower) }),
  forAdministrators({ method: "DELETE", path: "/api/v1/server/followers/:handle", handler: decision(removeFollower) }),
];
