import { z } from "zod";
import { abuseListQuerySchema, newAbuseSchema, updateAbuseSchema, type Abuse, type CreatedAbuse } from "../../../../contract/abuse";
import { idField } from "../../../../contract/fields";
import type { ListResponse } from "../../../../contract/video";
import { getAbuses, judgeAbuse, removeAbuse, reportAbuse, type ReportRefusal } from "../../../../domain/abuses/abuses";
import { UserRole } from "../../../../domain/users/signed-in-user";
import { parseBody, parseParams, parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentAbuse } from "../../../views/abuse";

const abuseParamsSchema = z.object({ abuseId: idField });

async function report(context: Context): Promise<Response> {
  const fields = await parseBody(newAbuseSchema, context.request);
  const reported = await reportAbuse(context.deps, userOf(context), fields);
  if (!reported.ok) {
    throw new ProblemError({ status: 404, detail: NOT_FOUND[reported.error.reason] });
  }
  const body: CreatedAbuse = { abuse: { id: reported.value } };
  return jsonResponse(body);
}

const NOT_FOUND: Record<ReportRefusal["reason"], string> = {
  "unknown-video": "There is no such video here that you may watch.",
  "unknown-comment": "There is no such comment here; it may have been removed.",
  "unknown-account": "There is no such account here.",
};

async function list(context: Context): Promise<Response> {
  refuseUsers(context);
  const { deps, url } = context;
  const { total, records } = await getAbuses(deps, parseQuery(abuseListQuerySchema, url));
  const body: ListResponse<Abuse> = { total, data: records.map((record) => presentAbuse(record, deps.publicUrl)) };
  return jsonResponse(body, { headers: { "cache-control": "no-store" } });
}

async function update(context: Context): Promise<Response> {
  refuseUsers(context);
  const { abuseId } = parseParams(abuseParamsSchema, context.params);
  const fields = await parseBody(updateAbuseSchema, context.request);
  return doneWhere(await judgeAbuse(context.deps, abuseId, fields));
}

async function remove(context: Context): Promise<Response> {
  refuseUsers(context);
  const { abuseId } = parseParams(abuseParamsSchema, context.params);
  return doneWhere(await removeAbuse(context.deps, abuseId));
}

function refuseUsers(context: Context): void {
  if (userOf(context).role === UserRole.user) {
    throw new ProblemError({ status: 403, detail: "Reports are for the moderators of this instance." });
  }
}

function doneWhere(found: boolean): Response {
  if (!found) {
    throw new ProblemError({ status: 404, detail: "There is no such report here." });
  }
  return new Response(null, { status: 204 });
}

export const abuseRoutes: Route[] = [
  { method: "POST", path: "/api/v1/abuses", auth: "required", handler: report },
  { method: "GET", path: "/api/v1/abuses", auth: "required", handler: list },
  { method: "PUT", path: "/api/v1/abuses/:abuseId", auth: "required", handler: update },
  { method: "DELETE", path: "/api/v1/abuses/:abuseId", auth: "required", handler: remove },
];
