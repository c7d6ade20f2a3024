/** What this software calls itself towards other instances; the version is package.json's. */
export const SOFTWARE = { name: "edgetube", version: "0.1.0" } as const;

/** The `User-Agent` of an instance's own requests. */
export function userAgentOf(publicUrl: string): string {
  return `Edgetube/${SOFTWARE.version} (+${publicUrl})`;
}
