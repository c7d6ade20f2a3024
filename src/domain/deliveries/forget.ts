// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
export async function forgetOldFederation(_deps: Deps): Promise<void> {}
