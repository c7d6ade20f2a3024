import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import type { IncomingActivity } from "../../protocol/activities/incoming";
import { proofKey, verifyProof } from "../../protocol/signatures/integrity-proof";
import { fromBase64 } from "../../protocol/signatures/keys";
import { ldCreator, verifyLd } from "../../protocol/signatures/ld-signature";
import { verifyParsedSignature } from "../../protocol/signatures/verify-request";
import { findActorByUrl } from "../../storage/d1/actors";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps, InboxMessage, UnverifiedSignature } from "../deps";
import { resolveActor, resolveKey } from "../remote/actors";
import { isGone, isTransient, type RemoteRefusal } from "../remote/refusal";
import { fail, ok, type Result } from "../result";

/** A key that is younger wasn't replaced since: it isn't fetched again because something doesn't fit it. */
const FRESH_KEY_MS = 10 * 60_000;

/** Who delivered an activity, and who is known to have said it. */
export interface Verified {
  /** Undefined: nobody proves that its actor said it. It tells no more than where to look. */
  author: ActorRow | undefined;
  /** The host of whoever signed the request. */
  deliveredBy: string;
  /** Whether it carries a Linked Data Signature of its author, so that others can be told it as it is. */
  isSigned: boolean;
}

export type VerifyRefusal = { reason: "bad-signature" | "unknown-key" | "unknown-author"; isTransient: boolean };

/**
 * Finds out who says what a message says. The one who signed the request is believed for itself; for anybody else the activity
 * must carry that one's own signature or proof. A key that doesn't fit is fetched once more, since it may have been replaced.
 */
export async function verifyMessage(
  deps: Deps,
  message: Pick<InboxMessage, "signer" | "unverified">,
  activity: IncomingActivity,
): Promise<Result<Verified, VerifyRefusal>> {
  const signer = await signerOf(deps, message, activity);
  if (!signer.ok) {
    return signer;
  }
  const { url, row } = signer.value;
  const deliveredBy = hostOfId(url);
  const isOwn = url === activity.actor;
  const carriesSignature = ldCreator(activity.document) === activity.actor;
  const author = isOwn ? (row ?? (await resolved(deps, url))) : await provenAuthor(deps, activity);
  // Of what an author delivers itself the signature is only looked at where it would be passed on.
  return ok({ author, deliveredBy, isSigned: carriesSignature });
}

/** An actor that was forgotten after its key was remembered. */
async function resolved(deps: Deps, url: string): Promise<ActorRow | undefined> {
  const found = await resolveActor(deps, url);
  return found.ok ? found.value : undefined;
}

async function signerOf(
  deps: Deps,
  { signer, unverified }: Pick<InboxMessage, "signer" | "unverified">,
  activity: IncomingActivity,
): Promise<Result<{ url: string; row: ActorRow | undefined }, VerifyRefusal>> {
  if (signer !== undefined) {
    const row = await findActorByUrl(deps.database, signer);
    return ok({ url: signer, row });
  }
  if (unverified === undefined) {
    return fail({ reason: "bad-signature", isTransient: false });
  }
  return await verifyByFetchedKey(deps, unverified, activity);
}

async function verifyByFetchedKey(
  deps: Deps,
  unverified: UnverifiedSignature,
  activity: IncomingActivity,
): Promise<Result<{ url: string; row: ActorRow }, VerifyRefusal>> {
  const parsed = { ...unverified, signature: fromBase64(unverified.signature) ?? new Uint8Array() };
  for (const refresh of [false, true]) {
    const key = await resolveKey(deps, unverified.keyId, { refresh });
    if (!key.ok) {
      const gone = await goneAuthor(deps, activity, unverified.keyId, key.error);
      return gone === undefined ? fail({ reason: "unknown-key", isTransient: isTransient(key.error) }) : ok({ url: gone.url, row: gone });
    }
    const { actor, ...published } = key.value;
    if (await verifyParsedSignature(parsed, published)) {
      return ok({ url: actor.url, row: actor });
    }
    if (isFresh(deps, actor)) {
      break;
    }
  }
  return fail({ reason: "bad-signature", isTransient: false });
}

/**
 * Who is gone can't show a key any more. Its own host says that it is gone: then the Delete is true, whoever brought it.
 * (A known actor's Delete usually verifies with the key that is here.)
 */
async function goneAuthor(deps: Deps, activity: IncomingActivity, keyId: string, refusal: RemoteRefusal): Promise<ActorRow | undefined> {
  const isOwnDelete = activity.type === "Delete" && normalizeId(keyId) === activity.actor;
  return isOwnDelete && isGone(refusal) ? await findActorByUrl(deps.database, activity.actor) : undefined;
}

/** The activity's actor, where its own signature or proof shows that it said this. */
export async function provenAuthor(deps: Deps, activity: IncomingActivity): Promise<ActorRow | undefined> {
  const { document, actor } = activity;
  const hasSignature = ldCreator(document) === actor;
  const hasProof = proofKey(document)?.actor === actor;
  if (!hasSignature && !hasProof) {
    return undefined;
  }
  for (const refresh of [false, true]) {
    const found = await resolveActor(deps, actor, { refresh });
    if (!found.ok) {
      return undefined;
    }
    const { publicKeyPem, assertionKeyMultibase } = found.value;
    const isProven =
      (hasSignature && publicKeyPem !== null && (await verifyLd(document, publicKeyPem)).ok) ||
      (hasProof && assertionKeyMultibase !== null && (await verifyProof(document, assertionKeyMultibase)));
    if (isProven) {
      return found.value;
    }
    if (isFresh(deps, found.value)) {
      return undefined;
    }
  }
  return undefined;
}

function isFresh(deps: Deps, { fetchedAt }: ActorRow): boolean {
  return deps.now() - fetchedAt < FRESH_KEY_MS;
}
