import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// Five layers; a test belongs to the lowest that can tell. `npm test` runs all of them (scripts/test.ts).
export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        // Pure functions, in Node.
        test: { name: "unit", include: ["test/unit/**/*.test.{ts,tsx}"], environment: "node" },
      },
      {
        // Inside workerd, with the bindings of wrangler.toml; each test begins with an empty, migrated instance.
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            remoteBindings: false,
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                PUBLIC_URL: "http://edgetube.test",
                ADMIN_PASSWORD: "root-password",
              },
            },
          })),
        ],
        // The plugin's loader stumbles over the module that mediabunny's package replaces outside Node; its one-file build has none.
        resolve: {
          alias: [
            { find: /^mediabunny$/, replacement: import.meta.dirname + "/node_modules/mediabunny/dist/bundles/mediabunny.mjs" },
            // As wrangler's bundle has it, by the package's browser field; the loader would take the one that needs Node's HTTP client.
            { find: /^jsonld$/, replacement: import.meta.dirname + "/node_modules/jsonld/dist/jsonld.esm.min.js" },
          ],
        },
        assetsInclude: ["**/*.mkv"],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.{ts,tsx}"],
          setupFiles: ["test/worker/setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        // A whole instance as a black box: HTTP and WebSocket, started as a user starts it.
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Several whole instances that federate with one another.
        test: {
          name: "federation",
          include: ["test/federation/**/*.test.ts"],
          environment: "node",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Chromium against a whole instance.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          globalSetup: ["test/support/browser-setup.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
