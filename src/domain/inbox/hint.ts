import { hostOfId } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import { embeddedObject, type IncomingActivity } from "../../protocol/activities/incoming";
import { findKnownObject } from "../../storage/d1/inbox-reads";
import { deleteRemoteComment } from "../comments/store-comment";
import type { Deps } from "../deps";
import { fetchDocument } from "../remote/fetch-document";
import { isGone } from "../remote/refusal";
import { askForObject, refused } from "./own-object";
import { APPLIED, ignored, UNCHANGED, type Outcome } from "./received";
import { mayFetch } from "./subjects";

/**
 * An activity that nobody proves its actor said: passed on without a signature, as Lemmy does and as Mastodon may. It isn't
 * believed, but what it names is looked at where it lives: there a new comment is, and a deleted one isn't any more.
 */
export async function followHint(deps: Deps, activity: IncomingActivity, deliveredBy: string, at: number): Promise<Outcome> {
  const { id, type } = embeddedObject(activity.object);
  const host = hostOfId(activity.actor);
  if (id === undefined || hostOfId(id) !== host) {
    return ignored("nobody proves who said it");
  }
  const namedBy = [deliveredBy];
  switch (activity.type) {
    case "Create":
    case "Update":
      return await askForObject(deps, { id, type, namedBy });
    case "Delete":
      return await deleteIfGone(deps, id, namedBy, at);
    default:
      return ignored("nobody proves who said it");
  }
}

async function deleteIfGone(deps: Deps, id: string, namedBy: string[], at: number): Promise<Outcome> {
  if (isLocalId(deps.publicUrl, id) || (await findKnownObject(deps.database, id))?.kind !== "comment") {
    return ignored("no comment of elsewhere that is known here");
  }
  if (!(await mayFetch(deps, namedBy, id))) {
    return ignored("nobody proves who said it");
  }
  const fetched = await fetchDocument(deps, id);
  if (fetched.ok ? embeddedObject(fetched.value.document).type !== "Tombstone" : !isGone(fetched.error)) {
    return fetched.ok ? UNCHANGED : refused(fetched.error);
  }
  return (await deleteRemoteComment(deps, { url: id, saidAt: at })) === "deleted" ? APPLIED : UNCHANGED;
}
