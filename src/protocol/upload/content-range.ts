import { fail, ok, type ParseResult } from "./parse-result";

/** What a PUT says of itself. `total` is undefined where the client wrote `*`. */
export type ContentRange =
  | { kind: "question"; total: number | undefined }
  /** `end` is inclusive, as on the wire. */
  | { kind: "bytes"; start: number; end: number; total: number | undefined };

const QUESTION = /^bytes \*\/(\d{1,15}|\*)$/;
const BYTES = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/;

/**
 * Reads a Content-Range header of the X-headers upload protocol: `bytes 0-99/1000`, `bytes 0-99/*`, or the question how
 * far the upload has come, a `bytes` range of star and total.
 */
export function parseContentRange(header: string): ParseResult<ContentRange> {
  const text = header.trim();
  const question = QUESTION.exec(text);
  if (question) {
    return ok({ kind: "question", total: totalOf(question[1]) });
  }
  const bytes = BYTES.exec(text);
  if (!bytes) {
    return fail("Content-Range isn't of the form «bytes START-END/TOTAL».");
  }
  const start = Number(bytes[1]);
  const end = Number(bytes[2]);
  const total = totalOf(bytes[3]);
  if (end < start) {
    return fail("Content-Range ends before it begins.");
  }
  return ok({ kind: "bytes", start, end, total });
}

function totalOf(text: string | undefined): number | undefined {
  return text === undefined || text === "*" ? undefined : Number(text);
}

/** The Range header that tells a client how many bytes are safe; undefined where there are none. */
export function receivedRange(received: number): string | undefined {
  return received === 0 ? undefined : `bytes=0-${received - 1}`;
}
