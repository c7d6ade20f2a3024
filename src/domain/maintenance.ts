import type { Deps } from "./deps";
import { deleteOldSignIns } from "../storage/d1/sign-in-failures";
import { deleteExpiredTokens } from "../storage/d1/tokens";
import { forgetOldFederation } from "./deliveries/forget";
import { sweepDeliveries } from "./deliveries/sweep";
import { sweepHistories } from "./remote/history";
import { sweepOrphans } from "./sweep";
import { sweepTasks } from "./tasks/run";
import { FAILURE_WINDOW_MS, KNOWN_ADDRESS_LIFETIME_MS } from "./users/failure-limit";

/** What is due: deliveries to be tried again, tasks whose message was lost, outboxes to be compared. */
export async function runMinutely(deps: Deps): Promise<void> {
  await sweepDeliveries(deps);
  await sweepTasks(deps);
  await sweepHistories(deps);
}

/** The daily clean-up: forgets what has expired, and removes bytes that no row names. Doing it twice, or not for a while, does no harm. */
export async function runDailyMaintenance(deps: Deps): Promise<void> {
  const now = deps.now();
  await deleteExpiredTokens(deps.database, now);
  await deleteOldSignIns(deps.database, now - FAILURE_WINDOW_MS, now - KNOWN_ADDRESS_LIFETIME_MS);
  await sweepOrphans(deps);
  await forgetOldFederation(deps);
}
