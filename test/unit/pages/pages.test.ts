import { describe, expect, it } from "vitest";
import { nextPathOf } from "../../../src/client/session/next-path";
import { formatAge, formatBytes, formatDuration, formatViews } from "../../../src/worker/views/format";
import { plainText, renderMarkdown } from "../../../src/protocol/markdown";

describe("where to go after signing in", () => {
  const PAGE = "https://edge.example/login";

  it.each([
    ["/my/videos?x=1#y", "/my/videos?x=1#y"],
    ["/", "/"],
    ["/login", "/"],
    ["//evil.example/x", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["my/videos", "/"],
    ["", "/"],
  ])("%j leads to %s", (next, expected) => {
    expect(nextPathOf(`${PAGE}?next=${encodeURIComponent(next)}`)).toBe(expected);
  });

  it("is the home page where nothing is asked", () => {
    expect(nextPathOf(PAGE)).toBe("/");
  });
});

describe("descriptions", () => {
  it("are Markdown with links that pass nothing on", () => {
    expect(renderMarkdown("A **b** https://example.org\nline")).toBe(
      '<p>A <strong>b</strong> <a href="https://example.org" rel="nofollow noopener ugc">https://example.org</a><br>\nline</p>\n',
    );
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](https://a.example/" onmouseover="alert(1))',
    '![x](x "onerror=alert(1)")',
  ])("%s does no harm", (text) => {
    const html = renderMarkdown(text);
    expect(html).not.toMatch(/<(?!\/?(p|a|br|em|strong|code|pre|ul|ol|li|blockquote|s)\b)/);
    expect(html).not.toMatch(/href="(?!https?:|mailto:)\W*[a-z]+\W*:/i);
    expect(html.replace(/"[^"]*"/g, "")).not.toMatch(/<[^>]*\son\w+=/i);
  });

  it("become plain text for previews, cut at a whole character", () => {
    expect(plainText("# Title\n\n**bold** [link](https://example.org) `code`\nline", 100)).toBe("# Title bold link code line");
    expect(plainText("😀".repeat(10), 4).isWellFormed()).toBe(true);
    expect(plainText("😀".repeat(10), 4).length).toBeLessThanOrEqual(4);
  });
});

describe("numbers", () => {
  it("durations", () => {
    expect([0, 5, 65, 3600, 36_061].map(formatDuration)).toEqual(["0:00", "0:05", "1:05", "1:00:00", "10:01:01"]);
  });

  it("views", () => {
    expect([0, 1, 2, 999, 1000, 1_250_000].map(formatViews)).toEqual([
      "0 views",
      "1 view",
      "2 views",
      "999 views",
      "1K views",
      "1.3M views",
    ]);
  });

  it("ages", () => {
    const now = Date.UTC(2026, 10, 23, 12);
    const ages = [
      "2026-11-23T11:59:30Z",
      "2026-11-23T11:50:00Z",
      "2026-11-23T07:00:00Z",
      "2026-11-22T11:00:00Z",
      "2026-09-01T00:00:00Z",
      "2024-01-01T00:00:00Z",
      "2027-01-01T00:00:00Z",
    ];
    expect(ages.map((age) => formatAge(age, now))).toEqual([
      "just now",
      "10 minutes ago",
      "5 hours ago",
      "yesterday",
      "2 months ago",
      "2 years ago",
      "just now",
    ]);
  });

  it("bytes", () => {
    expect([12, 2_818_000, 1_500_000_000, 123_456_789].map(formatBytes)).toEqual(["12 bytes", "2.8 MB", "1.5 GB", "123 MB"]);
  });
});
