import jsonld from "jsonld";
import { BUNDLED_CONTEXTS } from "./contexts";

/** How much a graph made to be hard to canonize may cost; what people write needs none of it. */
const MAX_WORK_FACTOR = 1;

/** ActivityStreams' vocabulary makes a blank node of any type that isn't explained, and blank nodes are all alike. */
const UNEXPLAINED_TYPE = /^\S+ <http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#type> _:/m;

/**
 * A document as canonical N-Quads (URDNA2015). Throws where a key or type isn't explained by its contexts (safe mode: it would be
 * left out of what is signed), where a context isn't bundled, and where the graph is too hard.
 */
export async function canonize(document: object): Promise<string> {
  const quads = await jsonld.canonize(document, {
    algorithm: "URDNA2015",
    format: "application/n-quads",
    safe: true,
    maxWorkFactor: MAX_WORK_FACTOR,
    // oxlint-disable-next-line typescript/require-await -- the loader's type is a promise
    documentLoader: async (url) => {
      const bundled = Object.hasOwn(BUNDLED_CONTEXTS, url) ? BUNDLED_CONTEXTS[url] : undefined;
      if (bundled === undefined) {
        throw new Error(`the context ${url} isn't bundled`);
      }
      return { contextUrl: undefined, documentUrl: url, document: bundled };
    },
  });
  if (UNEXPLAINED_TYPE.test(quads)) {
    throw new Error("a type has no meaning by the document's contexts");
  }
  return quads;
}
