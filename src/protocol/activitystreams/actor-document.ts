import { contextOf } from "./context";
import { actorUrls, type LocalActor } from "./local-actors";
import type { JsonObject } from "./types";

export interface ActorDocumentParts {
  actor: LocalActor;
  publicUrl: string;
  displayName: string;
  description: string | null;
  support: string | null;
  /** The page of the actor. */
  pageUrl: string;
  /** A channel's owner. */
  ownerUrl: string | null;
  publicKeyPem: string;
  assertionKeyMultibase: string;
  /** Milliseconds since 1970. */
  publishedAt: number;
  manuallyApprovesFollowers: boolean;
}

const TYPES = { account: "Person", channel: "Group", instance: "Application" } as const;

/** An actor of this instance (ActivityPub, section 4) as PeerTube and Mastodon read it. */
export function actorDocument(parts: ActorDocumentParts): JsonObject {
  const { actor, publicUrl } = parts;
  const urls = actorUrls(publicUrl, actor);
  return {
    "@context": contextOf("actor"),
    type: TYPES[actor.kind],
    id: urls.url,
    following: urls.following,
    followers: urls.followers,
    ...(actor.kind !== "instance" && { playlists: urls.playlists }),
    inbox: urls.inbox,
    outbox: urls.outbox,
    preferredUsername: actor.name,
    url: parts.pageUrl,
    name: parts.displayName,
    endpoints: { sharedInbox: urls.sharedInbox },
    publicKey: { id: urls.mainKey, owner: urls.url, publicKeyPem: parts.publicKeyPem },
    assertionMethod: [{ id: urls.assertionKey, type: "Multikey", controller: urls.url, publicKeyMultibase: parts.assertionKeyMultibase }],
    manuallyApprovesFollowers: parts.manuallyApprovesFollowers,
    discoverable: true,
    indexable: true,
    published: new Date(parts.publishedAt).toISOString(),
    summary: parts.description,
    ...(actor.kind === "channel" && {
      support: parts.support,
      attributedTo: parts.ownerUrl === null ? [] : [{ type: "Person", id: parts.ownerUrl }],
      postingRestrictedToMods: true,
    }),
  };
}
