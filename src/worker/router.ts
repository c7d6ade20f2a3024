import { Router } from "itty-router";
import { prefersActivity } from "../protocol/activitystreams/negotiation";
import { authenticate } from "./middleware/authentication";
import { withCors } from "./middleware/cors";
import type { WorkerDeps } from "./deps";
import { prepareInstance } from "./prepare";
import { failureResponse } from "./failure";
import { ProblemError, problemResponse, type Problem } from "./problem";
import type { Context, Route } from "./route";
import { routes } from "./routes";

// itty-router matches; everything around a handler (authentication, HEAD, 405, problems, CORS) is here, so that a
// route can't forget it. Its own AutoRouter and error() are avoided: they wrap the request in a Proxy, which can't be
// passed to an object, and send every field of an error to the client.

/** Undefined: this route isn't for the request after all, and the next one of its path is tried. */
type Handler = (request: Request, deps: WorkerDeps) => Promise<Response | undefined>;

function wrap(route: Route): Handler {
  return async (request, deps) => {
    if (route.accept === "activity" && !prefersActivity(request.headers.get("accept"))) {
      return undefined;
    }
    const url = new URL(request.url);
    const params: Record<string, string> = {};
    for (const [name, value] of Object.entries((request as unknown as { params: Record<string, string> }).params)) {
      const decoded = decode(value);
      if (decoded === undefined) {
        return problemResponse({ status: 400, detail: `The address has a broken escape in «${name}».` }, url.pathname);
      }
      params[name] = decoded;
    }
    const context: Context = { request, url, params, deps, user: undefined };
    if (route.auth !== "none") {
      context.user = await authenticate(request, deps, route.auth);
    }
    return await route.handler(context);
  };
}

function decode(value: string | undefined): string | undefined {
  try {
    return decodeURIComponent(value ?? "");
  } catch {
    return undefined;
  }
}

const router = Router<Request, [WorkerDeps]>();
const methodsByPath = new Map<string, Set<string>>();
for (const route of routes) {
  const handler = wrap(route);
  const methods = methodsByPath.get(route.path) ?? new Set();
  methods.add(route.method);
  if (route.method === "GET") {
    router.get(route.path, handler);
    router.head(route.path, handler);
    methods.add("HEAD");
  } else {
    router[route.method.toLowerCase() as "post" | "put" | "delete" | "options"](route.path, handler);
  }
  methodsByPath.set(route.path, methods);
}
// A path that exists, asked with another method.
for (const [path, methods] of methodsByPath) {
  const allow = [...methods, "OPTIONS"].join(", ");
  router.all(path, (request: Request) => {
    if (request.method === "OPTIONS") {
      return new Response(null, { status: 204, headers: { allow } });
    }
    return problemResponse(
      { status: 405, detail: `${request.method} isn't possible here; ${allow} are.`, headers: { allow } },
      new URL(request.url).pathname,
    );
  });
}

const NOT_FOUND: Problem = { status: 404, detail: "There is nothing at this address." };

/** Answers a request: the matching route's response, or a problem. Never throws. */
export async function handleRequest(request: Request, deps: WorkerDeps): Promise<Response> {
  const path = new URL(request.url).pathname;
  let response: Response;
  try {
    await prepareInstance(deps);
    response = (await router.fetch(request, deps)) ?? (await failureResponse(request, deps, NOT_FOUND));
  } catch (error) {
    if (error instanceof ProblemError) {
      response = await failureResponse(request, deps, error.problem);
    } else {
      console.error("unexpected", request.method, path, error);
      response = await failureResponse(request, deps, {
        status: 500,
        detail: "Something went wrong here, not in what you did. Please try again.",
      });
    }
  }
  if (request.method === "HEAD" && response.body !== null) {
    await response.body.cancel();
    response = new Response(null, response);
  }
  return withCors(path, response);
}
