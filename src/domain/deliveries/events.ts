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
export async function noteEvent(deps: Pick<Deps, "database" | "now">, { kind, host, note }: FederationNote): Promise<void> {
  await runStatements(deps.database, [insertEvent(deps.database, { kind, host: host ?? null, note, createdAt: deps.now() })]);
}
