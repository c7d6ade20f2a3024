import { readdirSync, writeFileSync } from "node:fs";
import { parse, resolve } from "node:path";
import { defineConfig } from "vite";
import type { Plugin, Rolldown } from "vite";

const root = import.meta.dirname;
const entriesFolder = resolve(root, "src/client/entries");

/** Every script or stylesheet in src/client/entries is something a page asks for by name. */
function findEntries(): Record<string, string> {
  const files = readdirSync(entriesFolder).filter((file) => /\.(?:tsx?|css)$/.test(file) && !file.endsWith(".d.ts"));
  return Object.fromEntries(files.map((file) => [parse(file).name, resolve(entriesFolder, file)]));
}

interface EntryAssets {
  js?: string;
  css: string[];
  preloads: string[];
}

/**
 * Writes dist/client-assets.json, by which the Worker's views find the hashed names of an entry, and dist/client-styles.json,
 * the stylesheets' texts for pages that hold them.
 */
function clientAssets(): Plugin {
  return {
    name: "edgetube-client-assets",
    writeBundle(_options, bundle) {
      const assets: Record<string, EntryAssets> = {};
      for (const output of Object.values(bundle)) {
        if (output.type === "chunk" && output.isEntry) {
          assets[output.name] = assetsOfChunk(output, bundle);
        }
      }
      // A stylesheet that is an entry of its own leaves no chunk, only the file.
      for (const [name, file] of Object.entries(findEntries())) {
        if (file.endsWith(".css")) {
          const css = Object.values(bundle).filter((output) => output.type === "asset" && output.names.includes(`${name}.css`));
          assets[name] = { css: css.map((output) => `/${output.fileName}`), preloads: [] };
        }
      }
      const sorted = Object.fromEntries(Object.entries(assets).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const styles: Record<string, string> = {};
      for (const output of Object.values(bundle)) {
        if (output.type === "asset" && output.fileName.endsWith(".css")) {
          styles[`/${output.fileName}`] = String(output.source).trim();
        }
      }
      writeFileSync(resolve(root, "dist/client-styles.json"), `${JSON.stringify(styles)}\n`);
      writeFileSync(resolve(root, "dist/client-assets.json"), `${JSON.stringify(sorted, undefined, 2)}\n`);
    },
  };
}

function assetsOfChunk(entry: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle): EntryAssets {
  const css = new Set<string>();
  const preloads = new Set<string>();
  function visit(chunk: Rolldown.OutputChunk): void {
    for (const imported of chunk.imports) {
      const output = bundle[imported];
      if (output?.type === "chunk" && !preloads.has(imported)) {
        preloads.add(imported);
        visit(output);
      }
    }
    for (const file of chunk.viteMetadata?.importedCss ?? []) {
      css.add(file);
    }
  }
  visit(entry);
  return { js: `/${entry.fileName}`, css: [...css].map((file) => `/${file}`), preloads: [...preloads].map((file) => `/${file}`) };
}

export default defineConfig({
  root,
  publicDir: "public",
  appType: "custom",
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [clientAssets()],
  worker: { format: "es" },
  build: {
    outDir: "dist/client",
    emptyOutDir: true,
    target: "es2023",
    // Nothing in data: addresses, so that a page's content security policy needn't allow them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The AAC encoder (WebAssembly in base64) is large and loaded only where it is needed.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: findEntries(),
      // One file of what pages share: over HTTP/1.1 a browser opens six connections, and on the watch page the video wants one of them at once.
      output: { codeSplitting: { groups: [{ name: "shared", test: /src\/client\/(?:page|session)\//, minShareCount: 2 }] } },
    },
  },
});
