import fc from "fast-check";
import { expect, test } from "vitest";
import { attachment } from "../../../src/protocol/content-disposition";

test("a plain title is the file's name", () => {
  expect(attachment("My holiday", "-720p.mp4")).toBe(`attachment; filename="My holiday-720p.mp4"; filename*=UTF-8''My%20holiday-720p.mp4`);
});

test.each([
  ["../../etc/passwd", "-..-etc-passwd.mp4"],
  ['a"b\\c', "a-b-c.mp4"],
  ["AC/DC: live?", "AC-DC- live-.mp4"],
  ["line\r\nSet-Cookie: x", "lineSet-Cookie- x.mp4"],
  ["gpj\u202eexe", "gpjexe.mp4"],
  [" . ", "video.mp4"],
  ["", "video.mp4"],
  ["🎬 süß", "🎬 süß.mp4"],
  ["x".repeat(10_000), `${"x".repeat(120)}.mp4`],
])("%j is saved as %s", (title, name) => {
  const extended = /filename\*=UTF-8''(.*)$/.exec(attachment(title, ".mp4"))?.[1] ?? "";
  expect(decodeURIComponent(extended)).toBe(name);
});

test("whatever the title, the header is one line of printable ASCII and the name is no path", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (title) => {
      const header = attachment(title, ".mp4");
      expect(header).toMatch(/^attachment; filename="[\x20-\x7e]+\.mp4"; filename\*=UTF-8''[A-Za-z0-9%._~!&+-]+$/);
      expect(header.slice("attachment; filename=".length).split("; filename*")[0]?.slice(1, -1)).not.toMatch(/["\\/%]/);
    }),
  );
});
