import { applyD1Migrations, reset } from "cloudflare:test";
import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";

// Storage outlives a test within its file: each test gets an empty, migrated instance here. Seed in beforeEach, not in beforeAll.
beforeEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, (env as Env & { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS);
});
