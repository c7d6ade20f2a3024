/**
 * An instance's host, with its port where that isn't the scheme's, from what somebody typed or pasted: a host or an address.
 * The scheme is our own. Undefined for what isn't one.
 */
export function normalizeHost(publicUrl: string, text: string): string | undefined {
  const trimmed = text.trim();
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `${new URL(publicUrl).protocol}//${trimmed}`);
  if (url === null || url.username !== "" || url.password !== "" || /[@\s]/.test(trimmed) || url.hostname === "") {
    return undefined;
  }
  const isBare = /^\/?$/.test(url.pathname) && url.search === "" && url.hash === "";
  return isBare ? url.host : undefined;
}

/** What can be followed: an instance, an actor's handle or id. */
export type FollowTarget = { kind: "host"; host: string } | { kind: "handle"; name: string; host: string } | { kind: "url"; url: string };

/** Reads what somebody wants followed: `example.org`, `name@example.org` (an @ before it or not) or an address. Undefined for what is none. */
export function parseFollowTarget(publicUrl: string, text: string): FollowTarget | undefined {
  const trimmed = text.trim();
  const host = normalizeHost(publicUrl, trimmed);
  if (host !== undefined) {
    return { kind: "host", host };
  }
  const handle = /^(?:acct:)?@?([^@\s/:]{1,255})@([^@\s/]{1,255})$/.exec(trimmed);
  const handleHost = handle?.[2] === undefined ? undefined : normalizeHost(publicUrl, handle[2]);
  if (handle?.[1] !== undefined && handleHost !== undefined) {
    return { kind: "handle", name: handle[1], host: handleHost };
  }
  const url = /^https?:\/\//i.test(trimmed) ? URL.parse(trimmed) : null;
  return url === null || url.username !== "" ? undefined : { kind: "url", url: url.href };
}
