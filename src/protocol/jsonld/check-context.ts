import type { JsonObject, JsonValue } from "../activitystreams/types";
import { KNOWN_TERMS } from "../activitystreams/context";
import activitystreams from "./contexts/activitystreams.json";
import { BUNDLED_CONTEXTS } from "./contexts";

// We read plain JSON keys, while a Linked Data Signature covers what the keys mean by their context. Whoever passes somebody
// else's signed activity on could give the keys other meanings and keep the signature valid; so such a document must
// use the common terms in their common meanings.

const MAX_DEPTH = 30;
const PROTECTED: ReadonlySet<string> = new Set(Object.keys(activitystreams["@context"]));

/**
 * What a document's context or structure does that it may not for its plain keys to mean what was signed; undefined where all is
 * well. To be asked before a Linked Data Signature counts for anything.
 */
export function contextProblem(document: JsonObject): string | undefined {
  const problem = anyProblem(document["@context"] ?? null);
  if (problem !== undefined) {
    return problem;
  }
  // Nothing is read of signatures and proofs but what signs; and a proof repeats the document's context (FEP-8b32).
  const { "@context": _, signature: _signature, proof: _proof, ...rest } = document;
  return structureProblem(rest, 0);
}

function anyProblem(context: JsonValue): string | undefined {
  for (const entry of Array.isArray(context) ? context : [context]) {
    const problem = typeof entry === "string" ? unknownContext(entry) : inlineProblem(entry);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function unknownContext(url: string): string | undefined {
  return Object.hasOwn(BUNDLED_CONTEXTS, url) ? undefined : "a context that isn't known";
}

function inlineProblem(context: JsonValue): string | undefined {
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    return "a context that isn't one";
  }
  for (const [term, definition] of Object.entries(context)) {
    if (term.startsWith("@")) {
      // Mastodon and Pleroma name a language; vocabularies, bases and imports change what other keys mean.
      if (term !== "@language") {
        return `${term} in a context`;
      }
      continue;
    }
    const iri = iriOf(definition);
    if (iri === undefined) {
      return `no meaning for ${term}`;
    }
    const known = Object.hasOwn(KNOWN_TERMS, term) ? KNOWN_TERMS[term] : undefined;
    if (known !== undefined ? expand(iri, context) !== known : PROTECTED.has(term) && !isCommon(term, iri, context)) {
      return `another meaning for ${term}`;
    }
  }
  return undefined;
}

/** Many repeat a term of ActivityStreams as it is there. */
function isCommon(term: string, iri: string, context: JsonObject): boolean {
  const common: unknown = (activitystreams["@context"] as Record<string, unknown>)[term];
  const commonIri = iriOf(common as JsonValue);
  return commonIri !== undefined && expand(iri, context) === expand(commonIri, context);
}

function iriOf(definition: JsonValue): string | undefined {
  if (typeof definition === "string") {
    return definition;
  }
  if (typeof definition !== "object" || definition === null || Array.isArray(definition)) {
    return undefined;
  }
  // A scoped context, a reversed property or an index would change more than the term.
  const allowed = ["@id", "@type", "@container", "@language"];
  const id = definition["@id"];
  return Object.keys(definition).every((key) => allowed.includes(key)) && typeof id === "string" ? id : undefined;
}

const PREFIXES: Readonly<Record<string, string>> = {
  as: "https://www.w3.org/ns/activitystreams#",
  sec: "https://w3id.org/security#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};

function expand(iri: string, context: JsonObject): string {
  const at = iri.indexOf(":");
  const prefix = iri.slice(0, at);
  const own = Object.hasOwn(context, prefix) ? context[prefix] : undefined;
  const base = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : typeof own === "string" ? own : undefined;
  return at > 0 && base !== undefined && !iri.slice(at).startsWith("://") ? base + iri.slice(at + 1) : iri;
}

/** Keywords as keys let a document say what its plain keys don't show. */
function structureProblem(value: JsonValue, depth: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if (depth > MAX_DEPTH) {
    return "too deep a structure";
  }
  if (Array.isArray(value)) {
    for (const entry of value) {
      const problem = structureProblem(entry, depth + 1);
      if (problem !== undefined) {
        return problem;
      }
    }
    return undefined;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (key.startsWith("@") && key !== "@context") {
      return `${key} within the document`;
    }
    // PeerTube embeds actors with a context of their own.
    const problem = key === "@context" ? anyProblem(entry) : structureProblem(entry, depth + 1);
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}
