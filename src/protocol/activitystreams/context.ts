import { ACTIVITYSTREAMS_CONTEXT, SECURITY_CONTEXT } from "../jsonld/contexts";
import type { JsonObject, JsonValue } from "./types";

// The @context of what we send: PeerTube's terms, and the proof's. All but two contexts are inline, since PeerTube refuses the
// signature of a document of which one key has no meaning, and can't load others.

const PT = "https://joinpeertube.org/ns#";
const SC = "http://schema.org/";
const SEC = "https://w3id.org/security#";

type Term = string | { "@id": string; "@type": string };

/** What Ed25519 keys and proofs say (FEP-521a, FEP-8b32), written as plain terms: canonized without graphs within graphs. */
const PROOF_TERMS = {
  sec: SEC,
  DataIntegrityProof: "sec:DataIntegrityProof",
  Multikey: "sec:Multikey",
  proof: { "@id": "sec:proof", "@type": "@id" },
  cryptosuite: "sec:cryptosuite",
  proofPurpose: { "@id": "sec:proofPurpose", "@type": "@vocab" },
  proofValue: "sec:proofValue",
  verificationMethod: { "@id": "sec:verificationMethod", "@type": "@id" },
  assertionMethod: { "@id": "sec:assertionMethod", "@type": "@id" },
  controller: { "@id": "sec:controller", "@type": "@id" },
  publicKeyMultibase: "sec:publicKeyMultibase",
} satisfies Record<string, Term>;

const PREFIXES = { pt: PT, sc: SC } satisfies Record<string, Term>;

const ids = (name: string): Term => ({ "@id": name, "@type": "@id" });
const typed = (name: string, type: string): Term => ({ "@id": name, "@type": type });

const TERMS = {
  video: {
    Hashtag: "as:Hashtag",
    category: "sc:category",
    licence: "sc:license",
    subtitleLanguage: "sc:subtitleLanguage",
    automaticallyGenerated: "pt:automaticallyGenerated",
    sensitive: "as:sensitive",
    language: "sc:inLanguage",
    identifier: "sc:identifier",
    isLiveBroadcast: "sc:isLiveBroadcast",
    liveSaveReplay: typed("pt:liveSaveReplay", "sc:Boolean"),
    permanentLive: typed("pt:permanentLive", "sc:Boolean"),
    latencyMode: typed("pt:latencyMode", "sc:Number"),
    Infohash: "pt:Infohash",
    tileWidth: typed("pt:tileWidth", "sc:Number"),
    tileHeight: typed("pt:tileHeight", "sc:Number"),
    tileDuration: typed("pt:tileDuration", "sc:Number"),
    aspectRatio: typed("pt:aspectRatio", "sc:Float"),
    uuid: typed("pt:uuid", "sc:identifier"),
    originallyPublishedAt: "sc:datePublished",
    uploadDate: "sc:uploadDate",
    hasParts: "sc:hasParts",
    views: typed("pt:views", "sc:Number"),
    state: typed("pt:state", "sc:Number"),
    size: typed("pt:size", "sc:Number"),
    fps: typed("pt:fps", "sc:Number"),
    commentsEnabled: typed("pt:commentsEnabled", "sc:Boolean"),
    canReply: "pt:canReply",
    commentsPolicy: typed("pt:commentsPolicy", "sc:Number"),
    downloadEnabled: typed("pt:downloadEnabled", "sc:Boolean"),
    waitTranscoding: typed("pt:waitTranscoding", "sc:Boolean"),
    support: typed("pt:support", "sc:Text"),
    likes: ids("as:likes"),
    dislikes: ids("as:dislikes"),
    shares: ids("as:shares"),
    comments: ids("as:comments"),
    PropertyValue: "sc:PropertyValue",
    value: "sc:value",
  },
  actor: {
    playlists: ids("pt:playlists"),
    support: typed("pt:support", "sc:Text"),
    lemmy: "https://join-lemmy.org/ns#",
    postingRestrictedToMods: "lemmy:postingRestrictedToMods",
    icons: "as:icon",
    manuallyApprovesFollowers: "as:manuallyApprovesFollowers",
    toot: "http://joinmastodon.org/ns#",
    discoverable: "toot:discoverable",
    indexable: "toot:indexable",
  },
  playlist: {
    Playlist: "pt:Playlist",
    PlaylistElement: "pt:PlaylistElement",
    position: typed("pt:position", "sc:Number"),
    startTimestamp: typed("pt:startTimestamp", "sc:Number"),
    stopTimestamp: typed("pt:stopTimestamp", "sc:Number"),
    uuid: typed("pt:uuid", "sc:identifier"),
  },
  cacheFile: {
    expires: "sc:expires",
    CacheFile: "pt:CacheFile",
    size: typed("pt:size", "sc:Number"),
    fps: typed("pt:fps", "sc:Number"),
  },
  watchAction: {
    WatchAction: "sc:WatchAction",
    startTimestamp: typed("pt:startTimestamp", "sc:Number"),
    endTimestamp: typed("pt:endTimestamp", "sc:Number"),
    uuid: typed("pt:uuid", "sc:identifier"),
    actionStatus: "sc:actionStatus",
    watchSections: ids("pt:watchSections"),
    addressRegion: "sc:addressRegion",
    addressCountry: "sc:addressCountry",
  },
  view: {
    WatchAction: "sc:WatchAction",
    InteractionCounter: "sc:InteractionCounter",
    interactionType: "sc:interactionType",
    userInteractionCount: "sc:userInteractionCount",
  },
  comment: { replyApproval: "pt:replyApproval" },
  /** ActivityStreams' own term wants an address, and would lose a bare `Note`. */
  tombstone: { formerType: typed("as:formerType", "@vocab") },
  flag: { Hashtag: "as:Hashtag", startAt: typed("pt:startAt", "sc:Number"), endAt: typed("pt:endAt", "sc:Number") },
  approveReply: { ApproveReply: "pt:ApproveReply", RejectReply: "pt:RejectReply" },
  chapters: { hasPart: "sc:hasPart", startOffset: "sc:startOffset", endOffset: "sc:endOffset" },
} satisfies Record<string, Record<string, Term>>;

/** Which terms a document needs besides those of ActivityStreams. */
export type ContextKind = keyof typeof TERMS;

/** The `@context` of a document: the common one, and the terms of its kinds. */
export function contextOf(...kinds: ContextKind[]): JsonValue {
  const own: JsonObject = { ...PROOF_TERMS };
  if (kinds.length > 0) {
    Object.assign(own, PREFIXES, ...kinds.map((kind) => TERMS[kind]));
  }
  return [ACTIVITYSTREAMS_CONTEXT, SECURITY_CONTEXT, { RsaSignature2017: `${SEC}RsaSignature2017` }, own];
}

/** Full IRIs of all terms that the vidiverse's documents share; a document that gives one another meaning isn't trusted. */
export const KNOWN_TERMS: Readonly<Record<string, string>> = Object.fromEntries(
  [{ RsaSignature2017: "sec:RsaSignature2017" }, PROOF_TERMS, PREFIXES, ...Object.values(TERMS)].flatMap((terms) =>
    Object.entries<Term>(terms).map(([term, definition]) => [
      term,
      fullIri(typeof definition === "string" ? definition : definition["@id"]),
    ]),
  ),
);

function fullIri(iri: string): string {
  const prefixes: Record<string, string> = {
    as: `${ACTIVITYSTREAMS_CONTEXT}#`,
    pt: PT,
    sc: SC,
    sec: SEC,
    lemmy: "https://join-lemmy.org/ns#",
    toot: "http://joinmastodon.org/ns#",
  };
  const at = iri.indexOf(":");
  const base = prefixes[iri.slice(0, at)];
  return base === undefined ? iri : base + iri.slice(at + 1);
}
