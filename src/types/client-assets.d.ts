// Made by the client's build (vite.config.ts); types don't wait for it.
declare module "*/client-assets.json" {
  import type { EntryAssets } from "../worker/views/assets";
  const assets: Record<string, EntryAssets>;
  export default assets;
}

declare module "*/client-styles.json" {
  const styles: Record<string, string>;
  export default styles;
}
