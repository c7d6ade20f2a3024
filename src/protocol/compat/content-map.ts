/** Mastodon's older and others' notes have their text in `contentMap` alone, by language; the first is taken. */
export function contentOf(object: { content?: unknown; contentMap?: unknown }): string | undefined {
  if (typeof object.content === "string") {
    return object.content;
  }
  const { contentMap } = object;
  if (typeof contentMap !== "object" || contentMap === null) {
    return undefined;
  }
  return Object.values(contentMap).find((value): value is string => typeof value === "string");
}
