import type { Deps } from "./deps";
import { deleteOldSignIns } from "../storage/d1/sign-in-failures";
import { deleteExpiredTokens } from "../storage/d1/tokens";
import { sweepOrphans } from "./sweep";
import { FAILURE_WINDOW_MS, KNOWN_ADDRESS_LIFETIME_MS } from "./users/failure-limit";

/** The daily clean-up: forgets what has expired, and removes bytes that no row names. Doing it twice, or not for a while, does no harm. */
export async function runDailyMaintenance(deps: Deps): Promise<void> {
  const now = deps.now();
  await deleteExpiredTokens(deps.database, now);
  await deleteOldSignIns(deps.database, now - FAILURE_WINDOW_MS, now - KNOWN_ADDRESS_LIFETIME_MS);
  await sweepOrphans(deps);
}
