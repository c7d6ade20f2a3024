import { followingQuerySchema, followSchema } from "../../../../../contract/follow";
import {
  followAll,
  getAskedFollows,
  getFollowing,
  retryFollow,
  unfollow,
  type FollowRefusal,
} from "../../../../../domain/follows/administer";
import { forAdministrators, isAdministrator } from "../../../../middleware/administrator";
import { invalidFields, parseBody, parseQuery } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { jsonResponse, type Context, type Route } from "../../../../route";
import { presentAskedFollow, presentFollows } from "../../../../views/follow";

async function listFollowing(context: Context): Promise<Response> {
  const { deps, url } = context;
  const page = await getFollowing(deps, parseQuery(followingQuerySchema, url), isAdministrator(context));
  return jsonResponse(presentFollows(page, deps.publicUrl), { headers: { "cache-control": "no-store" } });
}

async function postFollowing({ deps, request }: Context): Promise<Response> {
  const asked = await followAll(deps, await parseBody(followSchema, request));
  if (!asked.ok) {
    throw refusal(asked.error);
  }
  return new Response(null, { status: 204 });
}

function refusal({ reason, field, text }: FollowRefusal): ProblemError {
  switch (reason) {
    case "not-a-target":
      return invalidFields({
        [field]: `«${text}» is no ${field === "hosts" ? "host, such as example.org" : "handle, such as name@example.org"}`,
      });
    case "own-host":
      return invalidFields({ [field]: `«${text}» is this instance itself` });
    case "blocked":
      return invalidFields({ [field]: `«${text}» is blocked here: unblock it first` });
  }
}

async function listAsked({ deps }: Context): Promise<Response> {
  const data = (await getAskedFollows(deps)).map(presentAskedFollow);
  return jsonResponse({ total: data.length, data }, { headers: { "cache-control": "no-store" } });
}

async function deleteFollowing({ deps, params }: Context): Promise<Response> {
  if (!(await unfollow(deps, params["hostOrHandle"] ?? ""))) {
    throw notFollowed();
  }
  return new Response(null, { status: 204 });
}

async function postRetry({ deps, params }: Context): Promise<Response> {
  if (!(await retryFollow(deps, params["hostOrHandle"] ?? ""))) {
    throw notFollowed();
  }
  return new Response(null, { status: 204 });
}

function notFollowed(): ProblemError {
  return new ProblemError({ status: 404, detail: "This instance follows nobody of that name." });
}

export const followingRoutes: Route[] = [
  { method: "GET", path: "/api/v1/server/following", auth: "optional", handler: listFollowing },
  forAdministrators({ method: "POST", path: "/api/v1/server/following", handler: postFollowing }),
  forAdministrators({ method: "GET", path: "/api/v1/server/following/asked", handler: listAsked }),
  forAdministrators({ method: "DELETE", path: "/api/v1/server/following/:hostOrHandle", handler: deleteFollowing }),
  forAdministrators({ method: "POST", path: "/api/v1/server/following/:hostOrHandle/retry", handler: postRetry }),
];
