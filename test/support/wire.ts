import documentsJson from "../fixtures/wire/documents.json" with { type: "json" };
import keysJson from "../fixtures/wire/keys.json" with { type: "json" };
import requestsJson from "../fixtures/wire/requests.json" with { type: "json" };

// What was recorded of a real PeerTube (test/fixtures/wire/README.md).

export interface RecordedRequest {
  /** Such as `0034-Create_Note`. */
  name: string;
  scenario: string;
  /** When it arrived, ISO 8601. */
  time: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The body, byte for byte as UTF-8. */
  body: string;
  http: { keyId: string; signingString: string };
  /** Null: it carries no Linked Data Signature. */
  ld: { creator: string; optionsHash: string; documentHash: string } | null;
}

export interface RecordedDocument {
  name: string;
  url: string;
  status: number;
  contentType: string;
  document: unknown;
}

/** The instance that the requests were sent to. */
export const RECORDING_ORIGIN = "http://127.0.0.1:9701";

export const recordedRequests = requestsJson as unknown as RecordedRequest[];
export const recordedDocuments = documentsJson as unknown as RecordedDocument[];
/** Public keys (PEM) by the id of their actor. */
export const recordedKeys = keysJson as Record<string, string>;

/** A recorded document by its name. */
export function recordedDocument(name: string): Record<string, unknown> {
  const found = recordedDocuments.find((entry) => entry.name === name);
  if (found === undefined) {
    throw new Error(`no document was recorded as ${name}`);
  }
  return found.document as Record<string, unknown>;
}
