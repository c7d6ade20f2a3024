import { PUBLIC_AUDIENCE } from "../activitystreams/ids";

/** Pleroma and others write the public audience compacted, as ActivityPub warns in section 5.6. */
export function isPublicAlias(value: unknown): boolean {
  return value === PUBLIC_AUDIENCE || value === "as:Public" || value === "Public";
}
