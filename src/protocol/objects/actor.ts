import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import { hrefOf, list, listOf, optionalHref, optionalId, optionalTime, requiredId, text } from "./fields";
import { parseBy, type Parsed } from "./parsed";

// Actors of elsewhere (ActivityPub, section 4.1).

export const ACTOR_TYPES = ["Person", "Application", "Group", "Service", "Organization"] as const;

/** PeerTube's characters: what stands between @ and host in a handle. */
const NAME = /^[A-Za-z0-9._:-]{1,120}$/;

const publicKeySchema = z.object({
  id: z.string().min(1).max(2000),
  publicKeyPem: z
    .string()
    .max(5000)
    .refine((pem) => pem.includes("-----BEGIN PUBLIC KEY-----") && pem.includes("-----END PUBLIC KEY-----")),
});

/** FEP-521a; `z6Mk` is Ed25519's prefix. */
const assertionKeySchema = z.object({
  id: z.string().min(1).max(2000),
  type: z.literal("Multikey"),
  publicKeyMultibase: z.string().startsWith("z6Mk").max(100),
});

const imageSchema = z
  .object({ url: z.unknown(), width: z.unknown().optional() })
  .transform(({ url, width }) => ({ url: hrefOf(url), width: typeof width === "number" ? width : 0 }));

const actorSchema = z
  .object({
    id: requiredId,
    type: z.enum(ACTOR_TYPES),
    preferredUsername: z.string().regex(NAME, "isn't a name"),
    name: text(120).optional(),
    summary: text(1000).optional(),
    support: text(1000).optional(),
    inbox: requiredId,
    outbox: optionalId.optional(),
    followers: optionalId.optional(),
    playlists: optionalId.optional(),
    endpoints: z.object({ sharedInbox: optionalId.optional() }).catch({}).optional(),
    attributedTo: list.optional(),
    icon: listOf(imageSchema).optional(),
    url: optionalHref.optional(),
    published: optionalTime.optional(),
    publicKey: listOf(publicKeySchema).optional(),
    assertionMethod: listOf(assertionKeySchema).optional(),
  })
  .refine(({ publicKey, assertionMethod }) => (publicKey?.length ?? 0) + (assertionMethod?.length ?? 0) > 0, "has no key")
  .transform((actor): RemoteActor => {
    const key = actor.publicKey?.[0];
    const assertionKey = actor.assertionMethod?.[0];
    return {
      id: actor.id,
      type: actor.type,
      name: actor.preferredUsername,
      displayName: actor.name ?? actor.preferredUsername,
      summary: actor.summary ?? null,
      support: actor.support ?? null,
      inbox: actor.inbox,
      sharedInbox: actor.endpoints?.sharedInbox,
      outbox: actor.outbox,
      followers: actor.followers,
      playlists: actor.playlists,
      owners: ownersOf(actor.attributedTo ?? []),
      icon: (actor.icon ?? []).filter(({ url }) => url !== undefined).toSorted((a, b) => b.width - a.width)[0]?.url,
      publishedAt: actor.published,
      publicKey: key && { id: key.id, pem: key.publicKeyPem },
      assertionKey: assertionKey && { id: assertionKey.id, multibase: assertionKey.publicKeyMultibase },
    };
  });

/** Those that may own a Group, in its order. */
function ownersOf(attributedTo: unknown[]): string[] {
  return attributedTo.flatMap((value) => {
    const parsed = requiredId.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

export interface RemoteActor {
  id: string;
  type: (typeof ACTOR_TYPES)[number];
  /** preferredUsername */
  name: string;
  displayName: string;
  /** As it came: HTML of most, Markdown of PeerTube. */
  summary: string | null;
  support: string | null;
  inbox: string;
  sharedInbox: string | undefined;
  outbox: string | undefined;
  followers: string | undefined;
  playlists: string | undefined;
  owners: string[];
  /** The largest avatar. */
  icon: string | undefined;
  publishedAt: number | undefined;
  publicKey: { id: string; pem: string } | undefined;
  assertionKey: { id: string; multibase: string } | undefined;
}

/** Reads an actor. */
export function parseActor(document: JsonObject): Parsed<RemoteActor> {
  return parseBy(actorSchema, document);
}

/** Whether a document is one of an actor. */
export function isActor(document: JsonObject): boolean {
  return (ACTOR_TYPES as readonly unknown[]).includes(document["type"]) && document["inbox"] !== undefined;
}
