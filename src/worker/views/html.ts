import { h, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Deps } from "../../domain/deps";
import { getSettings } from "../../domain/settings";
import { InstanceContext } from "./page";
import { styleTexts } from "./assets";
import { sourceExpression } from "./source-expression";
import { themeScript } from "./theme-script";

export interface HtmlOptions {
  status?: number;
  /** The page is the same for everybody: browsers may keep it, and ask whether it changed. */
  cacheable?: boolean;
  headers?: Record<string, string>;
}

/** A page as the response to the request, under the instance's name: 304 where the browser already has it. */
export async function htmlResponse(
  { request, deps }: { request: Request; deps: Deps },
  page: VNode,
  options: HtmlOptions = {},
): Promise<Response> {
  const { instance } = await getSettings(deps);
  const html = `<!doctype html>${renderToString(h(InstanceContext.Provider, { value: instance, children: page }))}`;
  const headers = new Headers({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": await contentSecurityPolicy(),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": options.cacheable ? "public, no-cache" : "private, no-store",
    vary: "accept, authorization",
    ...options.headers,
  });
  if (options.cacheable) {
    const etag = await weakEtag(html);
    headers.set("etag", etag);
    if (request.headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers });
    }
  }
  return new Response(html, { status: options.status ?? 200, headers });
}

/** JSON as the text of a `<script>`: nothing in it can end the element or begin a comment. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Whether whoever asks is a person with a browser: a problem is then told as a page. */
export function wantsHtml(request: Request): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    !new URL(request.url).pathname.startsWith("/api/") &&
    (request.headers.get("accept") ?? "").includes("text/html")
  );
}

async function contentSecurityPolicy(): Promise<string> {
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${await sourceExpression(themeScript)}`,
    `style-src 'self' ${(await Promise.all(styleTexts.map(sourceExpression))).join(" ")}`,
    // Attributes only: the player's shape, progress bars.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // WebSeeds and trackers of other instances; plain http among local instances.
    "media-src 'self' blob: https: http:",
    "connect-src 'self' blob: data: https: http: wss: ws:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

async function weakEtag(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `W/"${[...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
