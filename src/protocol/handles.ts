/** Who a handle names; `host` null: here. */
export interface ActorHandle {
  name: string;
  host: string | null;
}

/** How an actor is named on this instance: `name`, or `name@host` for one of elsewhere. */
export function handleOf({ name, host }: { name: string; host: string }, isLocal: boolean): string {
  return isLocal ? name : `${name}@${host}`;
}

/**
 * Reads a handle as PeerTube's clients write it: `name` or `name@host` (with port), an @ before it or not. The
 * instance's own host counts as none. Undefined where it is none.
 */
export function parseHandle(text: string, ownHost: string): ActorHandle | undefined {
  const match = /^@?([^@\s/]{1,255})(?:@([^@\s/]{1,255}))?$/.exec(text);
  if (match?.[1] === undefined) {
    return undefined;
  }
  const host = match[2]?.toLowerCase() ?? null;
  return { name: match[1], host: host === ownHost.toLowerCase() ? null : host };
}
