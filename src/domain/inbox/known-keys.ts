import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import type { PublishedKey } from "../../protocol/signatures/verify-request";
import { findActorsByKey } from "../../storage/d1/inbox-reads";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";

/** A public key that is here already, and whose it is. */
export interface KnownKey extends PublishedKey {
  /** Id of the actor. */
  owner: string;
  /** When its document was last read: an older key may have been replaced since. */
  fetchedAt: number;
}

/** One host that is busy sends by a few keys again and again. */
const cache = createExpiringCache<KnownKey>({ maxEntries: 1000, lifetimeMs: 60_000 });

/**
 * The key by its id, from this isolate's memory or the database; undefined: it isn't here, or is one of this instance's own.
 * With `again` the database is asked, whatever the memory holds.
 */
export async function findKnownKey(
  deps: Pick<Deps, "database" | "now">,
  keyId: string,
  { again = false } = {},
): Promise<KnownKey | undefined> {
  const actorUrl = normalizeId(keyId);
  if (actorUrl === undefined) {
    return undefined;
  }
  const now = deps.now();
  const remembered = again ? undefined : cache.get(keyId, now);
  if (remembered !== undefined) {
    return remembered;
  }
  const row = ownerAmong(await findActorsByKey(deps.database, keyId, actorUrl), actorUrl);
  if (row === undefined) {
    return undefined;
  }
  const known = { owner: row.url, pem: row.publicKeyPem, multibase: row.assertionKeyMultibase, fetchedAt: row.fetchedAt };
  cache.set(keyId, known, now);
  return known;
}

/** The actor whose id the key's is; else one of the same host that publishes it, as GoToSocial's keys have addresses of their own. */
function ownerAmong(rows: ActorRow[], actorUrl: string): ActorRow | undefined {
  const host = hostOfId(actorUrl);
  const usable = rows.filter((row) => row.host === host && (row.publicKeyPem !== null || row.assertionKeyMultibase !== null));
  return usable.find((row) => row.url === actorUrl) ?? usable[0];
}

/** The next look asks the database: for tests, after it was emptied. */
export function forgetKnownKeys(): void {
  cache.clear();
}
