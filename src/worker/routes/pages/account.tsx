import type { VNode } from "preact";
import type { Route } from "../../route";
import { htmlResponse } from "../../views/html";
import { LoginPage } from "../../views/pages/login";
import { AdminFollowsPage, MyVideosPage, StudioPage } from "../../views/pages/shells";

function shell(path: string, page: () => VNode): Route {
  return {
    method: "GET",
    path,
    auth: "none",
    handler: (context) => htmlResponse(context, page(), { cacheable: true }),
  };
}

/** An address of PeerTube's web client for what has another here. */
function moved(path: string, to: string): Route {
  return { method: "GET", path, auth: "none", handler: () => new Response(null, { status: 302, headers: { location: to } }) };
}

export const accountPageRoutes: Route[] = [
  shell("/login", () => <LoginPage />),
  shell("/studio", () => <StudioPage />),
  shell("/my/videos", () => <MyVideosPage />),
  shell("/admin/follows", () => <AdminFollowsPage />),
  moved("/videos/upload", "/studio"),
  moved("/videos/publish", "/studio"),
  moved("/my-library/videos", "/my/videos"),
  moved("/admin/settings/follows", "/admin/follows"),
  moved("/admin/follows/following-list", "/admin/follows#following"),
  moved("/admin/follows/followers-list", "/admin/follows#followers"),
];
