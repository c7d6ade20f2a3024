import { hostOfId, idOf, normalizeId } from "../../protocol/activitystreams/ids";
import { INSTANCE_ACTOR_NAME, localActorOf } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { keyOwnerOf } from "../../protocol/compat/key-document";
import { isActor, parseActor, type RemoteActor } from "../../protocol/objects/actor";
import { parseHandle } from "../../protocol/handles";
import { findActorByHandle, findActorByUrl } from "../../storage/d1/actors";
import { deleteActorRows, findActorByKeyId, storeRemoteActor, touchActor } from "../../storage/d1/remote-actors";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { findActorRow, ensureLocalActor } from "../actors/local";
import type { Deps } from "../deps";
import { isHostBlocked } from "../follows/blocklist";
import { removeLater } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import { objectsOf } from "../videos/removed-objects";
import { fetchDocument } from "./fetch-document";
import { leaveFollows } from "./leave-follows";
import { isTransient, throwIfTransient, type RemoteRefusal } from "./refusal";
import { plainTextOf } from "../../protocol/sanitize";
import { findApplication, findByWebfinger } from "./webfinger";

/** As PeerTube: an actor is read again when it is needed two days later. */
const FRESH_MS = 2 * 24 * 60 * 60_000;
/** Of a group, so many are looked at for the account that owns it. */
const MAX_OWNERS = 3;

type Resolved = Result<ActorRow, RemoteRefusal>;

/**
 * An actor by its id, of here or of elsewhere: from the database where it was read lately, else from its host. `refresh` reads it
 * again. One that can't be reached just now is what it was.
 */
export async function resolveActor(deps: Deps, url: string, { refresh = false }: { refresh?: boolean } = {}): Promise<Resolved> {
  const id = normalizeId(url);
  if (id === undefined) {
    return fail({ reason: "invalid", why: "not an http(s) address" });
  }
  if (hostOfId(id) === new URL(deps.publicUrl).host) {
    const local = await findActorRow(deps, id);
    return local === undefined ? fail({ reason: "gone", why: `there is no actor ${id} here` }) : ok(local);
  }
  if (await isHostBlocked(deps, hostOfId(id))) {
    return fail({ reason: "refused", why: `${hostOfId(id)} is blocked` });
  }
  const known = await findActorByUrl(deps.database, id);
  if (known !== undefined && !refresh && deps.now() - known.fetchedAt < FRESH_MS) {
    return ok(known);
  }
  const fetched = await fetchActor(deps, id);
  if (known === undefined || fetched.ok) {
    return fetched;
  }
  if (fetched.error.reason === "gone") {
    await removeActor(deps, known);
    return fetched;
  }
  // Rather what was known than nothing; but who asked for what is now, isn't told what was.
  return refresh || !isTransient(fetched.error) ? fetched : ok(known);
}

async function fetchActor(deps: Deps, url: string): Promise<Resolved> {
  const document = await readOfHost(deps, url);
  return document.ok ? await storeDocument(deps, document.value) : document;
}

/**
 * Gets a document that is of its address's own host. An address that leads to another host's actor would have what is said in
 * its name be that one's.
 */
async function readOfHost(deps: Deps, url: string): Promise<Result<JsonObject, RemoteRefusal>> {
  const fetched = await fetchDocument(deps, url);
  if (!fetched.ok) {
    return fetched;
  }
  const id = idOf(fetched.value.document);
  return id !== undefined && hostOfId(id) === hostOfId(url)
    ? ok(fetched.value.document)
    : fail({ reason: "invalid", why: `${url} leads to ${id ?? "what has no id"}` });
}

/** Applies an Update of an actor; whoever calls knows that the actor, or its host, said it. */
export async function updateActorFrom(deps: Deps, document: JsonObject): Promise<Resolved> {
  return await storeDocument(deps, document);
}

async function storeDocument(deps: Deps, document: JsonObject): Promise<Resolved> {
  const parsed = parseActor(document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: `actor: ${parsed.error.why}` });
  }
  const actor = parsed.value;
  const host = hostOfId(actor.id);
  if (host === new URL(deps.publicUrl).host) {
    return fail({ reason: "refused", why: "an actor of here isn't told of by others" });
  }
  if (hostOfId(actor.inbox) !== host) {
    // Else anybody could have all that is sent to it sent to a third host.
    return fail({ reason: "invalid", why: `the inbox of ${actor.id} is of another host` });
  }
  const owner = actor.type === "Group" ? await ownerOf(deps, actor) : ok(undefined);
  if (!owner.ok) {
    return owner;
  }
  const now = deps.now();
  const stored = await storeRemoteActor(
    deps.database,
    {
      url: actor.id,
      type: actor.type,
      name: actor.name,
      host,
      inboxUrl: actor.inbox,
      sharedInboxUrl: ofHost(actor.sharedInbox, host),
      outboxUrl: ofHost(actor.outbox, host),
      followersUrl: ofHost(actor.followers, host),
      playlistsUrl: ofHost(actor.playlists, host),
      iconUrl: actor.icon ?? null,
      publicKeyId: actor.publicKey?.id ?? null,
      publicKeyPem: actor.publicKey?.pem ?? null,
      assertionKeyId: actor.assertionKey?.id ?? null,
      assertionKeyMultibase: actor.assertionKey?.multibase ?? null,
    },
    {
      displayName: actor.displayName,
      description: actor.summary === null ? null : plainTextOf(actor.summary),
      support: actor.support,
      createdAt: actor.publishedAt ?? now,
      ownerAccountId: owner.value,
    },
    now,
  );
  return stored === undefined
    ? fail({ reason: "invalid", why: `${actor.name}@${host} is ${actor.id} no more than another actor that is known` })
    : ok(stored);
}

/** What an actor says of addresses is believed for its own host: nothing is sent to or read from a third one for it. */
function ofHost(url: string | undefined, host: string): string | null {
  return url !== undefined && hostOfId(url) === host ? url : null;
}

/** The account that owns a channel. Null: it is a group of other software, which owns no videos. */
async function ownerOf(deps: Deps, group: RemoteActor): Promise<Result<number | null, RemoteRefusal>> {
  const host = hostOfId(group.id);
  const candidates = group.owners.filter((id) => hostOfId(id) === host && id !== group.id).slice(0, MAX_OWNERS);
  for (const id of candidates) {
    const owner = await resolveOwner(deps, id);
    if (owner.ok && owner.value.type === "Person" && owner.value.accountId !== null) {
      return ok(owner.value.accountId);
    }
    if (!owner.ok && isTransient(owner.error)) {
      return owner;
    }
  }
  return ok(null);
}

/** Not a group's own owner in turn: that would go on for as long as its host likes. */
async function resolveOwner(deps: Deps, id: string): Promise<Resolved> {
  const known = await findActorByUrl(deps.database, id);
  if (known !== undefined && deps.now() - known.fetchedAt < FRESH_MS) {
    return ok(known);
  }
  const document = await readOfHost(deps, id);
  if (!document.ok) {
    return known !== undefined && isTransient(document.error) ? ok(known) : document;
  }
  return document.value["type"] === "Person"
    ? await storeDocument(deps, document.value)
    : fail({ reason: "invalid", why: `${id} isn't a person` });
}

/** Reads an actor again (a task). */
export async function refreshActor(deps: Deps, actorUrl: string): Promise<void> {
  const refreshed = await resolveActor(deps, actorUrl, { refresh: true });
  if (!refreshed.ok) {
    throwIfTransient(refreshed.error);
    const known = await findActorByUrl(deps.database, actorUrl);
    if (known !== undefined && known.host !== null) {
      await touchActor(deps.database, known.id, deps.now());
    }
  }
}

/** Removes an actor of elsewhere with its account or channel and all its videos, as after a Delete of it. */
export async function removeActor(deps: Deps, actor: ActorRow): Promise<void> {
  if (actor.host === null) {
    throw new Error(`${actor.url} is an actor of here`);
  }
  await leaveFollows(deps, actor);
  const removed = await deleteActorRows(deps.database, actor, deps.now());
  await removeLater(deps, objectsOf(removed));
}

/** The actor that a handle names: `name@host`, with an @ before it or not. */
export async function resolveHandle(deps: Deps, text: string): Promise<Resolved> {
  const handle = parseHandle(text.trim(), new URL(deps.publicUrl).host);
  if (handle === undefined) {
    return fail({ reason: "invalid", why: `${text} isn't a handle` });
  }
  const { name, host } = handle;
  if (host === null) {
    return await resolveLocalName(deps, name);
  }
  const found = await findByWebfinger(deps, name, host);
  if (!found.ok) {
    return found;
  }
  const actor = await resolveActor(deps, found.value);
  if (!actor.ok || actor.value.host === host || actor.value.host === null) {
    return actor;
  }
  // A handle of one host that leads to another's actor is true where that host says the same of the actor's name.
  const confirmed = await findByWebfinger(deps, actor.value.name, actor.value.host);
  return confirmed.ok && confirmed.value === actor.value.url
    ? actor
    : fail({ reason: "invalid", why: `${actor.value.host} doesn't confirm that ${text} is ${actor.value.url}` });
}

async function resolveLocalName(deps: Deps, name: string): Promise<Resolved> {
  const row =
    (await findActorByHandle(deps.database, { name, host: null })) ??
    (await ensureLocalActor(deps, { kind: "account", name })) ??
    (await ensureLocalActor(deps, { kind: "channel", name }));
  return row === undefined ? fail({ reason: "gone", why: `there is no actor ${name} here` }) : ok(row);
}

/** The actor that an instance itself is, by its host (with its port): what its NodeInfo names, else PeerTube's name for it. */
export async function resolveInstance(deps: Deps, host: string): Promise<Resolved> {
  const application = await findApplication(deps, host);
  if (!application.ok) {
    return application;
  }
  return application.value === undefined
    ? await resolveHandle(deps, `${INSTANCE_ACTOR_NAME}@${host}`)
    : await resolveActor(deps, application.value);
}

export interface ResolvedKey {
  actor: ActorRow;
  /** RSA, SPKI. */
  pem?: string;
  /** Ed25519. */
  multibase?: string;
}

/**
 * The actor that a key's id leads to, with its keys: the id is the actor's with a fragment or without, its handle as `acct:`, or
 * an address of the key's own.
 */
export async function resolveKey(
  deps: Deps,
  keyId: string,
  { refresh = false }: { refresh?: boolean } = {},
): Promise<Result<ResolvedKey, RemoteRefusal>> {
  const actor = await ownerOfKey(deps, keyId, refresh);
  if (!actor.ok) {
    return actor;
  }
  const { publicKeyPem, assertionKeyMultibase } = actor.value;
  return ok({
    actor: actor.value,
    ...(publicKeyPem !== null && { pem: publicKeyPem }),
    ...(assertionKeyMultibase !== null && { multibase: assertionKeyMultibase }),
  });
}

async function ownerOfKey(deps: Deps, keyId: string, refresh: boolean): Promise<Resolved> {
  const handle = /^acct:(.+)$/i.exec(keyId)?.[1];
  if (handle !== undefined) {
    const found = await resolveHandle(deps, handle);
    return found.ok && refresh ? await resolveActor(deps, found.value.url, { refresh }) : found;
  }
  const url = normalizeId(keyId);
  if (url === undefined || localActorOf(deps.publicUrl, url) !== undefined) {
    return fail({ reason: "invalid", why: "not the id of a key of elsewhere" });
  }
  const known = (await findActorByUrl(deps.database, url)) ?? (await findActorByKeyId(deps.database, keyId));
  if (known !== undefined && hostOfId(known.url) === hostOfId(url)) {
    return await resolveActor(deps, known.url, { refresh });
  }
  const document = await readOfHost(deps, url);
  if (!document.ok) {
    return document;
  }
  if (isActor(document.value)) {
    return await storeDocument(deps, document.value);
  }
  const owner = keyOwnerOf(document.value);
  if (owner === undefined || hostOfId(owner) !== hostOfId(url)) {
    return fail({ reason: "invalid", why: `what is at ${url} is neither an actor nor a key of one` });
  }
  const actor = await resolveActor(deps, owner, { refresh: true });
  const isTheirs = actor.ok && (actor.value.publicKeyId === keyId || actor.value.assertionKeyId === keyId);
  return !actor.ok || isTheirs ? actor : fail({ reason: "invalid", why: `${owner} doesn't say that ${keyId} is its key` });
}
