import { listEvents } from "../../storage/d1/federation-events";
import { countFederation, isKnownHost, listHosts, type FederationCounts, type HostSort, type ListedHost } from "../../storage/d1/hosts";
import type { FederationEventRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { FIRST_SCORE } from "./policy";

/** The state of federation in numbers. */
export async function federationCounts(deps: Pick<Deps, "database" | "now">): Promise<FederationCounts> {
  return await countFederation(deps.database, deps.now());
}

export type HostOverview = Omit<ListedHost, "score" | "failures"> & { score: number; failures: number };

/** A page of the hosts that failed once or that something waits for. */
export async function hostOverviews(
  deps: Pick<Deps, "database">,
  query: { search: string | undefined; start: number; count: number; sort: { field: HostSort; descending: boolean } },
): Promise<{ total: number; hosts: HostOverview[] }> {
  const { total, rows } = await listHosts(deps.database, query);
  return { total, hosts: rows.map((row) => ({ ...row, score: row.score ?? FIRST_SCORE, failures: row.failures ?? 0 })) };
}

/** Whether a host failed once or something waits for it. */
export async function isHostKnown(deps: Pick<Deps, "database">, host: string): Promise<boolean> {
  return await isKnownHost(deps.database, host);
}

/** A page of what was noted, the newest first. */
export async function federationEvents(
  deps: Pick<Deps, "database">,
  page: { host: string | undefined; start: number; count: number },
): Promise<{ total: number; events: FederationEventRow[] }> {
  return await listEvents(deps.database, page);
}
