const expressions = new Map<string, string>();

/** What allows an inline script or style of this text in a content security policy: `'sha256-…'`. */
export async function sourceExpression(text: string): Promise<string> {
  const known = expressions.get(text);
  if (known !== undefined) {
    return known;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const expression = `'sha256-${btoa(String.fromCharCode(...digest))}'`;
  expressions.set(text, expression);
  return expression;
}
