// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../domain/deps";
export async function handleInbox(_batch: MessageBatch<unknown>, _deps: Deps): Promise<void> {}
