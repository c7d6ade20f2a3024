/** What ActivityPub documents are sent as, and asked for (ActivityPub, section 3.2). */
export const ACTIVITY_JSON = "application/activity+json";
export const LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
/** The `Accept` of our own requests for them. */
export const ACCEPT_ACTIVITY = `${ACTIVITY_JSON}, ${LD_JSON}`;

const ACTIVITY_TYPES = new Set(["application/activity+json", "application/ld+json"]);

/**
 * Whether an `Accept` header prefers ActivityPub's JSON to a page (RFC 9110, section 12.5.1): named outright, and no
 * less wanted than HTML. A wildcard gets the page, as PeerTube gives it.
 */
export function prefersActivity(accept: string | null): boolean {
  let activity = 0;
  let html = 0;
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (ACTIVITY_TYPES.has(type)) {
      activity = Math.max(activity, quality);
    } else if (type === "text/html" || type === "application/xhtml+xml") {
      html = Math.max(html, quality);
    }
  }
  return activity > 0 && activity >= html;
}

function qualityOf(parameters: string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = text === undefined ? 1 : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
