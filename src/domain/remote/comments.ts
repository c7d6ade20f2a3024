import type { JsonObject } from "../../protocol/activitystreams/types";
import type { StoredComment } from "../comments/store-comment";
import type { Deps } from "../deps";
import type { Result } from "../result";
import type { RemoteRefusal } from "./refusal";

export interface IngestedComment {
  stored: StoredComment;
  videoId: number;
}

/**
 * Stores the comment that an id names, or that a Note is which its own host said, with those above it that aren't known yet.
 * `saidAt`: when its author said so; undefined: what the Note itself says.
 */
export async function ingestComment(
  _deps: Deps,
  _source: string | JsonObject,
  _options?: { saidAt?: number },
): Promise<Result<IngestedComment, RemoteRefusal>> {
  throw new Error("ingestComment isn't built yet");
}
export async function fetchComment(_deps: Deps, _url: string): Promise<void> {
  throw new Error("fetchComment isn't built yet");
}
