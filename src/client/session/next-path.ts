/** Where to go after signing in: `?next=` where it is a path of this site, else the home page. */
export function nextPathOf(pageUrl: string): string {
  const page = new URL(pageUrl);
  const next = page.searchParams.get("next") ?? "";
  // The URL parser's view is what counts: `//host`, `/\host` and tabs inside lead elsewhere.
  if (!next.startsWith("/") || !URL.canParse(next, page)) {
    return "/";
  }
  const url = new URL(next, page);
  return url.origin === page.origin && url.pathname !== page.pathname ? url.pathname + url.search + url.hash : "/";
}
