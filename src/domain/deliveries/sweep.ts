// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function sweepDeliveries(_deps: Deps): Promise<void> {}
