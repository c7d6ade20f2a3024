import { KNOWN_TERMS } from "../activitystreams/context";
import type { JsonObject, JsonValue } from "../activitystreams/types";
import activitystreams from "./contexts/activitystreams.json";
import securityV1 from "./contexts/security-v1.json";
import { BUNDLED_CONTEXTS } from "./contexts";

// We read plain JSON keys, while a Linked Data Signature covers what the keys mean by their context. Whoever passes somebody
// else's signed activity on could give the keys other meanings, hide some under other names or turn the graph over, so that
// another node is its root, and keep the signature valid. So the plain keys must say all of it, in their common meanings.

const MAX_DEPTH = 30;
/** Each costs the processing of some hundred terms; who embeds actors needs a few. */
const MAX_CONTEXTS = 30;

/** Bundled for documents that no Linked Data Signature is asked of: they give common keys other meanings or other names. */
const UNTRUSTED_CONTEXTS = ["https://w3id.org/identity/v1", "https://join-lemmy.org/context.json"];

const PREFIXES: Readonly<Record<string, string>> = {
  as: "https://www.w3.org/ns/activitystreams#",
  dc: "http://purl.org/dc/terms/",
  ldp: "http://www.w3.org/ns/ldp#",
  sec: "https://w3id.org/security#",
  vcard: "http://www.w3.org/2006/vcard/ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};

const AS_TERMS = activitystreams["@context"] as Record<string, JsonValue>;

/** What the keys that we read mean, and those beside them. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ...meaningsOf(AS_TERMS),
  ...meaningsOf(securityV1["@context"]),
  ...Object.entries(KNOWN_TERMS).map(([term, iri]): [string, string] => [term, expand(iri, {}) ?? iri]),
]);
/** Prefixes may have any name. */
const COMMON_IRIS: ReadonlySet<string> = new Set([...COMMON.values()].filter((iri) => !/[#/]$/.test(iri)));
/** Misskey's second name for a type that nobody reads. */
const HARMLESS_ALIAS = "Key";
/** security/v1 has `expires` twice. */
const SECOND_NAME = "expiration";
/** Nothing else can be taken for a URL, whose scheme would be a prefix. */
const TERM = /^(?!https?$)[a-z_][\w-]*$/i;

/**
 * What a document's context or structure does that it may not for its plain keys to mean what was signed; undefined where all is
 * well. To be asked before a Linked Data Signature counts for anything.
 */
export function contextProblem(document: JsonObject): string | undefined {
  const { "@context": context, signature: _, ...rest } = document;
  return anyProblem(context ?? null) ?? structureProblem(rest, { depth: 0, contexts: { left: MAX_CONTEXTS } });
}

function anyProblem(context: JsonValue): string | undefined {
  for (const entry of Array.isArray(context) ? context : [context]) {
    const problem = typeof entry === "string" ? addressProblem(entry) : inlineProblem(entry);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function addressProblem(url: string): string | undefined {
  return Object.hasOwn(BUNDLED_CONTEXTS, url) && !UNTRUSTED_CONTEXTS.includes(url) ? undefined : "a context that isn't known";
}

/** What an inline context does that it may not. */
export function inlineProblem(context: JsonValue): string | undefined {
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    return "a context that isn't one";
  }
  for (const [term, definition] of Object.entries(context)) {
    // Mastodon and Pleroma name a language; vocabularies, bases and imports change what other keys mean.
    if (term === "@language") {
      continue;
    }
    const problem = TERM.test(term) ? termProblem(term, definition, context) : `${term} in a context`;
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function termProblem(term: string, definition: JsonValue, context: JsonObject): string | undefined {
  const plain = plainDefinition(definition);
  const iri = plain && expand(plain.id, context);
  if (plain === undefined || iri === undefined) {
    return `no plain meaning for ${term}`;
  }
  const common = COMMON.get(term);
  if (common === undefined) {
    return COMMON_IRIS.has(iri) && term !== HARMLESS_ALIAS ? `another name for ${iri}` : undefined;
  }
  if (common !== iri) {
    return `another meaning for ${term}`;
  }
  // A map of languages, say, would be read as an object.
  const container = containerOf(AS_TERMS[term]);
  return plain.container === undefined || plain.container === "@set" || plain.container === container
    ? undefined
    : `another structure for ${term}`;
}

/** Scoped contexts, reversed properties, indexes and graphs would change more than the term, and `@vocab` what its values are. */
function plainDefinition(definition: JsonValue): { id: string; container: string | undefined } | undefined {
  if (typeof definition === "string") {
    return { id: definition, container: undefined };
  }
  if (typeof definition !== "object" || definition === null || Array.isArray(definition)) {
    return undefined;
  }
  const { "@id": id, "@type": type = "@id", "@container": container, "@language": _, ...more } = definition;
  const isPlain =
    typeof id === "string" &&
    typeof type === "string" &&
    (type === "@id" || !type.startsWith("@") || (type === "@vocab" && id === "sec:proofPurpose")) &&
    (container === undefined || container === "@set" || container === "@list" || container === "@language") &&
    Object.keys(more).length === 0;
  return isPlain ? { id, container } : undefined;
}

function containerOf(definition: JsonValue | undefined): JsonValue | undefined {
  return typeof definition === "object" && definition !== null && !Array.isArray(definition) ? definition["@container"] : undefined;
}

function meaningsOf(terms: Record<string, JsonValue>): [string, string][] {
  return Object.entries(terms).flatMap(([term, definition]): [string, string][] => {
    const id = typeof definition === "string" ? definition : plainDefinition(definition)?.id;
    const iri = id === undefined || term.startsWith("@") ? undefined : expand(id, {});
    return iri === undefined ? [] : [[term, iri]];
  });
}

/** The whole IRI; undefined where that takes more than one prefix, of the same context or known to all. */
function expand(iri: string, context: JsonObject): string | undefined {
  if (iri === "@id" || iri === "@type") {
    return iri;
  }
  const at = iri.indexOf(":");
  if (iri.startsWith("://", at)) {
    // Mastodon and older PeerTubes write schema.org's names so.
    return iri.replace("http://schema.org#", "http://schema.org/");
  }
  const prefix = at > 0 ? iri.slice(0, at) : "";
  const base = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : Object.hasOwn(context, prefix) ? context[prefix] : undefined;
  return typeof base === "string" && base.includes("://") ? expand(base + iri.slice(at + 1), {}) : undefined;
}

/** What within a document hides something from whoever reads its plain keys. */
function structureProblem(value: JsonValue, at: { depth: number; contexts: { left: number } }): string | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if (at.depth > MAX_DEPTH) {
    return "too deep a structure";
  }
  const within = { ...at, depth: at.depth + 1 };
  for (const [key, entry] of Object.entries(value)) {
    const problem =
      key === "@context"
        ? nestedContextProblem(entry, at.contexts)
        : // In full or compact IRIs as keys something could be said that plain keys don't show.
          key.startsWith("@") || key.includes(":") || key === SECOND_NAME
          ? `${key} within the document`
          : structureProblem(entry, within);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

/** PeerTube embeds actors with a context of their own; a proof repeats its document's (FEP-8b32). */
function nestedContextProblem(context: JsonValue, contexts: { left: number }): string | undefined {
  contexts.left -= 1;
  return contexts.left < 0 ? "too many contexts" : anyProblem(context);
}
