import type { Follow, FollowActor, FollowHistory } from "../../contract/follow";

// How the administrator's page says things.

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** «3 hours ago», «in 5 minutes»; «just now» within a minute. */
export function relativeTime(iso: string, nowMs: number): string {
  const difference = Date.parse(iso) - nowMs;
  for (const [unit, length] of UNITS) {
    if (Math.abs(difference) >= length) {
      return relative.format(Math.trunc(difference / length), unit);
    }
  }
  return difference > 0 ? "in a moment" : "just now";
}

/** When something is tried next: «in 5 minutes»; «any moment» where the time has come. */
export function nextTry(iso: string, nowMs: number): string {
  return Date.parse(iso) > nowMs ? relativeTime(iso, nowMs) : "any moment";
}

/** A sentence of somebody else's, ended. */
export function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** «1 inbox», «2 inboxes». */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** An actor as people write it: an instance by its host, others by their handle. */
export function nameOf(actor: FollowActor): string {
  return actor.type === "Application" ? actor.host : handleOf(actor);
}

export function handleOf({ name, host }: { name: string; host: string }): string {
  return `${name}@${host}`;
}

const TYPES: Record<string, string> = { Application: "Instance", Service: "Service", Person: "Account", Group: "Channel" };

export function typeOf({ type }: FollowActor): string {
  return TYPES[type] ?? type;
}

/** How a host is, in a sentence; undefined: nothing is wrong with it. */
export function healthSentence({ score, health }: Pick<Follow, "score" | "health">, nowMs: number): string | undefined {
  if (health === undefined) {
    return undefined;
  }
  const { failures, failingSince, restingUntil, lastError } = health;
  if (failures === 0) {
    return undefined;
  }
  const since = failingSince === null ? "" : `, failing since ${relativeTime(failingSince, nowMs)}`;
  const reason = lastError === null ? "" : `: ${lastError}`;
  const rest = restingUntil !== null && Date.parse(restingUntil) > nowMs ? `. Next try ${relativeTime(restingUntil, nowMs)}` : "";
  return `Health ${score}${since}${reason}${rest}`;
}

/** How far the past of the followed is read. */
export function historySentence(history: FollowHistory | null | undefined): string | undefined {
  if (history === null || history === undefined) {
    return undefined;
  }
  const { state, pagesRead, itemsRead, totalItems, lastError } = history;
  const read = `${counted(itemsRead, "entry", "entries")}${totalItems === null ? "" : ` of ${totalItems.toLocaleString("en")}`}, ${counted(pagesRead, "page")}`;
  switch (state) {
    case "running":
      return `Reading what it published before: ${read}`;
    case "done":
      return `What it published before is read: ${read}`;
    case "failed":
      return `Reading what it published before failed after ${read}${lastError === null ? "" : `: ${lastError}`}`;
  }
}

/** Whether something on the list moves by itself, so that looking again soon is worth it. */
export function isUnderWay({ state, health, history }: Follow): boolean {
  return (state === "pending" && health?.isBlocked !== true) || history?.state === "running";
}
