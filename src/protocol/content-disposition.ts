const MAX_TITLE_CHARACTERS = 120;

/**
 * `Content-Disposition: attachment` (RFC 6266) with a file name that any operating system takes: `title` made
 * harmless and cut where it is long, then `suffix` (such as `-720p.mp4`) as it is.
 */
export function attachment(title: string, suffix: string): string {
  const name = safeTitle(title) + suffix;
  // Some programs decode percent signs in the plain form (RFC 6266, appendix D).
  const plain = name.replace(/[^\x20-\x7e]|[%"\\]/gu, "_");
  const extended = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}

/** Without path separators, control characters, what Windows forbids, and the marks that make a name read backwards. */
function safeTitle(title: string): string {
  const cleaned = title
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
    .replace(/[/\\:*?"<>|]/g, "-")
    .replace(/^[\s.]+/, "");
  const shortened = [...cleaned].slice(0, MAX_TITLE_CHARACTERS).join("").trim();
  return shortened === "" ? "video" : shortened;
}
