import { ITEMS_PER_PAGE, MAX_ITEMS_PER_PAGE } from "../../../protocol/activitystreams/collections";
import { ACTIVITY_JSON } from "../../../protocol/activitystreams/negotiation";
import type { JsonObject } from "../../../protocol/activitystreams/types";
import type { DocumentRefusal } from "../../../domain/documents/videos";
import { ProblemError } from "../../problem";
import type { Context } from "../../route";

/** Long enough for the crowd that an Announce sends, short enough that nobody misses what changed. */
const CACHE_SECONDS = 30;
const MAX_PAGE = 1_000_000;

/** A document as the answer; 404 where there is none. */
export function activityResponse(document: JsonObject | undefined): Response {
  if (document === undefined) {
    throw new ProblemError({ status: 404, detail: "There is nothing at this address." });
  }
  return new Response(JSON.stringify(document), {
    headers: {
      "content-type": `${ACTIVITY_JSON}; charset=utf-8`,
      "cache-control": `public, max-age=${CACHE_SECONDS}`,
      vary: "accept",
      "access-control-allow-origin": "*",
    },
  });
}

/** The page that `?page=` and `?size=` ask for; undefined: the collection itself. Throws a problem for what is no page. */
export function pageOf({ url }: Pick<Context, "url">): { number: number; size: number } | undefined {
  const page = url.searchParams.get("page");
  if (page === null) {
    return undefined;
  }
  const number = Number(page);
  const size = Number(url.searchParams.get("size") ?? ITEMS_PER_PAGE);
  if (!/^\d{1,7}$/.test(page) || number < 1 || number > MAX_PAGE || !Number.isInteger(size) || size < 1 || size > MAX_ITEMS_PER_PAGE) {
    throw new ProblemError({ status: 400, detail: `Pages are numbered from 1 and have at most ${MAX_ITEMS_PER_PAGE} items.` });
  }
  return { number, size };
}

/** Why a video's document can't be had; what is elsewhere is found there. */
export function refuseDocument(refusal: DocumentRefusal): Response {
  switch (refusal.reason) {
    case "elsewhere":
      return new Response(null, { status: 302, headers: { location: refusal.url, vary: "accept", "access-control-allow-origin": "*" } });
    case "locked":
      throw new ProblemError({ status: 401, detail: "This video isn't public.", headers: { "www-authenticate": "Bearer" } });
    case "unknown":
      throw new ProblemError({ status: 404, detail: "There is no such video here." });
  }
}
