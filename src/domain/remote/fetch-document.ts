import type { JsonObject } from "../../protocol/activitystreams/types";
import type { Deps } from "../deps";
import type { Result } from "../result";
import type { RemoteRefusal } from "./refusal";

export interface FetchedDocument {
  document: JsonObject;
  /** Where it was in the end, after redirects. */
  url: string;
}

export async function fetchDocument(
  _deps: Deps,
  _url: string,
  _options?: { maxBytes?: number; accept?: string },
): Promise<Result<FetchedDocument, RemoteRefusal>> {
  throw new Error("fetchDocument isn't built yet");
}
