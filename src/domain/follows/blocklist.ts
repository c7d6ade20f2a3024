import { blockHostStatement, cancelDeliveriesStatements, isBlocked, listBlockedHosts, unblockHost } from "../../storage/d1/blocked-hosts";
import type { BlockedHostRow } from "../../storage/d1/schema-federation";
import { runStatements } from "../../storage/d1/tasks";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import { normalizeHost } from "./host";

/** How long another isolate may still answer by the old list after a change. */
const CACHE_LIFETIME_MS = 5000;
const known = createExpiringCache<boolean>({ maxEntries: 1000, lifetimeMs: CACHE_LIFETIME_MS });

/** Whether an instance (its host, with its port, as in an id) is blocked; at most 5 s old. */
export async function isHostBlocked(deps: Pick<Deps, "database" | "now">, host: string): Promise<boolean> {
  const cached = known.get(host, deps.now());
  if (cached !== undefined) {
    return cached;
  }
  const blocked = await isBlocked(deps.database, host);
  known.set(host, blocked, deps.now());
  return blocked;
}

/**
 * Blocks an instance: what it sends is refused, its videos and comments aren't listed, its followers are rejected, nothing is sent to it
 * any more (but that rejection) and it isn't followed back. Gives the host as it is kept.
 */
export async function blockHost(deps: Deps, text: string): Promise<Result<string, { reason: "not-a-host" | "own-host" }>> {
  const host = normalizeHost(deps.publicUrl, text);
  if (host === undefined) {
    return fail({ reason: "not-a-host" });
  }
  if (host === new URL(deps.publicUrl).host) {
    return fail({ reason: "own-host" });
  }
  const task = { kind: "reject-followers", host, after: 0, round: 1 } as const;
  await runStatements(deps.database, [
    blockHostStatement(deps.database, host, deps.now()),
    ...cancelDeliveriesStatements(deps.database, host),
    taskStatement(deps, task),
  ]);
  known.set(host, true, deps.now());
  await nudge(deps, [task]);
  return ok(host);
}

/** Ends the block of an instance; its followers stay rejected, but may be accepted or ask again once they were removed. Says whether there was one. */
export async function unblockInstance(deps: Deps, text: string): Promise<boolean> {
  const host = normalizeHost(deps.publicUrl, text) ?? text;
  const was = await unblockHost(deps.database, host);
  known.set(host, false, deps.now());
  return was;
}

/** A page of the blocked instances, by the time of their block. */
export async function listBlocked(
  deps: Pick<Deps, "database">,
  query: { search?: string | undefined; start: number; count: number; sort: { descending: boolean } },
): Promise<{ total: number; rows: BlockedHostRow[] }> {
  return await listBlockedHosts(deps.database, { ...query, search: query.search, descending: query.sort.descending });
}

/** The next look asks the database: for tests, after it was emptied. */
export function forgetBlockedHosts(): void {
  known.clear();
}
