const MAX_ID_LENGTH = 2000;

/**
 * An ActivityPub id (an http or https URL without user or fragment) in the one form in which ids are stored and compared: scheme
 * and host in lower case, no default port, dots and escapes resolved as the URL Standard does. Undefined for what isn't one.
 */
export function normalizeId(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > MAX_ID_LENGTH) {
    return undefined;
  }
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") {
    return undefined;
  }
  url.hash = "";
  return url.href;
}

/** The host (with its port, where that isn't the scheme's) of an id; the part by which instances are told apart. */
export function hostOfId(id: string): string {
  return new URL(id).host;
}

/** Whether two ids are of one instance. */
export function haveSameHost(a: string, b: string): boolean {
  return hostOfId(a) === hostOfId(b);
}

/** `https://www.w3.org/ns/activitystreams#Public`, the audience that is everybody (ActivityPub, section 5.6). */
export const PUBLIC_AUDIENCE = "https://www.w3.org/ns/activitystreams#Public";

/** The id of an object, a Link or a bare URL, as ActivityPub lets all be written, in normal form. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    return normalizeId(value);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return normalizeId((value as { id?: unknown }).id);
  }
  return undefined;
}
