import sanitizeHtml from "sanitize-html";
import { renderMarkdown } from "./markdown";

// Text of strangers as it is kept: nothing in it runs, loads or looks like a part of the page.

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: ["p", "br", "a", "em", "i", "strong", "b", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li"],
  allowedAttributes: { a: ["href", "rel"] },
  allowedSchemes: ["http", "https", "mailto", "magnet"],
  allowProtocolRelative: false,
  // Its parser of styles isn't needed: no style is allowed.
  parseStyleAttributes: false,
  nestingLimit: 30,
  transformTags: { a: sanitizeHtml.simpleTransform("a", { rel: "nofollow noopener ugc" }) },
};

/** HTML of elsewhere with what a comment needs, and nothing else: no images, styles, classes or scripts. */
export function sanitizeComment(html: string): string {
  return sanitizeHtml(html, OPTIONS).trim();
}

/** Markdown, as PeerTube's comments are, as the same HTML. */
export function sanitizeMarkdown(text: string): string {
  return sanitizeComment(renderMarkdown(text));
}

/** HTML as plain text with its paragraphs, for what is kept as Markdown: summaries and descriptions. Text without tags stays as it is. */
export function plainTextOf(html: string): string {
  if (!/<[a-z!/]/i.test(html)) {
    return html;
  }
  const lines = html.replace(/<br\s*\/?>/gi, "\n").replace(/<\/(?:p|div|li|h\d|blockquote)>/gi, "\n\n");
  const escaped = sanitizeHtml(lines, { allowedTags: [], allowedAttributes: {}, parseStyleAttributes: false });
  return decodeEntities(escaped)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** What the sanitiser itself escapes. */
function decodeEntities(text: string): string {
  return text.replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "");
}
