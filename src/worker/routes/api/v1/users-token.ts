import { tokenRequestSchema, type TokenRequest, type TokenResponse } from "../../../../contract/oauth";
import type { Result } from "../../../../domain/result";
import { isOAuthClient } from "../../../../domain/users/oauth-client";
import { signIn, type SignInFailure } from "../../../../domain/users/sign-in";
import { refreshTokens, revokeTokens, type IssuedTokens } from "../../../../domain/users/tokens";
import { clientNetworkOf } from "../../../middleware/rate-limit";
import { parseBody } from "../../../middleware/validation";
import { ProblemError, type Problem } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";

type TokenFailure = SignInFailure | { reason: "invalid-refresh-token" };

const NEVER_STORED = { "cache-control": "no-store", pragma: "no-cache" };

async function postToken(context: Context): Promise<Response> {
  const { request, deps } = context;
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw invalidRequest("Send the fields as application/x-www-form-urlencoded.");
  }
  const form = await parseBody(tokenRequestSchema, request);
  if (
    form.client_id === undefined ||
    form.client_secret === undefined ||
    !(await isOAuthClient(deps, form.client_id, form.client_secret))
  ) {
    throw oauthProblem(
      "invalid_client",
      "The client isn't known here: ask GET /api/v1/oauth-clients/local for client_id and client_secret.",
    );
  }
  const granted = await grant(context, form);
  if (!granted.ok) {
    throw new ProblemError(problemOf(granted.error));
  }
  const tokens = granted.value;
  const body: TokenResponse = {
    token_type: "Bearer",
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.accessLifetimeSeconds,
    refresh_token_expires_in: tokens.refreshLifetimeSeconds,
  };
  return jsonResponse(body, { headers: NEVER_STORED });
}

async function grant({ request, deps }: Context, form: TokenRequest): Promise<Result<IssuedTokens, TokenFailure>> {
  switch (form.grant_type) {
    case "password":
      return await signIn(deps, {
        login: required(form.username, "username"),
        password: required(form.password, "password"),
        address: clientNetworkOf(request),
      });
    case "refresh_token":
      return await refreshTokens(deps, required(form.refresh_token, "refresh_token"));
    case undefined:
    case "":
      throw invalidRequest("grant_type is missing.");
    default:
      throw oauthProblem("unsupported_grant_type", "grant_type must be password or refresh_token.");
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined || value === "") {
    throw invalidRequest(`${name} is missing.`);
  }
  return value;
}

function problemOf(failure: TokenFailure): Problem {
  switch (failure.reason) {
    case "wrong-credentials":
      return {
        status: 400,
        code: "invalid_grant",
        detail: "The user name or the password is wrong.",
      };
    case "invalid-refresh-token":
      return {
        status: 400,
        code: "invalid_grant",
        detail: "The refresh token is invalid, used or expired: sign in again.",
      };
    case "too-long-password":
      return {
        status: 400,
        code: "too_long_password",
        detail: "The password is longer than any password here.",
      };
    case "account-blocked":
      return {
        status: 400,
        code: "account_blocked",
        detail: "This account is blocked: ask the instance's administrator why.",
      };
    case "too-many-failures":
      return {
        status: 429,
        detail: `Too many sign-ins have failed. Try again in ${Math.ceil(failure.retryAfterSeconds / 60)} min.`,
        headers: { "retry-after": String(failure.retryAfterSeconds) },
      };
  }
}

function invalidRequest(detail: string): ProblemError {
  return oauthProblem("invalid_request", detail);
}

function oauthProblem(code: string, detail: string): ProblemError {
  return new ProblemError({ status: 400, code, detail });
}

async function postRevokeToken(context: Context): Promise<Response> {
  await revokeTokens(context.deps, userOf(context));
  return jsonResponse({}, { headers: NEVER_STORED });
}

export const userTokenRoutes: Route[] = [
  { method: "POST", path: "/api/v1/users/token", auth: "none", handler: postToken },
  {
    method: "POST",
    path: "/api/v1/users/revoke-token",
    auth: "required",
    handler: postRevokeToken,
  },
];
