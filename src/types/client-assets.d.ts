// Made by the client's build (vite.config.ts); types don't wait for it.
declare module "*/client-assets.json" {
  const assets: Record<string, import("../worker/views/assets").EntryAssets>;
  export default assets;
}
