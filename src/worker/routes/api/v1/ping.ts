import type { Route } from "../../../route";

export const pingRoutes: Route[] = [
  { method: "GET", path: "/api/v1/ping", auth: "none", handler: () => new Response("pong", { headers: { "content-type": "text/plain" } }) },
];
