// PeerTube's rule: what other sites' players, clients and instances read is open to every origin. Credentials travel
// in the Authorization header only, never in cookies, so this opens nothing to a foreign page's visitor.

const OPEN_PREFIXES = ["/api/", "/static/", "/download/", "/lazy-static/", "/.well-known/", "/nodeinfo/"];

/** Adds the CORS headers to answers under the open paths; a WebSocket's 101 passes untouched. */
export function withCors(path: string, response: Response): Response {
  if (response.status === 101 || !OPEN_PREFIXES.some((prefix) => path.startsWith(prefix))) {
    return response;
  }
  const open = new Response(response.body, response);
  open.headers.set("access-control-allow-origin", "*");
  open.headers.set("access-control-allow-headers", "*, Authorization");
  open.headers.set("access-control-allow-methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  open.headers.set("access-control-expose-headers", "Retry-After, Location, Range, Content-Range, Content-Length, Accept-Ranges, ETag");
  open.headers.set("access-control-max-age", "86400");
  return open;
}
