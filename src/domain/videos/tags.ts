/** The tags without repetitions, which differ in nothing but case; the first spelling stays. */
export function distinctTags(tags: readonly string[]): string[] {
  const bySpelling = new Map<string, string>();
  for (const tag of tags) {
    const folded = tag.toLowerCase();
    if (!bySpelling.has(folded)) {
      bySpelling.set(folded, tag);
    }
  }
  return [...bySpelling.values()];
}
