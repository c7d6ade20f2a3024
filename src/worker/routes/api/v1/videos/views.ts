import { viewSchema } from "../../../../../contract/view";
import { reportView } from "../../../../../domain/views/report-view";
import { clientNetworkOf } from "../../../../middleware/rate-limit";
import { parseBody } from "../../../../middleware/validation";
import type { Context, Route } from "../../../../route";
import { watchableVideo } from "../../../../watchable-video";

/** Fields, and a few hundred sections. */
const MAX_BODY_BYTES = 64 * 1024;

async function report(context: Context): Promise<Response> {
  const { deps, request } = context;
  const fields = await parseBody(viewSchema, request, MAX_BODY_BYTES);
  const record = await watchableVideo(context);
  await reportView(deps, record, `${clientNetworkOf(request)} ${fields.sessionId ?? ""}`, fields);
  return new Response(null, { status: 204 });
}

export const viewRoutes: Route[] = [
  { method: "POST", path: "/api/v1/videos/:id/views", auth: "optional", handler: report },
  // What older clients call.
  { method: "PUT", path: "/api/v1/videos/:id/watching", auth: "optional", handler: report },
];
