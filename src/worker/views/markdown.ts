import MarkdownIt from "markdown-it";

// A description is Markdown of which strangers are the authors. markdown-it escapes HTML by itself (`html: false`) and
// refuses script addresses; images are left out, since they would tell another host who is watching.

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false, maxNesting: 20 }).disable(["image", "table", "heading", "lheading", "hr"]);
const renderLinkOpen = markdown.renderer.rules.link_open;

markdown.renderer.rules.link_open = (tokens, index, options, env, renderer) => {
  tokens[index]?.attrSet("rel", "nofollow noopener ugc");
  return renderLinkOpen === undefined ? renderer.renderToken(tokens, index, options) : renderLinkOpen(tokens, index, options, env, renderer);
};

/** Markdown as HTML that is safe to put into a page, whoever wrote it. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

/** Markdown as the plain text of a summary, at most `maxLength` characters. */
export function plainText(text: string, maxLength: number): string {
  const plain = markdown
    .parse(text, {})
    .flatMap((block) => block.children ?? [])
    .map((inline) => (inline.type === "text" || inline.type === "code_inline" ? inline.content : inline.type.endsWith("break") ? " " : ""))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1).trimEnd()}…`.toWellFormed();
}
