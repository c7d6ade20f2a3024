import type { Deps } from "../../domain/deps";
import { ProblemError } from "../problem";
import type { SignedInUser } from "../../domain/users/signed-in-user";
import { userOfAccessToken } from "../../domain/users/tokens";

/**
 * The user of the request's bearer token (RFC 6750), or undefined where none was sent and none is needed.
 * Throws a 401 problem otherwise, with PeerTube's codes.
 */
export async function authenticate(request: Request, deps: Deps, need: "optional" | "required"): Promise<SignedInUser | undefined> {
  const header = request.headers.get("authorization");
  if (header === null) {
    if (need === "optional") {
      return undefined;
    }
    throw new ProblemError({
      status: 401,
      code: "unauthorized_request",
      detail: "Token is invalid: sign in first.",
      headers: { "www-authenticate": "Bearer" },
    });
  }
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new ProblemError({ status: 400, code: "invalid_request", detail: "The Authorization header isn't a bearer token." });
  }
  const user = await userOfAccessToken(deps, token);
  if (user === undefined) {
    throw new ProblemError({
      status: 401,
      code: "invalid_token",
      detail: "Token is invalid or has expired: sign in again.",
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    });
  }
  return user;
}
