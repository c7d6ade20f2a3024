import { updateMeSchema, type VideoQuotaUsed } from "../../../../contract/user";
import { countsOf } from "../../../../domain/follows/counts";
import { getSettings } from "../../../../domain/settings";
import { getMe, getVideoQuotaUsed, updateMe, type UpdateMeFailure } from "../../../../domain/users/me";
import { invalidFields, parseBody } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentMe } from "../../../views/user";

const PRIVATE = { "cache-control": "no-store" };

async function getUsersMe(context: Context): Promise<Response> {
  const { deps } = context;
  const [me, settings] = await Promise.all([getMe(deps, userOf(context)), getSettings(deps)]);
  const counts = await countsOf(deps, { accounts: [me.account], records: me.channels.map((channel) => ({ channel })) });
  const shown = presentMe(me, { publicUrl: deps.publicUrl, p2pEnabled: settings.p2p.enabled, counts });
  return jsonResponse(shown, { headers: PRIVATE });
}

async function putUsersMe(context: Context): Promise<Response> {
  const change = await parseBody(updateMeSchema, context.request);
  const updated = await updateMe(context.deps, userOf(context), change);
  if (!updated.ok) {
    throw problemOf(updated.error);
  }
  return new Response(null, { status: 204 });
}

function problemOf(failure: UpdateMeFailure): ProblemError {
  switch (failure.reason) {
    case "current-password-missing":
      return invalidFields({ currentPassword: "is needed to change the e-mail address or the password" });
    case "current-password-wrong":
      return new ProblemError({
        status: 401,
        code: "current_password_is_invalid",
        detail: "The current password is wrong; nothing was changed.",
      });
    case "email-taken":
      return new ProblemError({ status: 409, detail: "Another user here has this e-mail address; nothing was changed." });
    case "too-many-failures":
      return new ProblemError({
        status: 429,
        detail: `The current password was wrong too often. Try again in ${Math.ceil(failure.retryAfterSeconds / 60)} min.`,
        headers: { "retry-after": String(failure.retryAfterSeconds) },
      });
  }
}

async function getQuotaUsed(context: Context): Promise<Response> {
  const { total, lastDay } = await getVideoQuotaUsed(context.deps, userOf(context));
  const body: VideoQuotaUsed = { videoQuotaUsed: total, videoQuotaUsedDaily: lastDay };
  return jsonResponse(body, { headers: PRIVATE });
}

export const usersMeRoutes: Route[] = [
  { method: "GET", path: "/api/v1/users/me", auth: "required", handler: getUsersMe },
  { method: "PUT", path: "/api/v1/users/me", auth: "required", handler: putUsersMe },
  { method: "GET", path: "/api/v1/users/me/video-quota-used", auth: "required", handler: getQuotaUsed },
];
