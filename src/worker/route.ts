import type { WorkerDeps } from "./deps";
import type { SignedInUser } from "../domain/users/signed-in-user";

/** What a handler is given. `request` is the original, unwrapped: it can be passed on to an object. */
export interface Context {
  request: Request;
  url: URL;
  /** Path parameters, URL-decoded. */
  params: Record<string, string>;
  deps: WorkerDeps;
  /** The bearer's user; always there where `auth` is "required". */
  user: SignedInUser | undefined;
}

/**
 * One route: its policy stands beside its handler.
 * `auth`: "required" answers 401 without a valid bearer token; "optional" reads one where it is sent (a bad one is
 * still 401); "none" doesn't look.
 */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";
  /** itty-router's pattern; HEAD is answered by GET's handler. */
  path: string;
  auth: "none" | "optional" | "required";
  /** "activity": only for requests that prefer ActivityPub's JSON; others go on to the next route of the path. */
  accept?: "activity";
  handler: (context: Context) => Promise<Response> | Response;
}

/** The user of a route whose `auth` is "required". */
export function userOf(context: Context): SignedInUser {
  if (context.user === undefined) {
    throw new Error("userOf() on a route that doesn't require authentication");
  }
  return context.user;
}

export function jsonResponse(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set("content-type", "application/json; charset=utf-8");
  return new Response(JSON.stringify(body), { ...init, headers });
}
