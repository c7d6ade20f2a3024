// Conditional and range requests (RFC 9110, sections 13 and 14) for a representation that D1 describes fully, so that
// the answer is decided before a byte is read.

export type ByteRange = { kind: "whole" } | { kind: "part"; offset: number; length: number } | { kind: "unsatisfiable" };

/**
 * What a `Range` header asks of a representation of `size` bytes. A broken header, a unit other than bytes and several
 * ranges in one request ask for the whole: a server may ignore them (14.2), and players never send the last.
 */
export function parseRange(header: string | null, size: number): ByteRange {
  const set = header === null ? null : /^bytes=(.*)$/is.exec(header.trim());
  const specs =
    set?.[1]
      ?.split(",")
      .map((spec) => spec.trim())
      .filter((spec) => spec !== "") ?? [];
  const match = specs.length === 1 ? /^(\d*)-(\d*)$/.exec(specs[0] ?? "") : null;
  if (match === null) {
    return { kind: "whole" };
  }
  const [, first = "", last = ""] = match;
  if (first === "") {
    return last === "" ? { kind: "whole" } : suffix(Number(last), size);
  }
  if (last !== "" && compareDigits(last, first) < 0) {
    return { kind: "whole" };
  }
  const offset = Number(first);
  if (offset >= size) {
    return { kind: "unsatisfiable" };
  }
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return { kind: "part", offset, length: end - offset + 1 };
}

function suffix(wanted: number, size: number): ByteRange {
  const length = Math.min(wanted, size);
  return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", offset: size - length, length };
}

/** Compares decimal digits of any length, where a Number would round. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

export interface Representation {
  /** Strong entity tag, without its quotes. */
  etag: string;
  /** Milliseconds since 1970; the header has whole seconds. */
  lastModified: number;
  /** Bytes. */
  size: number;
}

export type Verdict = { status: 200 | 304 | 412 | 416 } | { status: 206; offset: number; length: number };

/** What a GET or HEAD of the representation is answered with, in the order of precedence of RFC 9110, 13.2.2. A HEAD has no ranges (14.2). */
export function decideAnswer(method: string, headers: Pick<Headers, "get">, representation: Representation): Verdict {
  const modified = Math.floor(representation.lastModified / 1000) * 1000;

  const ifMatch = headers.get("if-match");
  const unmodifiedSince = httpDate(headers.get("if-unmodified-since"));
  if (ifMatch !== null ? !matches(ifMatch, representation.etag, "strong") : unmodifiedSince !== undefined && modified > unmodifiedSince) {
    return { status: 412 };
  }

  const ifNoneMatch = headers.get("if-none-match");
  const modifiedSince = httpDate(headers.get("if-modified-since"));
  if (ifNoneMatch !== null ? matches(ifNoneMatch, representation.etag, "weak") : modifiedSince !== undefined && modified <= modifiedSince) {
    return { status: 304 };
  }

  if (method !== "GET" || !rangeStillHolds(headers.get("if-range"), representation.etag, modified)) {
    return { status: 200 };
  }
  const range = parseRange(headers.get("range"), representation.size);
  switch (range.kind) {
    case "whole":
      return { status: 200 };
    case "unsatisfiable":
      return { status: 416 };
    case "part":
      return { status: 206, offset: range.offset, length: range.length };
  }
}

/** `If-Range` (13.1.5): the strong tag or the very date; with anything else the range isn't what the client has the rest of. */
function rangeStillHolds(ifRange: string | null, etag: string, modified: number): boolean {
  return ifRange === null || ifRange.trim() === `"${etag}"` || httpDate(ifRange) === modified;
}

function matches(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (list.trim() === "*") {
    return true;
  }
  return [...list.matchAll(/(W\/)?"([^"]*)"/g)].some(([, weak, tag]) => tag === etag && (comparison === "weak" || weak === undefined));
}

/** A date as HTTP writes it (it begins with the day's name), in milliseconds; undefined for anything else. */
function httpDate(text: string | null): number | undefined {
  const time = text !== null && /^[a-z]{3,9},? /i.test(text.trim()) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
