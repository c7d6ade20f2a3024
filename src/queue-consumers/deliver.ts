// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../domain/deps";
export async function handleDeliveries(_batch: MessageBatch<unknown>, _deps: Deps): Promise<void> {}
