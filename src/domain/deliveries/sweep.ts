import { dueDeliveries, markQueued } from "../../storage/d1/deliveries";
import type { Deps } from "../deps";
import { FAILURES_BEFORE_REST } from "./policy";
import { queueRows, SWEPT_QUEUED_MS } from "./queue";

const ROWS_PER_PAGE = 1000;
/** Ten thousand rows a run; what is more is sent a minute later. */
const MAX_PAGES = 10;

/**
 * Queues the deliveries that are due: those whose time has come, and those whose message or sender was lost. Of a host
 * that rested only one, which finds out for the others.
 */
export async function sweepDeliveries(deps: Deps): Promise<void> {
  await queueDue(deps, undefined);
}

/** The same for these hosts alone. */
export async function queueDueOf(deps: Deps, hosts: string[]): Promise<void> {
  await queueDue(deps, hosts);
}

async function queueDue(deps: Deps, onlyHosts: string[] | undefined): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page++) {
    const now = deps.now();
    const rows = await dueDeliveries(deps.database, {
      now,
      limit: ROWS_PER_PAGE,
      failuresBeforeRest: FAILURES_BEFORE_REST,
      ...(onlyHosts !== undefined && { onlyHosts }),
    });
    // Cut off between the two, they are queued twice, and sent once: who takes a row has it alone.
    if (rows.length === 0 || !(await queueRows(deps, rows, now))) {
      return;
    }
    await markQueued(
      deps.database,
      rows.map(({ id }) => id),
      now + SWEPT_QUEUED_MS,
    );
    if (rows.length < ROWS_PER_PAGE) {
      return;
    }
  }
}
