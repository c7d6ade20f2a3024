import {
  actorObjectName,
  actorPath,
  actorUrls,
  INSTANCE_ACTOR,
  INSTANCE_ACTOR_ALIAS,
  INSTANCE_ACTOR_NAME,
  localActorOf,
  type LocalActor,
} from "../../protocol/activitystreams/local-actors";
import { findAccount, findAccountById } from "../../storage/d1/accounts";
import { findActorByHandle, findActorByUrl, storeLocalActor } from "../../storage/d1/actors";
import { findChannel } from "../../storage/d1/channels";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import type { ActorKeys, ActorObject } from "./actor-object";

export type ActorDeps = Pick<Deps, "database" | "actorObject" | "publicUrl" | "now">;

/** The names that are the instance's own actor; no account or channel has them. */
const RESERVED_NAMES: readonly string[] = [INSTANCE_ACTOR_NAME, INSTANCE_ACTOR_ALIAS];

/** Whether a name can't be an account's or channel's: it is the instance's own. */
export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.includes(name.toLowerCase());
}

export function localActorOfAccount(account: Pick<AccountRow, "name">): LocalActor {
  return { kind: "account", name: account.name };
}

export function localActorOfChannel(channel: Pick<ChannelRow, "name">): LocalActor {
  return { kind: "channel", name: channel.name };
}

/** The actor that the instance itself is. */
export const instanceActor: LocalActor = INSTANCE_ACTOR;

/** The local actor of a row; undefined for one of elsewhere. */
export function localActorOfRow(row: Pick<ActorRow, "host" | "name" | "type">): LocalActor | undefined {
  if (row.host !== null) {
    return undefined;
  }
  if (row.type === "Group") {
    return { kind: "channel", name: row.name };
  }
  return isReservedName(row.name) ? INSTANCE_ACTOR : { kind: "account", name: row.name };
}

/** What the database calls a local actor (names are compared in any case) and which of its rows it is. */
interface KnownActor {
  actor: LocalActor;
  type: "Person" | "Group" | "Application";
  accountId: number | null;
  channelId: number | null;
}

async function findKnownActor(deps: Pick<Deps, "database">, actor: LocalActor): Promise<KnownActor | undefined> {
  switch (actor.kind) {
    case "instance":
      return { actor: INSTANCE_ACTOR, type: "Application", accountId: null, channelId: null };
    case "account": {
      const account = await findAccount(deps.database, { name: actor.name, host: null });
      return account && { actor: localActorOfAccount(account), type: "Person", accountId: account.id, channelId: null };
    }
    case "channel": {
      const channel = (await findChannel(deps.database, { name: actor.name, host: null }))?.channel;
      return channel && { actor: localActorOfChannel(channel), type: "Group", accountId: null, channelId: channel.id };
    }
  }
}

/**
 * The row of a local actor with its public keys and addresses, made where it isn't there yet or the instance's address
 * is another. Undefined where there is no such account or channel; the instance's own actor always is.
 */
export async function ensureLocalActor(deps: ActorDeps, actor: LocalActor): Promise<ActorRow | undefined> {
  const stored = await findActorByHandle(deps.database, { name: actor.name, host: null });
  if (stored?.publicKeyPem && stored.url === deps.publicUrl + actorPath({ ...actor, name: stored.name }) && isOfKind(stored, actor)) {
    return stored;
  }
  return await refreshLocalActor(deps, actor);
}

/** Names are unique over accounts and channels, but a path may ask for the one by the other's name. */
function isOfKind(row: ActorRow, actor: LocalActor): boolean {
  return (row.type === "Group") === (actor.kind === "channel") && (row.type === "Application") === (actor.kind === "instance");
}

async function storeKnownActor(deps: Pick<Deps, "database" | "publicUrl" | "now">, known: KnownActor, keys: ActorKeys): Promise<ActorRow> {
  const urls = actorUrls(deps.publicUrl, known.actor);
  const row = {
    url: urls.url,
    type: known.type,
    name: known.actor.name,
    accountId: known.accountId,
    channelId: known.channelId,
    inboxUrl: urls.inbox,
    sharedInboxUrl: urls.sharedInbox,
    outboxUrl: urls.outbox,
    followersUrl: urls.followers,
    playlistsUrl: known.actor.kind === "account" ? urls.playlists : null,
    iconUrl: null,
    publicKeyId: urls.mainKey,
    publicKeyPem: keys.publicKeyPem,
    assertionKeyId: urls.assertionKey,
    assertionKeyMultibase: keys.assertionKeyMultibase,
    keysChangedAt: keys.bornAt,
  };
  return await storeLocalActor(deps.database, row, deps.now());
}

/** Writes a local actor's row anew from what its object and the database say; undefined where there is no such actor. */
export async function refreshLocalActor(deps: ActorDeps, actor: LocalActor): Promise<ActorRow | undefined> {
  return await writeRow(deps, actor, (object, url) => object.keys(url));
}

/** Gives a local actor new keys, and its row with them; undefined where there is no such actor. */
export async function replaceKeys(deps: ActorDeps, actor: LocalActor): Promise<ActorRow | undefined> {
  return await writeRow(deps, actor, (object, url) => object.rotateKeys(url));
}

async function writeRow(
  deps: ActorDeps,
  actor: LocalActor,
  keysOf: (object: ActorObject, url: string) => Promise<ActorKeys>,
): Promise<ActorRow | undefined> {
  const known = await findKnownActor(deps, actor);
  if (known === undefined) {
    return undefined;
  }
  const { url } = actorUrls(deps.publicUrl, known.actor);
  return await storeKnownActor(deps, known, await keysOf(deps.actorObject(actorObjectName(known.actor)), url));
}

/** The row of any known actor by its id; a local one's is made where it isn't there yet. */
export async function findActorRow(deps: ActorDeps, url: string): Promise<ActorRow | undefined> {
  const local = localActorOf(deps.publicUrl, url);
  return local === undefined ? await findActorByUrl(deps.database, url) : await ensureLocalActor(deps, local);
}

/** The local actor that acts for an account, by the account's row; undefined where it is gone or of elsewhere. */
export async function localActorOfAccountId(deps: Pick<Deps, "database">, accountId: number): Promise<LocalActor | undefined> {
  const account = await findAccountById(deps.database, accountId);
  return account === undefined || account.host !== null ? undefined : localActorOfAccount(account);
}
