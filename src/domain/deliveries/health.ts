import { findHosts, type KnownHosts } from "../../storage/d1/hosts";
import type { HostRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { HEALTHY, type HostHealth } from "./policy";

/** The health of hosts (with their port); those that never failed are as all are at first. */
export async function hostHealth(deps: Pick<Deps, "database" | "now">, hosts: string[]): Promise<Map<string, HostHealth>> {
  const known = await findHosts(deps.database, hosts, deps.now());
  return new Map(hosts.map((host) => [host, healthOf(known, host)]));
}

/** A host's health, of what was read of several. */
export function healthOf({ rows }: KnownHosts, host: string): HostHealth {
  const row: HostRow | undefined = rows.get(host);
  return row === undefined
    ? HEALTHY
    : {
        score: row.score,
        failures: row.failures,
        failingSince: row.failingSince ?? undefined,
        restingUntil: row.restingUntil ?? undefined,
      };
}
