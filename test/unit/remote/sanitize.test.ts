import { describe, expect, test } from "vitest";
import { plainTextOf, sanitizeComment, sanitizeMarkdown } from "../../../src/protocol/sanitize.ts";

describe("a comment of elsewhere", () => {
  test("keeps what a comment needs", () => {
    expect(sanitizeComment("<p>Hello <strong>you</strong><br>and <code>it</code></p><ul><li>one</li></ul>")).toBe(
      "<p>Hello <strong>you</strong><br />and <code>it</code></p><ul><li>one</li></ul>",
    );
  });

  test("Mastodon's mention stays a link, and says that it isn't ours", () => {
    const html =
      '<p><span class="h-card"><a href="https://m.example/@ada" class="u-url mention" target="_blank" onclick="x()">@<span>ada</span></a></span> nice</p>';
    expect(sanitizeComment(html)).toBe('<p><a href="https://m.example/@ada" rel="nofollow noopener ugc">@ada</a> nice</p>');
  });

  test.each([
    ["<script>alert(1)</script>x", "x"],
    ["<style>p{}</style>x", "x"],
    ['<img src="https://spy.example/1.png" onerror="x()">x', "x"],
    ['<p style="position:fixed" class="page-header" id="player">x</p>', "<p>x</p>"],
    ['<iframe src="https://spy.example"></iframe>x', "x"],
    ['<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener ugc">x</a>'],
    ['<a href="//spy.example">x</a>', '<a rel="nofollow noopener ugc">x</a>'],
    ['<a href="data:text/html,x">x</a>', '<a rel="nofollow noopener ugc">x</a>'],
    ["<svg><a xlink:href='javascript:x()'>x</a></svg>", '<a rel="nofollow noopener ugc">x</a>'],
    ["<form action=/login><input name=password></form>x", "x"],
    ["<p>open", "<p>open</p>"],
    ["1 < 2 & 3", "1 &lt; 2 &amp; 3"],
  ])("%s becomes %s", (html, expected) => {
    expect(sanitizeComment(html)).toBe(expected);
  });

  test("nests only so deep", () => {
    const deep = sanitizeComment("<blockquote>".repeat(5000) + "x");
    expect(deep.split("<blockquote>").length).toBeLessThan(40);
  });

  test("PeerTube's Markdown becomes the same HTML; its own tags are text", () => {
    expect(sanitizeMarkdown("First comment by *ada*")).toBe("<p>First comment by <em>ada</em></p>");
    expect(sanitizeMarkdown("<script>alert(1)</script>")).toBe("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    expect(sanitizeMarkdown("![x](https://spy.example/1.png)")).not.toContain("<img");
  });
});

describe("HTML as text", () => {
  test("keeps paragraphs and what is meant", () => {
    expect(plainTextOf("<p>Films &amp; more</p><p>since<br>2020</p>")).toBe("Films & more\n\nsince\n2020");
    expect(plainTextOf("&lt;b&gt; isn't bold<br>")).toBe("<b> isn't bold");
  });

  test("leaves Markdown alone", () => {
    expect(plainTextOf("a **b** & c < d")).toBe("a **b** & c < d");
  });
});
