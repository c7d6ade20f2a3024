import type { Deps } from "../domain/deps";
import { problemResponse, type Problem } from "./problem";
import { htmlResponse, wantsHtml } from "./views/html";
import { ErrorPage } from "./views/pages/error";

/** A failure in the words of whoever asked: a page for a person, problem+json for a program. */
export async function failureResponse(request: Request, deps: Deps, problem: Problem): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (!wantsHtml(request)) {
    return problemResponse(problem, pathname);
  }
  try {
    const page = <ErrorPage status={problem.status} detail={problem.detail} nextPath={pathname + search} />;
    return await htmlResponse({ request, deps }, page, { status: problem.status, headers: problem.headers });
  } catch (error) {
    // The client wasn't built, or the page has a fault of its own: the plain answer still tells what is wrong.
    console.error("the error page failed", error);
    return problemResponse(problem, pathname);
  }
}
