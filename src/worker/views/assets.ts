import manifest from "../../../dist/client-assets.json";
import styles from "../../../dist/client-styles.json";

/** What a page must load of one entry of src/client/entries; addresses are paths of this instance. */
export interface EntryAssets {
  /** The module script; a stylesheet's entry has none. */
  js?: string;
  css: string[];
  /** Modules that `js` imports: for `<link rel="modulepreload">`. */
  preloads: string[];
}

/** The hashed files of an entry, by its file's name without extension. */
export function assetsOf(entry: string): EntryAssets {
  const assets = (manifest as Record<string, EntryAssets>)[entry];
  if (assets === undefined) {
    throw new Error(`src/client/entries has no «${entry}»; was the client built?`);
  }
  return assets;
}

/** The text of a stylesheet of `assetsOf`, for a page that holds it. */
export function styleText(href: string): string {
  return (styles as Record<string, string>)[href] ?? "";
}

/** Every stylesheet's text, for the policy that lets pages hold them. */
export const styleTexts: string[] = Object.values(styles);
