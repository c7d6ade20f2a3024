import MarkdownIt from "markdown-it";

// A description is Markdown of which strangers are the authors. markdown-it escapes HTML by itself (`html: false`) and
// links only to the web, to mail and to magnets; images are left out, since they would tell another host who is watching.

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false, maxNesting: 20 }).disable([
  "image",
  "table",
  "heading",
  "lheading",
  "hr",
]);
markdown.validateLink = (address) => /^(https?|mailto|magnet):/i.test(address) || !/^[a-z][\w+.-]*:/i.test(address);
const renderLinkOpen = markdown.renderer.rules.link_open;

markdown.renderer.rules.link_open = (tokens, index, options, env, renderer) => {
  tokens[index]?.attrSet("rel", "nofollow noopener ugc");
  return renderLinkOpen === undefined
    ? renderer.renderToken(tokens, index, options)
    : renderLinkOpen(tokens, index, options, env, renderer);
};

/** Markdown as HTML that is safe to put into a page, whoever wrote it. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

/** Markdown as the plain text of a summary, at most `maxLength` characters. */
export function plainText(text: string, maxLength: number): string {
  const plain = markdown
    .parse(text, {})
    .map((block) => (block.children ?? []).map(textOf).join(""))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1).trimEnd()}…`.toWellFormed();
}

function textOf(inline: { type: string; content: string }): string {
  return inline.type.endsWith("break") ? " " : inline.content;
}
