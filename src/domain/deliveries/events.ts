import { insertEvent } from "../../storage/d1/federation-events";
import { runStatements } from "../../storage/d1/tasks";
import type { Deps } from "../deps";

export interface FederationNote {
  /** A short name, such as `host-resting`. */
  kind: string;
  host?: string | undefined;
  /** One sentence. */
  note: string;
}

/** Notes for the administrator what happened, by itself, to an instance or its followers. */
export async function noteEvent(deps: Pick<Deps, "database" | "now">, note: FederationNote): Promise<void> {
  await noteEvents(deps, [note]);
}

/** Notes several things, all or nothing. */
export async function noteEvents(deps: Pick<Deps, "database" | "now">, notes: FederationNote[]): Promise<void> {
  await runStatements(
    deps.database,
    notes.map(({ kind, host, note }) => insertEvent(deps.database, { kind, host: host ?? null, note, createdAt: deps.now() })),
  );
}
