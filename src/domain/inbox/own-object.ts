import { hostOfId, idOf } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import type { JsonValue } from "../../protocol/activitystreams/types";
import { embeddedObject } from "../../protocol/activities/incoming";
import type { Deps } from "../deps";
import { fetchDocument } from "../remote/fetch-document";
import { isTransient, type RemoteRefusal } from "../remote/refusal";
import { askFor } from "../tasks/ask";
import { APPLIED, ignored, later, type Outcome, type Received, type ReceivedObject } from "./received";
import { hostsOf, mayFetch } from "./subjects";

/**
 * The object within a Create or Update, where it lives on its author's host: then what stands there is the author's word, and
 * fetching it would tell nothing else. Undefined: it is of another host, or only its id is given.
 */
export function ownObject(received: Received): ReceivedObject | undefined {
  const { id, document } = embeddedObject(received.activity.object);
  const isOwn = id !== undefined && document !== undefined && hostOfId(id) === received.author.host;
  return isOwn ? { ...received, object: document, objectId: id } : undefined;
}

/** Asks for an object that isn't believed as it came: it is read from its own host. */
export async function fetchInstead(deps: Deps, received: Received): Promise<Outcome> {
  const { id, type } = embeddedObject(received.activity.object);
  return await askForObject(deps, { id, type, namedBy: hostsOf(received) });
}

/** Has a video or comment read from its own host, where whoever names it may have us do that. */
export async function askForObject(
  deps: Deps,
  { id, type, namedBy }: { id: string | undefined; type: string | undefined; namedBy: string[] },
): Promise<Outcome> {
  if (id === undefined || isLocalId(deps.publicUrl, id)) {
    return ignored("it names no object of elsewhere");
  }
  if (!(await mayFetch(deps, namedBy, id))) {
    return ignored("the object is of a third host, and nobody here follows who names it");
  }
  const found = type === undefined ? await typeAt(deps, id) : { type };
  if ("outcome" in found) {
    return found;
  }
  switch (found.type) {
    case "Video":
      await askFor(deps, { kind: "fetch-video", videoUrl: id });
      return APPLIED;
    case "Note":
      await askFor(deps, { kind: "fetch-comment", commentUrl: id });
      return APPLIED;
    default:
      return ignored("it is neither a video nor a comment");
  }
}

async function typeAt(deps: Deps, id: string): Promise<{ type: string | undefined } | Outcome> {
  const fetched = await fetchDocument(deps, id);
  return fetched.ok ? { type: embeddedObject(fetched.value.document).type } : refused(fetched.error);
}

/** What a refusal of domain/remote/ makes of an activity. */
export function refused(refusal: RemoteRefusal): Outcome {
  return isTransient(refusal) ? later(refusal.why) : ignored(refusal.why);
}

/** The ids in `attributedTo`: one or a list, of ids or of objects with one. */
export function attributedTo(value: JsonValue | undefined): string[] {
  return (Array.isArray(value) ? value : [value ?? null]).flatMap((entry) => idOf(entry) ?? []);
}
