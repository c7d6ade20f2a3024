import { INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import { actorOfAccount } from "../../storage/d1/actors";
import type { OwnedVideo } from "../../storage/d1/outgoing";
import type { AccountRow } from "../../storage/d1/schema";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { localActorOfAccount, localActorOfChannel } from "../actors/local";
import type { Deps } from "../deps";

/** Who has to do with a local video: their followers hear of it. */
export function announcersOf({ channel, owner }: Pick<OwnedVideo, "channel" | "owner">): LocalActor[] {
  return [localActorOfAccount(owner), localActorOfChannel(channel), INSTANCE_ACTOR];
}

/** Where an actor of elsewhere takes what isn't for it alone. */
export function sharedInboxOf(actor: Pick<ActorRow, "sharedInboxUrl" | "inboxUrl">): string {
  return actor.sharedInboxUrl ?? actor.inboxUrl;
}

/** The actor that an account of elsewhere is; undefined for one of here. */
export async function remoteActorOfAccount(deps: Pick<Deps, "database">, account: AccountRow | null): Promise<ActorRow | undefined> {
  return account === null || account.host === null ? undefined : await actorOfAccount(deps.database, account.id);
}
