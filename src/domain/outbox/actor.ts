// PLACEHOLDER: replaced by its helper.
import type { Deps } from "../deps";
import type { LocalActor } from "../../protocol/activitystreams/local-actors";
export async function federateActor(_deps: Deps, _actor: LocalActor): Promise<void> {}
