import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAnswer, parseRange } from "../../../src/protocol/http-range";

describe("parseRange", () => {
  test.each([
    ["bytes=0-0", { kind: "part", offset: 0, length: 1 }],
    ["bytes=0-99", { kind: "part", offset: 0, length: 100 }],
    ["bytes=10-", { kind: "part", offset: 10, length: 90 }],
    ["bytes=90-1000", { kind: "part", offset: 90, length: 10 }],
    ["bytes=-1", { kind: "part", offset: 99, length: 1 }],
    ["bytes=-1000", { kind: "part", offset: 0, length: 100 }],
    ["BYTES=0-1", { kind: "part", offset: 0, length: 2 }],
    ["bytes= 0-1 ,", { kind: "part", offset: 0, length: 2 }],
    ["bytes=0-99999999999999999999999999", { kind: "part", offset: 0, length: 100 }],
    ["bytes=100-", { kind: "unsatisfiable" }],
    ["bytes=99999999999999999999999999-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    ["bytes=5-4", { kind: "whole" }],
    ["bytes=99999999999999999999999999-99999999999999999999999998", { kind: "whole" }],
    ["bytes=0-1,5-6", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
    ["bytes=", { kind: "whole" }],
    ["bytes=a-b", { kind: "whole" }],
    ["bytes=0x0-0x1", { kind: "whole" }],
    ["bytes=--1", { kind: "whole" }],
    ["bytes=+1-2", { kind: "whole" }],
    ["bytes=1.5-2", { kind: "whole" }],
    ["bytes 0-1", { kind: "whole" }],
    ["items=0-1", { kind: "whole" }],
    ["", { kind: "whole" }],
    [null, { kind: "whole" }],
  ])("%s of 100 bytes", (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  test("nothing can be cut out of an empty file", () => {
    expect(parseRange("bytes=0-", 0)).toEqual({ kind: "unsatisfiable" });
    expect(parseRange("bytes=-5", 0)).toEqual({ kind: "unsatisfiable" });
    expect(parseRange(null, 0)).toEqual({ kind: "whole" });
  });

  test("a satisfiable range gives the bytes that slicing the file gives", () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    const position = fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined });
    fc.assert(
      fc.property(position, position, fc.integer({ min: 0, max: 64 }), (first, last, size) => {
        const file = bytes.subarray(0, size);
        const range = parseRange(`bytes=${first ?? ""}-${last ?? ""}`, size);
        const wanted =
          first === undefined ? file.subarray(Math.max(0, size - (last ?? 0))) : file.subarray(first, last === undefined ? size : last + 1);
        if (range.kind === "part") {
          expect(file.subarray(range.offset, range.offset + range.length)).toEqual(wanted);
          expect(range.length).toBeGreaterThan(0);
        } else if (range.kind === "unsatisfiable") {
          expect(wanted.length).toBe(0);
        } else {
          expect(first === undefined ? last === undefined : last !== undefined && last < first).toBe(true);
        }
      }),
    );
  });

  test("whatever is sent, the range lies within the file", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `bytes=${text}`),
          fc.stringMatching(/^bytes=[0-9,\- ]*$/),
        ),
        fc.nat(),
        (header, size) => {
          const range = parseRange(header, size);
          if (range.kind === "part") {
            expect(range.offset).toBeGreaterThanOrEqual(0);
            expect(range.length).toBeGreaterThan(0);
            expect(range.offset + range.length).toBeLessThanOrEqual(size);
          }
        },
      ),
    );
  });
});

describe("decideAnswer", () => {
  const representation = { etag: "abc", lastModified: Date.UTC(2026, 10, 23, 3, 0, 0, 678), size: 100 };
  const sameTime = "Mon, 23 Nov 2026 03:00:00 GMT";
  const before = "Mon, 23 Nov 2026 02:59:59 GMT";
  const after = "Mon, 23 Nov 2026 03:00:01 GMT";

  function answer(headers: Record<string, string>, method = "GET") {
    return decideAnswer(method, new Headers(headers), representation).status;
  }

  test.each([
    [{}, 200],
    [{ range: "bytes=0-9" }, 206],
    [{ range: "bytes=100-" }, 416],
    [{ "if-none-match": '"abc"' }, 304],
    [{ "if-none-match": '"x", W/"abc"' }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"x"', "if-modified-since": after }, 200],
    [{ "if-none-match": '"abc"', range: "bytes=0-9" }, 304],
    [{ "if-modified-since": sameTime }, 304],
    [{ "if-modified-since": before }, 200],
    [{ "if-modified-since": "yesterday" }, 200],
    [{ "if-modified-since": "1" }, 200],
    [{ "if-match": '"abc"' }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": 'W/"abc"' }, 412],
    [{ "if-match": '"x"', range: "bytes=0-9" }, 412],
    [{ "if-match": '"abc"', "if-unmodified-since": before }, 200],
    [{ "if-unmodified-since": before }, 412],
    [{ "if-unmodified-since": sameTime }, 200],
    [{ "if-range": '"abc"', range: "bytes=0-9" }, 206],
    [{ "if-range": '"x"', range: "bytes=0-9" }, 200],
    [{ "if-range": 'W/"abc"', range: "bytes=0-9" }, 200],
    [{ "if-range": sameTime, range: "bytes=0-9" }, 206],
    [{ "if-range": after, range: "bytes=0-9" }, 200],
    [{ "if-range": '"x"', range: "bytes=100-" }, 200],
  ])("%j → %i", (headers, status) => {
    expect(answer(headers as Record<string, string>)).toBe(status);
  });

  test("a HEAD has no ranges", () => {
    expect(answer({ range: "bytes=0-9" }, "HEAD")).toBe(200);
    expect(answer({ range: "bytes=100-" }, "HEAD")).toBe(200);
    expect(answer({ "if-none-match": '"abc"' }, "HEAD")).toBe(304);
  });
});
