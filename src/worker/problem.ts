/** What a client is told of a failure (RFC 9457), with PeerTube's members: `code`, and `error` for older clients. */
export interface Problem {
  status: number;
  /** What is wrong and what to do, in a sentence that a user may read. */
  detail: string;
  /** PeerTube's ServerErrorCode or OAuth error, such as `invalid_grant`. */
  code?: string;
  invalidParams?: Record<
    string,
    { type?: "field"; msg: string; path: string; location: "body" | "query" | "params" | "headers"; value?: unknown }
  >;
  headers?: Record<string, string>;
}

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  423: "Locked",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const ERROR_DOCS = "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/";

/** The problem as an `application/problem+json` response; `instance` is the request's path. */
export function problemResponse(problem: Problem, instance?: string): Response {
  const body = {
    type: problem.code === undefined ? "about:blank" : ERROR_DOCS + problem.code,
    title: TITLES[problem.status] ?? "Error",
    status: problem.status,
    detail: problem.detail,
    ...(problem.code !== undefined && { code: problem.code }),
    ...(instance !== undefined && { instance }),
    ...(problem.invalidParams && { "invalid-params": problem.invalidParams }),
    // PeerTube before 7 sent it; NewPipe and Kodi show it.
    error: problem.detail,
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store", ...problem.headers },
  });
}

/** Thrown by a handler to answer with a problem at once; the router turns it into the response. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}
