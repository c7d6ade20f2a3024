import { paths } from "../paths";
import { normalizeId } from "./ids";

/** An actor of this instance. The instance itself is the account that PeerTube calls `peertube`. */
export interface LocalActor {
  kind: "account" | "channel" | "instance";
  name: string;
}

/** The name by which other instances look an instance's own actor up: PeerTube follows back nobody else. */
export const INSTANCE_ACTOR_NAME = "peertube";
/** The same actor under our own name, for whoever looks it up by that. */
export const INSTANCE_ACTOR_ALIAS = "edgetube";
export const INSTANCE_ACTOR: LocalActor = { kind: "instance", name: INSTANCE_ACTOR_NAME };

/** The path that is the actor's id on this instance. */
export function actorPath(actor: LocalActor): string {
  return actor.kind === "channel" ? paths.channelActor(actor.name) : paths.accountActor(actor.name);
}

/** The name of the actor's object: `accounts/NAME` or `video-channels/NAME`, in lower case as names are compared. */
export function actorObjectName(actor: LocalActor): string {
  return actorPath(actor).slice(1).toLowerCase();
}

/** The addresses of a local actor, `url` being its id. */
export interface ActorUrls {
  url: string;
  inbox: string;
  sharedInbox: string;
  outbox: string;
  followers: string;
  following: string;
  playlists: string;
  /** Key ids: the RSA key that PeerTube calls `main-key`, and the Ed25519 key of proofs. */
  mainKey: string;
  assertionKey: string;
}

export function actorUrls(publicUrl: string, actor: LocalActor): ActorUrls {
  const url = publicUrl + actorPath(actor);
  return {
    url,
    inbox: `${url}/inbox`,
    sharedInbox: `${publicUrl}/inbox`,
    outbox: `${url}/outbox`,
    followers: `${url}/followers`,
    following: `${url}/following`,
    playlists: `${url}/playlists`,
    ...keyIdsOf(url),
  };
}

/** The ids of a local actor's keys, by its own. */
export function keyIdsOf(actorUrl: string): Pick<ActorUrls, "mainKey" | "assertionKey"> {
  return { mainKey: `${actorUrl}#main-key`, assertionKey: `${actorUrl}#ed25519-key` };
}

/** The local actor that an id names; whether there is one of the name only the database knows. Undefined for ids of elsewhere. */
export function localActorOf(publicUrl: string, id: string): LocalActor | undefined {
  const normal = normalizeId(id);
  if (normal === undefined || !normal.startsWith(`${publicUrl}/`)) {
    return undefined;
  }
  const match = /^\/(accounts|video-channels)\/([^/?#]+)$/.exec(normal.slice(publicUrl.length));
  const name = match?.[2] && decodeName(match[2]);
  if (match === null || !name) {
    return undefined;
  }
  if (match[1] === "video-channels") {
    return { kind: "channel", name };
  }
  return [INSTANCE_ACTOR_NAME, INSTANCE_ACTOR_ALIAS].includes(name.toLowerCase()) ? INSTANCE_ACTOR : { kind: "account", name };
}

function decodeName(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
