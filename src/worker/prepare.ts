import { recordOrigin } from "../domain/settings";
import { ensureInstance } from "../domain/setup";
import type { WorkerDeps } from "./deps";

// Only the outcome is remembered, not the promise: awaiting another request's work would hang when that request is
// cut off. Setting up twice at once does no harm.
let isPrepared = false;

/** Sets the instance up on an isolate's first request; a failure is tried again by the next one. */
export async function prepareInstance(deps: WorkerDeps): Promise<void> {
  if (!isPrepared) {
    await ensureInstance(deps, { adminPassword: deps.env.ADMIN_PASSWORD });
    if ((deps.env.PUBLIC_URL as string) === "") {
      await recordOrigin(deps);
    }
    isPrepared = true;
  }
}

/** The next request sets up again: for tests, after the database was emptied. */
export function forgetPreparation(): void {
  isPrepared = false;
}
